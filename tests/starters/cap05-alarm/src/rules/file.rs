//! A file of rules: the form, before it is known whether it makes sense.

use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::check::{self, cycle};
use super::{Fault, Flap, Group, GroupBy, HOST_DOWN, Rule, Rules, SILENT_INTERVALS, Severity};
use crate::expr::{self, Selector, When};
use crate::{Name, Pattern, span};

/// The whole file. Every key is documented here, and in the chapter.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// How often hosts report: `"10s"` if not given.
    interval: Option<Spanned<String>>,
    /// The most notifications of all rules together in 60 s; no limit if not given.
    at_most: Option<Spanned<usize>>,
    /// What is said of hosts that do not report.
    host_down: Option<HostDown>,
    /// The rules, each under `[[rule]]`.
    #[serde(default)]
    rule: Vec<RuleForm>,
}

/// The rule `host-down`, as far as it can be chosen.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct HostDown {
    /// `"critical"` if not given.
    severity: Option<Severity>,
    /// As in a rule.
    at_most: Option<Spanned<usize>>,
    /// As in a rule.
    repeat: Option<Spanned<String>>,
}

/// A rule.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleForm {
    /// Letters, digits, `-` and `_`; no other rule has it.
    name: Spanned<String>,
    /// The expression that is a breach.
    when: Spanned<String>,
    /// The condition that is good again; what is no breach, if not given.
    recover: Option<Spanned<String>>,
    /// Patterns of hosts; all hosts if not given.
    #[serde(default)]
    hosts: Vec<Spanned<String>>,
    /// How many breaches in a row make it fire: 1 if not given.
    breaches: Option<Spanned<u32>>,
    /// How many good samples in a row end it: 1 if not given.
    good: Option<Spanned<u32>>,
    /// `"info"`, `"warning"` (if not given) or `"critical"`.
    severity: Option<Severity>,
    /// A line for people.
    summary: Option<Spanned<String>>,
    /// The most notifications of this rule in 60 s; no limit if not given.
    at_most: Option<Spanned<usize>>,
    /// After how long it is told again while it fires: a span, or `"never"`; `"1h"` if not given.
    repeat: Option<Spanned<String>>,
    /// A series without a sample for so long is absent: `"5m"` if not given.
    stale: Option<Spanned<String>>,
    /// While one of these rules fires on the same host, this one is not told.
    #[serde(default)]
    depends_on: Vec<Spanned<String>>,
    /// How long the first alarm of a group waits for others; every alarm is told by itself, if not given.
    group_wait: Option<Spanned<String>>,
    /// `"rule"` (if not given) or `"host"`.
    group_by: Option<Spanned<GroupBy>>,
    /// More beginnings than this within `flap_span` are flapping; nothing flaps, if not given.
    flaps: Option<Spanned<usize>>,
    /// `"10m"` if not given.
    flap_span: Option<Spanned<String>>,
}

/// What is wrong so far.
struct Faults<'a> {
    path: &'a Path,
    text: &'a str,
    found: Vec<Fault>,
}

impl Faults<'_> {
    fn add(&mut self, at: usize, what: String) {
        let before = self.text.as_bytes().iter().take(at);
        self.found.push(Fault {
            path: self.path.to_owned(),
            line: 1 + before.filter(|byte| **byte == b'\n').count(),
            what,
        });
    }

    /// Takes a result, or its fault, with the rule's name in front.
    fn take<T>(&mut self, at: usize, rule: &str, result: Result<T, String>) -> Option<T> {
        result
            .map_err(|what| {
                self.add(
                    at,
                    if rule.is_empty() {
                        what
                    } else {
                        format!("{rule}: {what}")
                    },
                )
            })
            .ok()
    }

    fn span(
        &mut self,
        rule: &str,
        key: &str,
        given: Option<&Spanned<String>>,
        default: &str,
    ) -> std::time::Duration {
        let (at, text) = given.map_or((0, default), |given| (given.span().start, given.get_ref()));
        let span = span(text).map_err(|why| format!("{key}: {why}"));
        self.take(at, rule, span).unwrap_or_default()
    }

    fn repeat(&mut self, rule: &str, given: Option<&Spanned<String>>) -> Option<std::time::Duration> {
        match given {
            Some(given) if given.get_ref() == "never" => None,
            _ => Some(self.span(rule, "repeat", given, "1h")),
        }
    }

    fn at_least_one<T: Copy + PartialEq + From<u8>>(
        &mut self,
        rule: &str,
        key: &str,
        given: Option<&Spanned<T>>,
    ) -> Option<T> {
        let given = given?;
        if *given.get_ref() == T::from(0) {
            let _ = self.take::<()>(given.span().start, rule, Err(format!("{key}: at least 1")));
        }
        Some(*given.get_ref())
    }
}

