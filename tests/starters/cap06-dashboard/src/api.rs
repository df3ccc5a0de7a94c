//! The JSON interface, as the crate's documentation describes it.
mod alarms;
mod events;
mod failure;
mod hosts;
mod range;

pub(crate) use alarms::alarms;
pub(crate) use events::{fleet_events, host_events};
pub(crate) use failure::Failure;
pub(crate) use hosts::{host, hosts};
pub(crate) use range::{Span, range};
