use std::io::{self, BufRead};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use alarm::Message;
use alarm::notify::{Notifier, receivers};

pub(super) fn run(path: &Path) -> anyhow::Result<ExitCode> {
    let receivers = receivers(path, &super::read(path)?)?;
    let log = |line: &str| eprintln!("alarm: {line}");
    let mut notifier = Notifier::start(receivers, Arc::new(log))?;
    let mut is_clean = true;
    for (number, line) in io::stdin().lock().lines().enumerate() {
        let line = line?;
        let message = serde_json::from_str::<Message>(&line).map_err(|why| why.to_string());
        match message.and_then(|message| message.check().map(|()| message)) {
            Ok(message) => notifier.send(&message),
            Err(why) => {
                is_clean = false;
                eprintln!("alarm: standard input, line {}: {why}", number + 1);
            }
        }
    }
    for report in notifier.finish() {
        is_clean &= report.failed == 0 && report.dropped == 0;
        super::print(&format!("{report}\n"))?;
    }
    match is_clean {
        true => Ok(ExitCode::SUCCESS),
        false => Ok(ExitCode::FAILURE),
    }
}
