//! A file of rules, and an expression.
#![no_main]

use std::path::Path;

use alarm::{Rules, expr, takes, trace};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match Rules::parse(Path::new("rules.toml"), text) {
        Ok(rules) => {
            for rule in &rules.all {
                assert!(!rule.to_string().contains('\n') || text.contains("\\n"), "{rule}");
                takes(&rule.hosts, text);
            }
        }
        Err(faults) => {
            assert!(!faults.is_empty());
            let lines = 1 + text.bytes().filter(|byte| *byte == b'\n').count();
            for fault in faults {
                assert!((1..=lines).contains(&fault.line), "{fault}");
            }
        }
    }
    if let Ok((selector, when)) = expr::parse(text) {
        let shown = when.show(&selector);
        match expr::parse(&shown) {
            Ok(again) => assert_eq!(again, (selector, when), "{text}\n{shown}"),
            // What is shown has more parentheses than what was written.
            Err(why) => assert!(why.contains("deep") || shown.len() > 4096, "{text}\n{shown}\n{why}"),
        }
    }
    // A word of a trace, as it might come from anywhere.
    let _ = trace::line(text);
});
