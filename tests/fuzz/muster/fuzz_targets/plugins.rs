//! What a plug-in writes, in each of the three forms.
#![no_main]

use libfuzzer_sys::fuzz_target;
use plugins::form::MOST_FAULTS;
use plugins::sample::{LONGEST_LABEL, LONGEST_NAME, LONGEST_VALUE, MOST, MOST_LABELS};
use plugins::{Form, Name};

fuzz_target!(|data: (u8, &[u8])| {
    let (status, output) = data;
    let name = Name::new("fuzz").expect("it is one");
    for form in Form::ALL {
        let Ok(report) = form.parse(&name, output, status) else {
            continue;
        };
        assert!(report.samples.len() <= MOST && report.faults.len() <= MOST_FAULTS);
        for sample in &report.samples {
            let own = sample.name.strip_prefix("plugin.fuzz.").expect(&sample.name);
            assert!((1..=LONGEST_NAME).contains(&own.len()), "{own}");
            let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'.';
            assert!(own.bytes().all(is_name), "{own}");
            assert!(sample.value.is_finite(), "{sample:?}");
            // What belongs to whoever collects gets a word in front.
            let longest = LONGEST_LABEL + "exported_".len();
            assert!(sample.labels.iter().count() <= MOST_LABELS, "{sample:?}");
            for (key, value) in sample.labels.iter() {
                assert!(key.len() <= longest && value.len() <= LONGEST_VALUE, "{sample:?}");
                assert!(!["host", "instance", "job"].contains(&key), "{sample:?}");
            }
        }
        if let Some(text) = &report.text {
            assert!(!text.contains('\n'), "{text:?}");
        }
    }
});
