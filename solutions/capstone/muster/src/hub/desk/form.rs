use alarm::expr::{Comparison, Function, When, Window};
use alarm::{Rule, show_span};
use serde_json::{Value, json};

use crate::hub::replay::comparison;

/// Returns what fields of a form say the same as a rule; `null` if none do.
pub(super) fn form(rule: &Rule) -> Value {
    let plain = rule.depends_on.is_empty() && rule.group.is_none() && rule.flap.is_none();
    let (function, window, comparison, limit) = match &rule.when {
        When::Holds(condition) => match comparison(condition) {
            Some((call, comparison, number)) => (
                name_of(call.function),
                window(call.window),
                sign(comparison),
                Some(number),
            ),
            None => return Value::Null,
        },
        When::Absent(span) => ("absent", show_span(*span), "", None),
        When::Down(_) => return Value::Null,
    };
    // Recovery is offered for the same function of the same samples, the other way round.
    let recover = match (&rule.recover, &rule.when) {
        (None, _) => None,
        (Some(recover), When::Holds(condition)) => {
            match (self::comparison(recover), self::comparison(condition)) {
                (Some((call, back, number)), Some((same, there, _)))
                    if call == same && back == opposite(there) =>
                {
                    Some(number)
                }
                _ => return Value::Null,
            }
        }
        (Some(_), _) => return Value::Null,
    };
    if !plain {
        return Value::Null;
    }
    let labels = rule.selector.labels.iter();
    json!({
        "metric": rule.selector.metric,
        "labels": labels.map(|(key, pattern)| (key.clone(), Value::from(pattern.to_string()))).collect::<serde_json::Map<_, _>>(),
        "function": function,
        "window": window,
        "comparison": comparison,
        "limit": limit,
        "recover": recover,
        "breaches": rule.breaches,
        "good": rule.good,
        "severity": rule.severity.to_string(),
        "hosts": rule.hosts.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "at_most": rule.at_most,
        "repeat": rule.repeat.map_or_else(|| "never".to_owned(), show_span),
        "stale": show_span(rule.stale),
        "summary": rule.summary,
    })
}

fn name_of(function: Function) -> &'static str {
    match function {
        Function::Last => "last",
        Function::Sum => "sum",
        Function::Avg => "avg",
        Function::Min => "min",
        Function::Max => "max",
        Function::Diff => "diff",
        Function::Rate => "rate",
    }
}

fn window(window: Window) -> String {
    match window {
        Window::Samples(count) => count.to_string(),
        Window::Span(span) => show_span(span),
    }
}

fn sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
        Comparison::Equal => "==",
        Comparison::Unequal => "!=",
    }
}

fn opposite(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less | Comparison::LessOrEqual => Comparison::Greater,
        Comparison::Greater | Comparison::GreaterOrEqual => Comparison::Less,
        other => other,
    }
}
