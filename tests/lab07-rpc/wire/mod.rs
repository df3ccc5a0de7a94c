//! The wire as the suite sees it: frames written and read without the subject's code, raw peers, and programs of the subject.
//!
//! | file | what |
//! |---|---|
//! | `frame` | a [`Frame`], its bytes, and how it is found among bytes |
//! | `text` | frames as lines of text, for scripts and verdicts |
//! | `end` | sides and ends of a connection |
//! | `rules` | what every frame of the subject has to keep, whichever case looks at it |
//! | `help` | a case of every stage: what a program says of itself |
//! | `socket` | a [`Wire`]: a connection that speaks frames, on either side |
//! | `host` | a [`Host`]: a listener for the subject's clients |
//! | `subject` | a [`Subject`]: a program of the subject that runs; a [`Server`] is one that listens |
//! | `probe` | a [`Probe`]: what a server says of itself |
//! | `script` | conversations, written down as they are to go |
//! | `split` | bytes cut into pieces |
//! | `observed` | what /proc says of a program |

mod end;
mod frame;
mod help;
mod host;
mod observed;
mod probe;
mod rules;
mod script;
mod socket;
mod split;
mod subject;
mod text;

pub(crate) use end::End;
pub(crate) use frame::{Frame, HEADER, LAST, MAY_SKIP, MUST_TAKE, checked, code, kind};
pub(crate) use help::the_help_names_every_command;
pub(crate) use host::Host;
pub(crate) use observed::{Threads, number_in_status, sockets};
pub(crate) use probe::Probe;
pub(crate) use socket::Wire;
pub(crate) use split::Split;
pub(crate) use subject::{Server, Subject};

use std::time::Duration;

/// How long a peer waits for what must come. A machine with much to do is slower than an answer takes, and never as slow as this.
pub(crate) const PATIENCE: Duration = Duration::from_secs(12);
