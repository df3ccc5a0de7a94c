//! How waits end that nobody ends, or another thread.

use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use support::Case;

use super::script::{play, same_everywhere};
use crate::peers::Threads;

const POLLERS: [&str; 3] = ["epoll", "poll", "select"];

pub(super) fn a_wake_ends_a_wait_and_many_are_one(case: &mut Case) {
    same_everywhere(
        case,
        "wake\nwait 10000\nwait 0\nwake\nwake\nwake\nwait 10000\nwait 0\nwake\nwait 10000\n",
    );
}

pub(super) fn a_wake_is_told_beside_what_is_ready(case: &mut Case) {
    same_everywhere(
        case,
        "pair a\nregister a r\nsend a x\nwake\nwait 10000\nwait 10000\nread a 1\nwait 0\n",
    );
}

pub(super) fn a_wait_lasts_as_long_as_it_was_told(case: &mut Case) {
    const WAIT: Duration = Duration::from_millis(250);
    for poller in POLLERS {
        let ended = play(case, poller, &[], "pair a\nregister a r\nwait 250\n");
        case.expect_stdout(&ended, "ok\nok\nnothing\n");
        case.expect(
            &ended,
            ended.wall >= WAIT,
            &format!("`wait 250` takes 250 ms with --poller {poller}"),
            format!("the program ended after {} ms", ended.wall.as_millis()),
        );
    }
}

pub(super) fn no_time_is_used_while_it_waits(case: &mut Case) {
    for poller in POLLERS {
        let mut running = case
            .program("poll")
            .args(["--poller", poller])
            .stdin_piped()
            .spawn();
        running.write(b"pair a\nregister a r\nsend a x\nread a 1\nwait 60000\n");
        running.wait_for_lines(4);
        let pid = running.pid();
        let mut slept = false;
        let since = Instant::now();
        while !slept && since.elapsed() < Duration::from_secs(5) {
            let before = Threads::of(pid);
            thread::sleep(Duration::from_millis(200));
            slept = before.all_sleep() && before == Threads::of(pid);
        }
        let ended = running.kill();
        case.expect(
            &ended,
            slept,
            &format!("a wait for nothing sleeps with --poller {poller}"),
            "it wakes up again and again",
        );
        case.expect_stdout(&ended, "ok\nok\nok\nx\n");
    }
}

pub(super) fn a_signal_is_no_error(case: &mut Case) {
    for poller in POLLERS {
        survives_a_signal(case, poller, &[]);
    }
}

/// A process that is stopped and goes on finds its wait interrupted.
pub(crate) fn survives_a_signal(case: &mut Case, poller: &str, args: &[&str]) {
    let mut running = case
        .program("poll")
        .args(["--poller", poller])
        .args(args)
        .stdin_piped()
        .spawn();
    running.write(b"pair a\nregister a r\nwait 2000\n");
    running.wait_for_lines(2);
    let pid = running.pid();
    running.wait_until("went to sleep", || Threads::of(pid).all_sleep());
    running.signal(Signal::STOP);
    // One that goes on before it was stopped has slept through both.
    running.wait_until("stopped", || Threads::of(pid).all_are_stopped());
    running.signal(Signal::CONT);
    running.write(b"send a x\nwait 10000\n");
    running.close_stdin();
    let ended = running.wait();
    case.expect_stdout(&ended, "ok\nok\nnothing\nok\na readable\n");
    case.expect_status(&ended, 0);
}
