//! A file of receivers, and a notification as a mail.
#![no_main]

use std::path::Path;

use alarm::Message;
use alarm::notify::{Url, mail, receivers, stuffed};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = receivers(Path::new("receivers.toml"), text);
    if let Ok(url) = Url::parse(text) {
        // It stands in a request's first lines.
        let told = format!("{}{}", url.authority, url.target);
        assert!(told.bytes().all(|byte| byte.is_ascii_graphic()), "{told:?}");
    }
    let sent = stuffed(text);
    is_one_mail(&sent);
    let Ok(message) = serde_json::from_str::<Message>(text) else {
        return;
    };
    if message.check().is_ok() {
        let mail = mail(&message, "from@example.org", &["to@example.org".to_owned()]);
        is_one_mail(&stuffed(&mail));
        let head = mail.split("\n\n").next().unwrap_or_default();
        let names: Vec<&str> = head.lines().filter_map(|line| line.split(':').next()).collect();
        let expected = [
            "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
            "Content-Transfer-Encoding",
        ];
        assert_eq!(names, expected, "{mail}");
    }
});

/// Every line ends with CR LF, neither stands alone, and the first line with nothing but a dot is the last one.
fn is_one_mail(sent: &str) {
    let lines: Vec<&str> = sent.split("\r\n").collect();
    assert!(lines.iter().all(|line| !line.contains(['\r', '\n'])), "{sent:?}");
    assert_eq!(lines.iter().position(|line| *line == "."), Some(lines.len() - 2), "{sent:?}");
}
