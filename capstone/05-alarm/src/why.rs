//! Why an alarm fires, or does not; and why somebody was told of it, or not.

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
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn explain(judge: &Judge, events: &[Event], rule: &Rule, host: &str, times: Times) -> String {
    todo!(
        "history: The lines as above, each with a line feed; an event is `shown` with these times. `series` makes those of a series. Without any: `HOST: nothing that RULE watches was seen`."
    )
}

/// Explains one series.
#[expect(unused_variables, reason = "goes with the todo!")]
fn series(judge: &Judge, key: &Key, alarm: &Alarm, rule: &Rule, times: Times) -> String {
    todo!(
        "history: TIME is what `times.moment` makes of it, and in the line of samples `times.sample`. `HOST RULE{{LABELS}}: STATE`; behind breaching, recovering and settling ` COUNT/OF`; behind what is active ` since TIME` and `, told` or `, not told`; behind acknowledged and settling `, by NAME`; `, flapping`; `, waits` if it waits to be told. Then, for a condition, `  samples TIME=VALUE …`, and a line for each function of `when` and then of `recover`: `  CALL = VALUE`, or `= nothing`. For absence and for a host: `  silent since TIME`."
    )
}
