//! What a host says of itself: readings from the kernel's files.
//!
//! A [`Collectors`] reads `/proc` of a root folder and gives [`Reading`]s; each says by its [`Metric`] which file and
//! field it came from. What a kernel does not have is absent, never 0; what cannot be read is a [`Problem`].
mod collectors;
mod labels;
mod load;
mod metric;
mod problem;
mod reading;

pub use collectors::Collectors;
pub use labels::Labels;
pub use metric::{Kind, Metric, Unit};
pub use problem::Problem;
pub use reading::Reading;
