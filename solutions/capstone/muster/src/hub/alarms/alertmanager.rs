//! Has Alertmanagers of Prometheus know what fires, for whom one machine's notifications are not enough: they group, route and silence by themselves.
//!
//! Each of them gets the whole of what fires whenever that changes, and again each [`RESEND`]: what an Alertmanager has not heard of for a while it takes for
//! over. So nothing is owed to it, and one that was away knows all when it is back.
//!
//! Source: <https://prometheus.io/docs/alerting/latest/clients/>.

mod member;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use alarm::machine::State;
use alarm::notify::Webhook;
use alarm::{Judge, Key, Rule, Time};
use serde::Serialize;

use crate::config;
use crate::error::{Error, Result};
use crate::hub::vitals::Told;
use member::Member;

/// How often all is sent again if nothing changes.
const RESEND: Duration = Duration::from_secs(60);

/// For how long it is believed what was sent: a hub that is away for longer than this is taken for one where nothing fires.
const LASTS: Duration = Duration::from_secs(240);

/// For how long it is said again that something is over.
const REMEMBERED: Duration = Duration::from_secs(900);

/// The most alarms that are over and said again.
const MOST_OVER: usize = 10_000;

/// All Alertmanagers, and what they were sent.
pub(super) struct Alertmanagers {
    members: Vec<Member>,
    /// Where people can look.
    page: String,
    fires: BTreeMap<Key, Firing>,
    over: BTreeMap<Key, (Firing, Time)>,
    /// When all is sent again.
    next: Time,
}

/// An alarm that fires.
#[derive(Debug, Clone, PartialEq)]
struct Firing {
    since: Time,
    severity: String,
    summary: String,
    by: Option<String>,
}

/// An alarm as the interface of Alertmanagers has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Alert {
    labels: BTreeMap<String, String>,
    annotations: BTreeMap<String, String>,
    starts_at: String,
    ends_at: String,
    #[serde(rename = "generatorURL")]
    generator_url: String,
}

impl Alertmanagers {
    /// Starts a thread for each that the configuration has.
    ///
    /// # Errors
    /// What is wrong with a URL; the system has no thread.
    pub(super) fn start(config: &config::Hub, pages: SocketAddr, told: &Arc<Told>) -> Result<Self> {
        let member = |url: &String| {
            let to = format!("{}/api/v2/alerts", url.trim_end_matches('/'));
            let to = Webhook::parse(&to, config.alertmanager_ca.as_deref()).map_err(Error::Alertmanager)?;
            Member::start(to, Arc::clone(told))
        };
        Ok(Self {
            members: config.alertmanagers.iter().map(member).collect::<Result<_>>()?,
            page: format!("http://{pages}/alarms"),
            fires: BTreeMap::new(),
            over: BTreeMap::new(),
            next: Time::default(),
        })
    }

    /// Looks at what a judge knows, if that may have changed, and sends what fires if it has or if it is time to.
    pub(super) fn look(&mut self, judge: &Judge, now: Time, is_new: bool) {
        if self.members.is_empty() || !is_new && now < self.next {
            return;
        }
        let fires = fires(judge);
        if fires == self.fires && now < self.next {
            return;
        }
        let alerts = self.change(fires, now);
        self.next = now.plus(RESEND);
        if alerts.is_empty() {
            return;
        }
        for member in &self.members {
            member.send(Arc::clone(&alerts));
        }
    }

    /// Takes note of what fires now, and returns what is to be sent.
    fn change(&mut self, fires: BTreeMap<Key, Firing>, now: Time) -> Arc<[Alert]> {
        for (key, firing) in std::mem::replace(&mut self.fires, fires) {
            if !self.fires.contains_key(&key) && self.over.len() < MOST_OVER {
                self.over.insert(key, (firing, now));
            }
        }
        self.over
            .retain(|key, (_, ended)| !self.fires.contains_key(key) && now.since(*ended) < REMEMBERED);
        let until = now.plus(LASTS);
        let fires = self.fires.iter().map(|(key, firing)| (key, firing, until));
        let over = self
            .over
            .iter()
            .map(|(key, (firing, ended))| (key, firing, *ended));
        fires
            .chain(over)
            .map(|(key, firing, ends)| alert(key, firing, ends, &self.page))
            .collect()
    }

    /// Ends the threads. What is on its way may arrive.
    pub(super) fn stop(&mut self) {
        self.members.drain(..).for_each(Member::stop);
    }
}

/// Finds what fires and is not kept quiet: by a silence, by what it depends on, by its host being down. Limits, groups and flapping are not for those who
/// have their own.
fn fires(judge: &Judge) -> BTreeMap<Key, Firing> {
    let kept = judge.kept();
    let is_sent = |key: &Key, alarm: &alarm::Alarm| {
        let is_looked_after = matches!(alarm.state, State::Acknowledged | State::Settling);
        alarm.state.is_active() && !kept.waiting.contains(key) && (alarm.told || !is_looked_after)
    };
    let firing = |rule: &Rule, alarm: &alarm::Alarm| Firing {
        since: alarm.since,
        severity: rule.severity.to_string(),
        summary: rule.summary.clone(),
        by: alarm.by.clone(),
    };
    kept.alarms
        .iter()
        .filter(|(key, alarm)| is_sent(key, alarm))
        .filter_map(|(key, alarm)| Some((key.clone(), firing(judge.rules().get(&key.rule)?, alarm))))
        .collect()
}

