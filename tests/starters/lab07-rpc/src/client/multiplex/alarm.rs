//! Waking a task at a time, without moving that time with every event.

use std::pin::Pin;
use std::task::Context;
use std::time::Instant;

use tokio::time::{Sleep, sleep_until};

/// Wakes a task once.
#[derive(Default)]
pub(super) struct Alarm {
    /// When it will go off.
    at: Option<Instant>,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Alarm {
    /// Returns whether it has gone off. If not, it will, at `next` or earlier: whoever finds then that it was too early asks again.
    ///
    /// Most deadlines move away before they come: with every answer, with every byte. So the time of the alarm moves only if it is too late, and
    /// an alarm that was early costs less than one that was set anew for each event.
    pub(super) fn goes_off(&mut self, next: Instant, context: &mut Context<'_>) -> bool {
        let sleep = self
            .sleep
            .get_or_insert_with(|| Box::pin(sleep_until(next.into())));
        if self.at.is_none_or(|at| next < at) {
            self.at = Some(next);
            sleep.as_mut().reset(next.into());
        }
        let gone_off = sleep.as_mut().poll(context).is_ready();
        if gone_off {
            self.at = None;
        }
        gone_off
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::task::Poll;
    use std::time::Duration;

    use super::*;

    #[test]
    fn it_goes_off_at_the_earliest_time_it_was_asked_for() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(async {
            let begin = Instant::now();
            let (soon, late) = (
                begin + Duration::from_millis(20),
                begin + Duration::from_secs(3600),
            );
            let mut alarm = Alarm::default();
            poll_fn(|context| {
                assert!(!alarm.goes_off(late, context));
                assert!(!alarm.goes_off(soon, context));
                Poll::Ready(())
            })
            .await;
            poll_fn(|context| match alarm.goes_off(late, context) {
                true => Poll::Ready(()),
                false => Poll::Pending,
            })
            .await;
            assert!(begin.elapsed() >= Duration::from_millis(20));
            assert_eq!(alarm.at, None);
        });
    }
}
