//! When somebody is to be told, and who: rules over readings, a printed state machine, silences, receivers.
//!
//! A [`Judge`] takes in what happened, a [`trace::Input`] at a time with its moment, and says what follows: [`Event`]s. It reads no clock and
//! does nothing by itself, so that the same rules and the same trace give the same events, and a stored [`Kept`] goes on where it was.
//! Who is to be told gets [`Message`]s from a [`notify::Notifier`], in threads of their own.
//!
//! | module | what |
//! |---|---|
//! | [`rules`], [`expr`] | a file of rules, and the little language in it |
//! | [`trace`] | what happened, as lines |
//! | [`machine`] | the states of an alarm, and the table of all that can happen |
//! | `window` | the newest samples of a series, and functions of them |
//! | `judge` | takes in what happens; what is told, and what is not |
//! | [`why`], [`replay`] | what was, and what would have been |
//! | [`notify`] | webhook, command and SMTP |

#![expect(clippy::todo, reason = "delete this line with the last todo!")]
#![expect(
    dead_code,
    unused_imports,
    reason = "what your code will call is here already"
)]
mod event;
pub mod expr;
mod judge;
mod kept;
mod labels;
mod limit;
pub mod machine;
mod name;
pub mod notify;
mod pattern;
pub mod replay;
pub mod rules;
mod silence;
mod time;
mod timers;
mod times;
pub mod trace;
pub mod why;
mod window;

pub use event::{Because, Event, Key, Kind, Member, Message, What};
pub use judge::{Backwards, Judge};
pub use kept::{Alarm, Host, Kept, KeptError, replace};
pub use labels::Labels;
pub use limit::Recent;
pub use name::Name;
pub use pattern::{Pattern, takes};
pub use rules::{Rule, Rules, Severity};
pub use silence::Silence;
pub use time::{Time, show_span, span};
pub use times::Times;
pub use window::{Outcome, Samples};