fn alert(key: &Key, firing: &Firing, ends: Time, page: &str) -> Alert {
    // An empty label is none there.
    let of_series = key.labels.iter().filter(|(_, value)| !value.is_empty());
    let mut labels: BTreeMap<String, String> = of_series
        .map(|(label, value)| (label.to_owned(), value.to_owned()))
        .collect();
    // These say what it is, whatever the series has.
    labels.extend([
        ("alertname".to_owned(), key.rule.to_string()),
        ("host".to_owned(), key.host.to_string()),
        ("severity".to_owned(), firing.severity.clone()),
    ]);
    let annotations = [
        ("summary", Some(firing.summary.clone())),
        ("acknowledged_by", firing.by.clone()),
    ];
    Alert {
        labels,
        annotations: annotations
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value.filter(|value| !value.is_empty())?)))
            .collect(),
        starts_at: firing.since.utc(),
        // It must not be over before it begins.
        ends_at: ends.max(firing.since).utc(),
        generator_url: page.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use alarm::{Kept, Rules, trace};

    use super::*;

    fn judge() -> Judge {
        let rules = "interval = \"1d\"\n[[rule]]\nname = \"r\"\nwhen = 'last(m) > 4'\nsummary = \"too much\"\nat_most = 1\nstale = \"1d\"\n";
        Judge::new(
            Rules::parse(Path::new("r"), rules).unwrap().into(),
            Kept::default(),
        )
    }

    fn feed(judge: &mut Judge, lines: &str) {
        for line in lines.lines() {
            let (time, input) = trace::line(line.trim()).unwrap().unwrap();
            judge.feed(time, input).unwrap();
        }
    }

    fn sent(managers: &mut Alertmanagers, judge: &Judge, now: u64) -> Vec<String> {
        let alerts = managers.change(fires(judge), Time(now * 1000));
        let shown = |alert: &Alert| {
            let labels: Vec<_> = alert
                .labels
                .iter()
                .map(|(key, value)| format!("{key}={value}"))
                .collect();
            format!("{} {} {}", labels.join(","), alert.starts_at, alert.ends_at)
        };
        alerts.iter().map(shown).collect()
    }

    fn nobody() -> Alertmanagers {
        Alertmanagers {
            members: Vec::new(),
            page: String::new(),
            fires: BTreeMap::new(),
            over: BTreeMap::new(),
            next: Time::default(),
        }
    }

    #[test]
    fn what_fires_lasts_for_four_minutes_and_what_is_over_says_since_when() {
        let (mut managers, mut judge) = (nobody(), judge());
        feed(
            &mut judge,
            "1 a m{d=\"x\",host=\"fake\"} 5
            1 b m 5
            2 a m 1",
        );
        // No limit of the rule's counts: both are there.
        assert_eq!(
            sent(&mut managers, &judge, 10),
            [
                "alertname=r,d=x,host=a,severity=warning 1970-01-01T00:00:01Z 1970-01-01T00:04:10Z",
                "alertname=r,host=b,severity=warning 1970-01-01T00:00:01Z 1970-01-01T00:04:10Z",
            ]
        );
        feed(&mut judge, "20 b m 1");
        assert_eq!(
            sent(&mut managers, &judge, 20),
            [
                "alertname=r,d=x,host=a,severity=warning 1970-01-01T00:00:01Z 1970-01-01T00:04:20Z",
                "alertname=r,host=b,severity=warning 1970-01-01T00:00:01Z 1970-01-01T00:00:20Z",
            ]
        );
        // It is said again for a while, and not for ever; and no more once it fires again.
        assert_eq!(sent(&mut managers, &judge, 900).len(), 2);
        assert_eq!(sent(&mut managers, &judge, 920).len(), 1);
        feed(&mut judge, "930 b m 5");
        assert_eq!(
            sent(&mut managers, &judge, 930)[1],
            "alertname=r,host=b,severity=warning 1970-01-01T00:15:30Z 1970-01-01T00:19:30Z"
        );
    }

    #[test]
    fn what_is_kept_quiet_is_not_sent() {
        let (mut managers, mut judge) = (nobody(), judge());
        feed(
            &mut judge,
            "1 @silence s until=50 by=me host=a
            2 a m 5
            3 b m 5
            4 @silence t until=50 by=me host=b
            5 c m 5
            6 @ack r c me",
        );
        // What was told before somebody silenced or acknowledged it fires still.
        let hosts = |sent: Vec<String>| -> Vec<String> {
            let host = |line: &String| line.split_once("host=").map(|(_, rest)| rest[..1].to_owned());
            sent.iter().filter_map(host).collect()
        };
        assert_eq!(hosts(sent(&mut managers, &judge, 10)), ["b"]);
        feed(&mut judge, "60 c m 5");
        assert_eq!(hosts(sent(&mut managers, &judge, 60)), ["a", "b"]);
    }
}
