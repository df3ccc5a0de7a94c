//! What a host says of itself: readings from the kernel's files.
//!
//! A [`Collectors`] reads `/proc` and some files of `/etc` and `/run`, below a root, and gives [`Reading`]s; each says by
//! its [`Metric`] which file and field it came from. What a host does not have is absent, never 0; what is there and
//! cannot be read is a [`Problem`], and the rest is read all the same.
mod budget;
mod collectors;
mod host;
mod labels;
mod metric;
mod page;
mod problem;
pub mod prometheus;
mod reading;
mod roster;

pub use collectors::{Collectors, Cost, metrics};
pub use labels::Labels;
pub use metric::{Kind, Metric, Unit};
pub use problem::Problem;
pub use reading::Reading;

pub(crate) use collectors::Collector;
pub(crate) use page::Page;
