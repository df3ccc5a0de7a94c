//! Why an alarm fires, or does not; and why somebody was told of it, or not.

// region:history
use std::fmt::Write as _;
// endregion:history

use crate::expr::When;
use crate::machine::State;
use crate::{Alarm, Event, Judge, Key, Rule, Times};

/// Explains all alarms of a rule on a host, from what a judge keeps and from the events that it has said.
///
/// The first line is the rule. Then for each series, sorted: what it is doing, the samples that are looked at, and the value of each
/// function; then all events of the rule on the host, each as its line. `times` says how moments are shown.
///
/// ```text
/// busy [warning]: avg(load.1m, 2) > 4, 2 in a row
/// web1 busy: firing since 30, told
///   samples 20=5 30=6
///   avg(load.1m, 2) = 5.5
/// 20 web1 busy ok -> breaching 1/2 value 5
/// 30 web1 busy breaching -> firing 2/2 value 6
/// 30 notify firing busy web1 severity=warning
/// ```
pub fn explain(judge: &Judge, events: &[Event], rule: &Rule, host: &str, times: Times) -> String {
    // region:history The lines as above, each with a line feed; an event is `shown` with these times. `series` makes those of a series. Without any: `HOST: nothing that RULE watches was seen`.
    let mut text = format!("{rule}\n");
    let series: Vec<_> = judge
        .kept()
        .of(host)
        .filter(|(key, _)| key.rule == rule.name)
        .collect();
    if series.is_empty() {
        let _ = writeln!(text, "{host}: nothing that {} watches was seen", rule.name);
    }
    for (key, alarm) in series {
        text += &self::series(judge, key, alarm, rule, times);
    }
    for event in events.iter().filter(|event| event.is_of(&rule.name, host)) {
        let _ = writeln!(text, "{}", event.shown(times));
    }
    text
    // endregion:history
}

/// Explains one series.
fn series(judge: &Judge, key: &Key, alarm: &Alarm, rule: &Rule, times: Times) -> String {
    // region:history TIME is what `times.moment` makes of it, and in the line of samples `times.sample`. `HOST RULE{LABELS}: STATE`; behind breaching, recovering and settling ` COUNT/OF`; behind what is active ` since TIME` and `, told` or `, not told`; behind acknowledged and settling `, by NAME`; `, flapping`; `, waits` if it waits to be told. Then, for a condition, `  samples TIME=VALUE …`, and a line for each function of `when` and then of `recover`: `  CALL = VALUE`, or `= nothing`. For absence and for a host: `  silent since TIME`.
    let mut text = format!("{key}: {}", alarm.state);
    let of = match alarm.state {
        State::Breaching => Some(rule.breaches),
        State::Recovering | State::Settling => Some(rule.good),
        _ => None,
    };
    if let Some(of) = of {
        let _ = write!(text, " {}/{of}", alarm.count);
    }
    if alarm.state.is_active() {
        let told = if alarm.told { "told" } else { "not told" };
        let _ = write!(text, " since {}, {told}", times.moment(alarm.since));
    }
    if let (State::Acknowledged | State::Settling, Some(by)) = (alarm.state, &alarm.by) {
        let _ = write!(text, ", by {by}");
    }
    if alarm.flapping {
        text += ", flapping";
    }
    if judge.kept().waiting.contains(key) {
        text += ", waits";
    }
    text += "\n";
    let When::Holds(condition) = &rule.when else {
        let host = judge.kept().hosts.get(&key.host).map(|host| host.last);
        let last = match rule.when {
            When::Down(_) => host.unwrap_or_default(),
            _ => alarm.last,
        };
        let _ = writeln!(text, "  silent since {}", times.moment(last));
        return text;
    };
    let samples = alarm.samples.iter();
    let samples: Vec<_> = samples
        .map(|(time, value)| format!("{}={value}", times.sample(time)))
        .collect();
    let _ = writeln!(text, "  samples {}", samples.join(" "));
    let mut call = |call: crate::expr::Call| {
        let value = alarm
            .samples
            .value(call)
            .map_or("nothing".to_owned(), |value| value.to_string());
        let _ = writeln!(text, "  {} = {value}", call.show(&rule.selector));
    };
    condition.calls(&mut call);
    if let Some(recover) = &rule.recover {
        recover.calls(&mut call);
    }
    text
    // endregion:history
}
