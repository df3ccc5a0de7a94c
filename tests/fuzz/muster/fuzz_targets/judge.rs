//! A trace, judged by rules, with a restart in the middle and without one.
#![no_main]

use std::path::Path;
use std::sync::Arc;

use alarm::trace::{self, Input};
use alarm::{Event, Judge, Kept, Rules, Time, Times, What, replay, why};
use libfuzzer_sys::fuzz_target;

const RULES: &str = r#"
at_most = 3
interval = "10s"
[[rule]]
name = "a"
when = 'avg(m, 3) > 3 or rate(m, 20s) > 2'
recover = 'last(m) < 1'
breaches = 2
good = 2
repeat = "20s"
stale = "40s"
flaps = 1
flap_span = "30s"
[[rule]]
name = "b"
when = 'last(m) > 2 and min(m, 15s) < 9'
at_most = 1
group_wait = "5s"
repeat = "30s"
depends_on = ["a"]
[[rule]]
name = "c"
when = 'absent(m, 15s)'
group_wait = "3s"
group_by = "host"
hosts = ["h*", "!h9"]
"#;

fn judge(rules: &Arc<Rules>, lines: &[(Time, Input)], cut: usize) -> (Judge, Vec<Event>) {
    let mut judge = Judge::new(Arc::clone(rules), Kept::default());
    let mut events = Vec::new();
    for (at, (time, input)) in lines.iter().enumerate() {
        if at == cut {
            let kept = serde_json::to_vec(judge.kept()).expect("what is kept can be written");
            let kept = serde_json::from_slice(&kept).expect("and read");
            judge = Judge::new(Arc::clone(rules), kept);
        }
        events.extend(judge.feed(*time, input.clone()).unwrap_or_default());
    }
    events.extend(judge.finish());
    (judge, events)
}

fuzz_target!(|data: (u8, &str)| {
    let (cut, text) = data;
    let rules = Arc::new(Rules::parse(Path::new("rules.toml"), RULES).expect("they are right"));
    // A repeat each second for years would take as long as that.
    let lines: Vec<_> = text
        .lines()
        .filter_map(|line| trace::line(line).ok().flatten())
        .filter(|(time, _)| time.0 < 10_000_000)
        .collect();
    let (judged, whole) = judge(&rules, &lines, usize::MAX);
    let (_, with_restart) = judge(&rules, &lines, usize::from(cut) % lines.len().max(1));
    let text = |events: &[Event]| events.iter().map(|event| format!("{event}\n")).collect::<String>();
    assert_eq!(text(&whole), text(&with_restart), "cut at {cut}");
    for event in &whole {
        if let What::Notify(message) = &event.what {
            message.check().unwrap_or_else(|why| panic!("{event}: {why}"));
        }
    }
    let end = judged.kept().now;
    replay::tally(&rules, &whole, end);
    for host in judged.kept().hosts.keys() {
        for rule in &rules.all {
            why::explain(&judged, &whole, rule, host, Times::Utc(end));
        }
    }
});
