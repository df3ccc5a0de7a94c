use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, channel};

use alarm::Message;
use alarm::notify::{Notifier, Receiver, Report};
use alarm::rules::Severity;

use crate::error::{Error, Result};
use crate::hub::vitals::Told;

/// Notifications by receiver, in the order in which they are told.
pub(super) type Owed = BTreeMap<String, VecDeque<Message>>;

/// What is owed to receivers: what they are to be told, and of which it is not known yet that they have it, or never will.
///
/// It stands in the file of alarms, and nothing is told before it does. So a hub that is killed tells it after its next start, with the same key.
pub(super) struct Outbox {
    /// Until it is stopped.
    notifier: Option<Notifier>,
    wants: Vec<Wants>,
    owed: Owed,
    /// How many of these, from the first on, the receiver's thread has already.
    handed: BTreeMap<String, usize>,
    done: mpsc::Receiver<(String, String, bool)>,
    told: Arc<Told>,
}

/// What one receiver wants.
struct Wants {
    name: String,
    severity: Severity,
    /// The most that is owed to it.
    most: usize,
}

impl Outbox {
    /// Starts the receivers' threads. What is owed to those that are no more is dropped, which is said.
    ///
    /// # Errors
    /// [`Error::System`].
    pub(super) fn start(receivers: Vec<Receiver>, mut owed: Owed, told: Arc<Told>) -> Result<Self> {
        let of = |receiver: &Receiver| Wants {
            name: receiver.name.clone(),
            severity: receiver.severity,
            most: receiver.queue,
        };
        let wants: Vec<Wants> = receivers.iter().map(of).collect();
        owed.retain(|name, messages| {
            let is_there = wants.iter().any(|wants| wants.name == *name);
            if !is_there && !messages.is_empty() {
                let count = messages.len();
                told.dropped.fetch_add(count as u64, Ordering::Relaxed);
                eprintln!(
                    "muster-hub: alarms: {name} is no receiver any more; {count} notifications are dropped"
                );
            }
            is_there
        });
        let log = |line: &str| eprintln!("muster-hub: {line}");
        let (tell, done) = channel();
        let report = move |name: &str, message: &Message, is_delivered: bool| {
            // Once nobody listens, what is done counts as owed.
            let _ = tell.send((name.to_owned(), message.key.clone(), is_delivered));
        };
        let notifier = Notifier::reporting(receivers, Arc::new(log), Arc::new(report))
            .map_err(Error::system("start a thread"))?;
        let outbox = Self {
            notifier: Some(notifier),
            wants,
            owed,
            handed: BTreeMap::new(),
            done,
            told,
        };
        outbox.count();
        Ok(outbox)
    }

    /// Owes a notification to those who want it. To whom too much is owed already, it is not: that is counted.
    pub(super) fn owe(&mut self, message: &Message) {
        self.told.sent.fetch_add(1, Ordering::Relaxed);
        for wants in self
            .wants
            .iter()
            .filter(|wants| wants.severity <= message.severity)
        {
            let owed = self.owed.entry(wants.name.clone()).or_default();
            if owed.len() < wants.most {
                owed.push_back(message.clone());
            } else {
                self.told.dropped.fetch_add(1, Ordering::Relaxed);
            }
        }
        self.count();
    }

    /// Says whether there is something that receivers' threads do not have yet.
    pub(super) fn has_more(&self) -> bool {
        let handed = |name: &String| self.handed.get(name).copied().unwrap_or_default();
        self.owed.iter().any(|(name, owed)| handed(name) < owed.len())
    }

    /// Hands over to receivers' threads what they do not have yet. It must stand in the file by now.
    pub(super) fn hand_over(&mut self) {
        let Some(notifier) = &mut self.notifier else {
            return;
        };
        for (name, owed) in &self.owed {
            let handed = self.handed.entry(name.clone()).or_default();
            for message in owed.iter().skip(*handed) {
                if !notifier.send_to(name, &Arc::new(message.clone())) {
                    break;
                }
                *handed += 1;
            }
        }
    }

    /// Takes note of what receivers are done with; says whether there was anything.
    pub(super) fn settle(&mut self) -> bool {
        let mut is_changed = false;
        while let Ok((name, key, is_delivered)) = self.done.try_recv() {
            is_changed |= self.settled(&name, &key, is_delivered);
        }
        self.count();
        is_changed
    }

    fn settled(&mut self, name: &str, key: &str, is_delivered: bool) -> bool {
        let (Some(owed), Some(handed)) = (self.owed.get_mut(name), self.handed.get_mut(name)) else {
            return false;
        };
        let Some(at) = owed.iter().take(*handed).position(|message| message.key == key) else {
            return false;
        };
        owed.remove(at);
        *handed -= 1;
        let counted = if is_delivered {
            &self.told.delivered
        } else {
            &self.told.given_up
        };
        counted.fetch_add(1, Ordering::Relaxed);
        true
    }

    /// Returns what is owed, for the file.
    pub(super) fn owed(&self) -> &Owed {
        &self.owed
    }

    /// Ends the threads: what is on its way may arrive, nothing else is begun. What is left is still owed.
    pub(super) fn stop(&mut self) -> Vec<Report> {
        let reports = self.notifier.take().map(Notifier::stop).unwrap_or_default();
        self.settle();
        reports
    }

    fn count(&self) {
        let owed: usize = self.owed.values().map(VecDeque::len).sum();
        self.told.owed.store(owed as u64, Ordering::Relaxed);
    }
}