pub(super) fn parse(path: &Path, text: &str) -> Result<Rules, Vec<Fault>> {
    let mut faults = Faults {
        path,
        text,
        found: Vec::new(),
    };
    let file: File = match toml::from_str(text) {
        Ok(file) => file,
        Err(why) => {
            let at = why.span().map_or(0, |span| span.start);
            faults.add(at, why.message().to_owned());
            return Err(faults.found);
        }
    };
    let interval = faults.span("", "interval", file.interval.as_ref(), "10s");
    let at_most = faults.at_least_one("", "at_most", file.at_most.as_ref());
    let mut all: Vec<Rule> = Vec::new();
    for form in &file.rule {
        let (at, name) = (form.name.span().start, form.name.get_ref().as_str());
        faults.take(at, "", check::name(name));
        if name == HOST_DOWN || all.iter().any(|rule| &*rule.name == name) {
            faults.add(at, format!("{name}: there is another rule of this name"));
        }
        all.extend(rule(form, &mut faults));
    }
    let down = file.host_down.unwrap_or_default();
    all.push(Rule {
        name: HOST_DOWN.into(),
        selector: Selector {
            metric: String::new(),
            labels: Vec::new(),
        },
        when: When::Down(interval * SILENT_INTERVALS),
        recover: None,
        hosts: Vec::new(),
        breaches: 1,
        good: 1,
        severity: down.severity.unwrap_or(Severity::Critical),
        summary: "the host does not report".to_owned(),
        at_most: faults.at_least_one(HOST_DOWN, "at_most", down.at_most.as_ref()),
        repeat: faults.repeat(HOST_DOWN, down.repeat.as_ref()),
        stale: interval,
        depends_on: Vec::new(),
        group: None,
        flap: None,
    });
    // Of rules that are faulty themselves nothing more is said.
    if faults.found.is_empty() {
        for form in &file.rule {
            for parent in &form.depends_on {
                let known = all.iter().any(|rule| &*rule.name == parent.get_ref().as_str());
                if !known {
                    let what = format!(
                        "{}: depends_on: there is no rule {}",
                        form.name.get_ref(),
                        parent.get_ref()
                    );
                    faults.add(parent.span().start, what);
                }
            }
        }
    }
    if faults.found.is_empty()
        && let Some(names) = cycle(&all)
    {
        let first = file
            .rule
            .iter()
            .find(|form| names.first().is_some_and(|name| form.name.get_ref() == name));
        let at = first.map_or(0, |form| form.name.span().start);
        faults.add(at, format!("depends_on goes round: {}", names.join(" -> ")));
    }
    faults.found.sort_by_key(|fault| fault.line);
    match faults.found.is_empty() {
        true => Ok(Rules {
            interval,
            at_most,
            all,
        }),
        false => Err(faults.found),
    }
}

fn rule(form: &RuleForm, faults: &mut Faults) -> Option<Rule> {
    let name = form.name.get_ref().as_str();
    let when_at = form.when.span().start;
    let read = expr::parse(form.when.get_ref()).map_err(|why| format!("when: {why}"));
    let read = faults.take(when_at, name, read);
    let mut recover = None;
    if let (Some(given), Some((selector, when))) = (&form.recover, &read) {
        let at = given.span().start;
        let condition =
            check::recover(given.get_ref(), selector, when).map_err(|why| format!("recover: {why}"));
        recover = faults.take(at, name, condition);
    }
    let breaches = faults
        .at_least_one(name, "breaches", form.breaches.as_ref())
        .unwrap_or(1);
    let good = faults.at_least_one(name, "good", form.good.as_ref()).unwrap_or(1);
    if let (Some(given), Some((_, When::Absent(_)))) = (&form.breaches, &read)
        && breaches != 1
    {
        faults.add(
            given.span().start,
            format!("{name}: breaches: absence is not counted, its span says how long"),
        );
    }
    if let Some(summary) = &form.summary
        && summary.get_ref().chars().any(char::is_control)
    {
        faults.add(summary.span().start, format!("{name}: summary: it is one line"));
    }
    let group = form.group_wait.as_ref().map(|wait| Group {
        by: form.group_by.as_ref().map_or(GroupBy::Rule, |by| *by.get_ref()),
        wait: faults.span(name, "group_wait", Some(wait), ""),
    });
    if let (None, Some(by)) = (&group, &form.group_by) {
        faults.add(
            by.span().start,
            format!("{name}: group_by: there is no group_wait"),
        );
    }
    let flap = faults
        .at_least_one(name, "flaps", form.flaps.as_ref())
        .map(|most| Flap {
            most,
            span: faults.span(name, "flap_span", form.flap_span.as_ref(), "10m"),
        });
    if let (None, Some(span)) = (&flap, &form.flap_span) {
        faults.add(
            span.span().start,
            format!("{name}: flap_span: there are no flaps"),
        );
    }
    let at_most = faults.at_least_one(name, "at_most", form.at_most.as_ref());
    let repeat = faults.repeat(name, form.repeat.as_ref());
    let stale = faults.span(name, "stale", form.stale.as_ref(), "5m");
    let (selector, when) = read?;
    let texts = |list: &[Spanned<String>]| list.iter().map(|text| text.get_ref().clone()).collect::<Vec<_>>();
    Some(Rule {
        name: name.into(),
        selector,
        when,
        recover,
        hosts: texts(&form.hosts).iter().map(|text| Pattern::new(text)).collect(),
        breaches,
        good,
        severity: form.severity.unwrap_or(Severity::Warning),
        summary: form
            .summary
            .as_ref()
            .map(|text| text.get_ref().clone())
            .unwrap_or_default(),
        at_most,
        repeat,
        stale,
        depends_on: texts(&form.depends_on).into_iter().map(Name::from).collect(),
        group,
        flap,
    })
}
