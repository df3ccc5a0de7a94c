//! More than there should be, and longer.

use std::fs::{self, File};
use std::io::{self, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use super::{Tries, at, target};

/// More tasks than a cell gives, and few enough for a machine without one.
const TASKS: usize = 700;

pub(super) fn stress(tries: &mut Tries) {
    tasks(tries);
    let program = std::env::current_exe();
    let left = program.and_then(|program| {
        let mut command = Command::new(program);
        command
            .args(["linger", &at(target::TOKEN)])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.spawn()
    });
    // The prober looks whether it is still there when the case has ended.
    tries.say(
        "leaving a daemon behind",
        true,
        format!("{:?}", left.map(|child| child.id())),
    );
    // The signal that comes here ends this process: what it would say does not come then.
    let written = large_file();
    tries.refused("writing a file beyond the limit", written);
}

fn tasks(tries: &mut Tries) {
    let (hold, held) = mpsc::channel::<()>();
    let held = std::sync::Arc::new(std::sync::Mutex::new(held));
    let mut threads = Vec::new();
    let mut refused = None;
    while threads.len() < TASKS && refused.is_none() {
        let held = std::sync::Arc::clone(&held);
        let made = std::thread::Builder::new().stack_size(16 << 10).spawn(move || {
            let _ = held.lock().map(|held| held.recv());
        });
        match made {
            Ok(thread) => threads.push(thread),
            Err(error) => refused = Some(error),
        }
    }
    let count = threads.len();
    drop(hold);
    for thread in threads {
        let _ = thread.join();
    }
    let seen = format!("{count} tasks, then {refused:?}");
    tries.say("starting tasks without end", refused.is_some(), seen);
}

fn large_file() -> io::Result<()> {
    let mut file = File::create("large")?;
    let piece = [0; 64 << 10];
    for _ in 0..64 {
        file.write_all(&piece)?;
    }
    fs::remove_file("large")
}

/// Stays when its parent has gone, in a session of its own, as a daemon does.
pub(super) fn linger() -> io::Result<()> {
    rustix::process::setsid()?;
    std::thread::sleep(Duration::from_secs(120));
    Ok(())
}
