//! What is seen of the workers from outside.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use support::{Case, Ended};

use super::proc::{children, lives, state, waits};
use super::runs::{MODELS, Trial, cores, models};

pub(super) fn as_many_jobs_are_under_way_as_there_are_workers(case: &mut Case) {
    for model in MODELS {
        for workers in [1, 6] {
            let trial = Trial {
                load: "wait",
                model,
                workers,
                jobs: 3 * workers,
                size: 200,
            };
            let (ended, line) = trial.expect_sum(case, 600 * workers as u64);
            let what = format!("jobs under way at once, of {workers} workers of model {model}");
            case.expect_same(&ended, &what, &workers.to_string(), &line["at_once"].to_string());
            // Each worker has three jobs of 200 ms, and no two at once. The program's own clock counts: the suite's begins when the suite
            // gets a core again.
            let ms = line["ms"].as_f64().unwrap_or(0.0);
            case.expect(
                &ended,
                ms >= 600.0,
                "the time that the waits need, at least",
                format!("{ms} ms"),
            );
        }
    }
}

pub(super) fn processes_compute_at_the_same_time_and_no_more_than_were_asked_for(case: &mut Case) {
    let trial = Trial {
        load: "cpu",
        model: "process",
        workers: 3,
        jobs: 24,
        size: 30_000,
    };
    let mut running = trial.program(case).spawn();
    let pid = running.pid();
    let mut seen = BTreeSet::new();
    let mut most_computing = 0;
    // A process that wants a core is in state R whether it has one or not: so this does not depend on how busy the machine is.
    running.wait_until("had 3 processes that compute at the same time", || {
        let workers = children(pid);
        let computing = workers
            .iter()
            .filter(|&&worker| state(worker) == Some('R'))
            .count();
        most_computing = most_computing.max(computing);
        seen.extend(workers);
        computing >= 3
    });
    loop {
        let now = children(pid);
        if now.is_empty() || !lives(pid) {
            break;
        }
        seen.extend(now);
        std::thread::sleep(Duration::from_millis(3));
    }
    let ended = running.wait();
    trial.expect_line(case, &ended, 24 * 3245);
    case.expect(
        &ended,
        seen.len() == 3,
        "3 processes, which do one job after the other",
        format!("{} processes in all", seen.len()),
    );
}

pub(super) fn no_more_workers_than_jobs_are_started(case: &mut Case) {
    let trial = Trial {
        load: "wait",
        model: "process",
        workers: 40,
        jobs: 2,
        size: 400,
    };
    let mut running = trial.program(case).spawn();
    let pid = running.pid();
    let mut most = 0;
    running.wait_until("had a process for each of 2 jobs", || {
        most = most.max(children(pid).len());
        most >= 2
    });
    while lives(pid) {
        most = most.max(children(pid).len());
        std::thread::sleep(Duration::from_millis(3));
    }
    let ended = running.wait();
    trial.expect_line(case, &ended, 800);
    case.expect(
        &ended,
        most == 2,
        "2 processes for 2 jobs, however many workers there may be",
        format!("{most} processes"),
    );
}

pub(super) fn a_worker_that_is_killed_is_named(case: &mut Case) {
    let trial = Trial {
        load: "wait",
        model: "process",
        workers: 3,
        jobs: 9,
        size: 60_000,
    };
    let mut running = trial.program(case).spawn();
    let pid = running.pid();
    let mut workers = Vec::new();
    running.wait_until("had 3 processes", || {
        workers = children(pid);
        workers.len() == 3
    });
    let victim = workers[1];
    let errors = |pid: u32| fs::read_link(format!("/proc/{pid}/fd/2")).unwrap_or_default();
    let same = errors(victim) == errors(pid);
    send(victim, Signal::KILL);
    running.wait_until("ended the other workers", || {
        workers.iter().all(|worker| !lives(*worker))
    });
    let ended = running.wait();
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, &format!("pid {victim}"));
    case.expect_stdout(&ended, "");
    case.expect(
        &ended,
        same,
        "workers whose standard error is that of the program",
        "another one",
    );
}

pub(super) fn a_worker_that_owes_nothing_may_end(case: &mut Case) {
    let trial = Trial {
        load: "cpu",
        model: "process",
        workers: 2,
        jobs: 3,
        size: 100_000,
    };
    let mut running = trial.program(case).spawn();
    let pid = running.pid();
    // The third job is under way, and the program waits for it: whoever else waits has nothing to do. It has to look like that more than
    // once, and not to have done anything in between, since between two jobs it looks the same for a moment.
    let (mut idle, mut looks) = (None, 0);
    running.wait_until("had one worker that computes, and one without a job", || {
        let workers = children(pid);
        let are = |letter| -> Vec<u32> {
            let is = |worker: &u32| state(*worker) == Some(letter);
            workers.iter().copied().filter(is).collect()
        };
        let (waiting, computing) = (are('S'), are('R'));
        let now = match (&*waiting, &*computing) {
            ([worker], [_]) if state(pid) == Some('S') => Some((*worker, waits(*worker))),
            _ => None,
        };
        looks = if now.is_some() && now == idle {
            looks + 1
        } else {
            0
        };
        idle = now;
        looks >= 3
    });
    if let Some((worker, _)) = idle {
        send(worker, Signal::KILL);
    }
    let ended = running.wait();
    trial.expect_line(case, &ended, 3 * 9592);
}

