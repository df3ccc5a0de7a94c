//! Tells the supervisor how a service is, for services that are shell scripts. Nothing here is to be written.
//!
//! `notify READY=1 "STATUS=waiting for work"` sends its arguments, a line each, to the socket that `NOTIFY_SOCKET` names, and does nothing
//! without that variable.

use std::process::ExitCode;

use daemon::control::notify::Sender;

fn main() -> ExitCode {
    let lines: Vec<String> = std::env::args().skip(1).collect();
    match Sender::from_environment() {
        Ok(Some(sender)) => sender.send(&lines.join("\n")),
        Ok(None) => {}
        Err(error) => {
            eprintln!("notify: NOTIFY_SOCKET: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
