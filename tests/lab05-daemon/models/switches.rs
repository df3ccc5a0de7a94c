//! What a switch costs.

use support::Case;

use super::proc::{allowed, children, threads, waits};
use super::runs::{MODELS, cores, expect_lines, models};

/// More rounds than anybody will wait for: the case ends them.
const ENDLESS: &str = "4000000000";

pub(super) fn every_switch_is_measured_on_one_core_and_on_all(case: &mut Case) {
    let ended = models(case, "--switches --size 200 --json").run();
    let lines = expect_lines(case, &ended);
    let seen: String = lines
        .iter()
        .map(|line| format!("{} {} {}\n", line["model"], line["cores"], line["rounds"]))
        .collect();
    let expected: String = MODELS
        .iter()
        .flat_map(|model| ["one", "all"].map(|cores| format!("\"{model}\" \"{cores}\" 200\n")))
        .collect();
    case.expect_same(&ended, "model, cores and rounds", &expected, &seen);
    case.expect(
        &ended,
        lines
            .iter()
            .all(|line| line["ns"].as_f64().is_some_and(|ns| ns > 0.0)),
        "nanoseconds in every line",
        ended.stdout_text(),
    );
    let ended = models(case, "--switches --model task --size 200").run();
    case.expect_status(&ended, 0);
    case.expect(
        &ended,
        ended.stdout_text().lines().count() == 3,
        "a head and two lines",
        ended.stdout_text(),
    );
}

pub(super) fn a_byte_goes_between_two_processes_on_one_core(case: &mut Case) {
    let mut running = models(case, &format!("--switches --model process --size {ENDLESS}")).spawn();
    let pid = running.pid();
    let mut before: Option<(u32, [u64; 2])> = None;
    // The numbers of waits differ by a thousand: each waits for the other, again and again.
    running.wait_until(
        "had one process beside it, both on one core, that wait for each other",
        || {
            let [other] = *children(pid) else { return false };
            let ([mine], [its]) = (&*waits(pid), &*waits(other)) else {
                return false;
            };
            let cores = [pid, other].map(|pid| allowed(pid).unwrap_or_default());
            let on_one = cores[0] == cores[1] && cores[0].parse::<u32>().is_ok();
            match before {
                Some((same, first)) if same == other => {
                    on_one && mine - first[0] > 1000 && its - first[1] > 1000
                }
                _ => {
                    before = Some((other, [*mine, *its]));
                    false
                }
            }
        },
    );
    let other = children(pid);
    drop(running);
    case.wait_until("the other process is gone, too", || {
        other.iter().all(|pid| !super::proc::lives(*pid))
    });
}

pub(super) fn who_has_given_bytes_back_is_waited_for(case: &mut Case) {
    const ROUNDS: u64 = 200_000;
    let mut running = models(case, &format!("--switches --model process --size {ROUNDS}")).spawn();
    let pid = running.pid();
    // The head, and the line of one core. Now it is measured on all, with another process.
    running.wait_for_lines(2);
    // With those of a child that was waited for.
    let written = super::proc::writes(pid);
    running.wait_until("had exactly one child, and that no zombie", || {
        let others = children(pid);
        others.len() == 1 && others.iter().all(|pid| super::proc::lives(*pid))
    });
    let ended = running.kill();
    case.expect(
        &ended,
        written.is_none_or(|times| times >= 2 * ROUNDS),
        &format!(
            "a byte to be written {ROUNDS} times, and given back as often, before the first line (syscw in /proc/PID/io)"
        ),
        format!("{} calls of write", written.unwrap_or_default()),
    );
}

pub(super) fn a_byte_goes_between_two_threads_of_one_process(case: &mut Case) {
    let mut running = models(case, &format!("--switches --model thread --size {ENDLESS}")).spawn();
    let pid = running.pid();
    running.wait_until(
        "had two threads that wait for each other, and no other process",
        || {
            let waits = waits(pid);
            children(pid).is_empty()
                && waits.len() <= 3
                && waits.iter().filter(|&&times| times > 1000).count() == 2
        },
    );
}

pub(super) fn a_byte_goes_between_two_tasks_without_another_process(case: &mut Case) {
    let mut running = models(case, &format!("--switches --model task --size {ENDLESS}")).spawn();
    let pid = running.pid();
    let most = cores() + 1;
    let mut found = 0;
    running.wait_until(
        "had a thread for the tasks, and no more than cores and the first one",
        || {
            found = threads(pid).len();
            children(pid).is_empty() && (2..=most).contains(&found)
        },
    );
    let ended = running.kill();
    case.expect_stdout(&ended, "model    cores   ns a switch\n");
}