fn send(pid: u32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(pid.cast_signed()) {
        let _ = kill_process(pid, signal);
    }
}

pub(super) fn workers_are_waited_for_before_the_next_row(case: &mut Case) {
    let mut running = models(case, "--load wait --model process --jobs 2 --size 600").spawn();
    let pid = running.pid();
    running.wait_for_lines(4);
    // With two workers the next row takes 600 ms. Whoever ended in the rows before and is still listed is listed as long as the program lives.
    running.wait_until("had exactly 2 children, and neither of them a zombie", || {
        let workers = children(pid);
        workers.len() == 2 && workers.iter().all(|worker| state(*worker) != Some('Z'))
    });
    let ended = running.kill();
    case.expect(
        &ended,
        !ended.stdout.is_empty(),
        "rows as soon as they are measured",
        "none",
    );
}

pub(super) fn nothing_outlives_a_program_that_is_killed(case: &mut Case) {
    for signal in [Signal::TERM, Signal::KILL] {
        // In a session of its own, where the end of the program that the case watches reaches nobody.
        let path = case.program_path("daemon").display().to_string();
        let args = "models --load wait --model process --workers 4 --jobs 8 --size 60000";
        let args = ["--fork", "--wait", &path].into_iter().chain(args.split(' '));
        let mut running = case.peer("setsid", "util-linux").args(args).spawn();
        let pid = running.pid();
        let (mut program, mut workers) = (0, Vec::new());
        running.wait_until("had 4 processes", || {
            program = children(pid).first().copied().unwrap_or(0);
            workers = children(program);
            workers.len() == 4 && workers.iter().all(|worker| state(*worker) == Some('S'))
        });
        send(program, signal);
        case.wait_until("every worker of a program that was killed is gone", || {
            workers.iter().all(|worker| !lives(*worker))
        });
        drop(running);
    }
}

/// Expects at least `threads` threads to have done a quarter of a fair share of the work, and none more than `most` to be there at all.
fn expect_threads(case: &mut Case, trial: &Trial, sum: u64, threads: usize, most: usize) {
    // On a busy machine the threads are seen too seldom, or one of them is kept waiting: so one run of four has to show it.
    for left in (0..4).rev() {
        let ended = trial.program(case).observe_threads().run();
        trial.expect_line(case, &ended, sum);
        expect_at_most(case, &ended, most);
        let total: Duration = ended.threads.iter().sum();
        let fair = total / threads as u32;
        let busy = ended.threads.iter().filter(|&&time| time * 4 >= fair).count();
        if busy >= threads {
            return;
        }
        case.expect(
            &ended,
            left > 0,
            &format!("{threads} threads that do their share of the work (a quarter of a fair one at least)"),
            format!(
                "time on a processor, thread by thread, in the last of four runs: {:?}",
                ended.threads
            ),
        );
    }
}

fn expect_at_most(case: &mut Case, ended: &Ended, most: usize) {
    case.expect(
        ended,
        ended.threads.len() <= most,
        &format!("at most {most} threads, the first one with them"),
        format!("{} threads", ended.threads.len()),
    );
}

pub(super) fn every_thread_that_was_asked_for_computes(case: &mut Case) {
    for workers in [2, 4] {
        let trial = Trial {
            load: "cpu",
            model: "thread",
            workers,
            jobs: 24,
            size: 20_000,
        };
        expect_threads(case, &trial, 24 * 2262, workers, workers + 1);
    }
}

pub(super) fn threads_do_one_job_after_the_other(case: &mut Case) {
    let trial = Trial {
        load: "wait",
        model: "thread",
        workers: 4,
        jobs: 80,
        size: 20,
    };
    let ended = trial.program(case).observe_threads().run();
    trial.expect_line(case, &ended, 1600);
    expect_at_most(case, &ended, 5);
    let trial = Trial {
        workers: 64,
        jobs: 2,
        size: 100,
        ..trial
    };
    let ended = trial.program(case).observe_threads().run();
    trial.expect_line(case, &ended, 200);
    expect_at_most(case, &ended, 3);
}

pub(super) fn computing_tasks_use_every_core(case: &mut Case) {
    let cores = cores();
    let trial = Trial {
        load: "cpu",
        model: "task",
        workers: 16 * cores,
        jobs: 16 * cores,
        size: 20_000,
    };
    // A machine with very many has them done before they are all seen.
    expect_threads(case, &trial, 2262 * 16 * cores as u64, cores.min(2), cores + 1);
}

pub(super) fn a_thousand_tasks_wait_on_as_many_threads_as_there_are_cores(case: &mut Case) {
    // First fewer: so that a program whose tasks wait in turn is told so, and does not run into its time limit.
    for (jobs, size) in [(40, 250), (1000, 1500)] {
        let trial = Trial {
            load: "wait",
            model: "task",
            workers: jobs,
            jobs,
            size,
        };
        let ended = trial.program(case).observe_threads().run();
        let line = trial.expect_line(case, &ended, (jobs * size) as u64);
        case.expect_same(
            &ended,
            &format!("tasks that wait at once, of {jobs}"),
            &jobs.to_string(),
            &line["at_once"].to_string(),
        );
        expect_at_most(case, &ended, cores() + 1);
    }
}
