//! A terminal that nobody sits at: what a program draws when it believes that somebody looks.

use std::io;
use std::os::fd::OwnedFd;

use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt};
use rustix::termios::{OptionalActions, OutputModes, Winsize, tcgetattr, tcsetattr, tcsetwinsize};

/// How many characters a terminal shows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) columns: u16,
    pub(crate) rows: u16,
}

/// A pseudo terminal: what is written to one end is read at the other.
#[derive(Debug)]
pub(crate) struct Terminal {
    /// The end that the case reads. Once the program has closed its own, reading fails with EIO.
    pub(crate) ours: OwnedFd,
    /// The end that the program takes for a terminal.
    pub(crate) programs: OwnedFd,
}

impl Terminal {
    /// Opens a terminal that passes on what is written as it is: no carriage return is added to a line feed.
    ///
    /// Source: pty(7), termios(3).
    pub(crate) fn open(size: Size) -> io::Result<Self> {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let ours = openpt(flags)?;
        grantpt(&ours)?;
        unlockpt(&ours)?;
        let programs = ioctl_tiocgptpeer(&ours, flags)?;
        let mut modes = tcgetattr(&programs)?;
        modes.output_modes.remove(OutputModes::OPOST);
        tcsetattr(&programs, OptionalActions::Now, &modes)?;
        tcsetwinsize(
            &programs,
            Winsize {
                ws_col: size.columns,
                ws_row: size.rows,
                ws_xpixel: 0,
                ws_ypixel: 0,
            },
        )?;
        Ok(Self { ours, programs })
    }
}

#[cfg(test)]
mod tests {
    use crate::case::Case;

    #[test]
    fn a_program_sees_a_terminal_of_the_size_that_was_asked_for() {
        let mut case = Case::in_folder("terminal", &std::env::temp_dir());
        let script =
            "test -t 1 && test -t 2 && stty size <&2 && stty size <&1 >&2 && printf '%s\\r\\n' \"$TERM\" >&2";
        let ended = case
            .peer("sh", "dash")
            .args(["-c", script])
            .terminal(72, 20)
            .run();
        case.expect_status(&ended, 0);
        assert_eq!(ended.stdout_text(), "20 72\n");
        assert_eq!(ended.stderr_text(), "20 72\nxterm\r\n");
    }

    #[test]
    fn all_that_was_drawn_is_kept_also_what_came_last() {
        let mut case = Case::in_folder("terminal-long", &std::env::temp_dir());
        let ended = case
            .peer("sh", "dash")
            .args(["-c", "seq 20000 >&2; seq 3; printf end >&2"])
            .terminal(80, 24)
            .run();
        case.expect_status(&ended, 0);
        let drawn = ended.stderr_text();
        assert_eq!(drawn.lines().count(), 20_001);
        assert!(drawn.ends_with("20000\nend") && ended.stdout == b"1\n2\n3\n");
    }

    #[test]
    fn without_one_there_is_no_terminal() {
        let mut case = Case::in_folder("terminal-none", &std::env::temp_dir());
        let ended = case
            .peer("sh", "dash")
            .args(["-c", "test -t 1 || test -t 2"])
            .run();
        case.expect_status(&ended, 1);
    }
}
