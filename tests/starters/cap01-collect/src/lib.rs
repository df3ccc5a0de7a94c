//! What a host says of itself: readings from the kernel's files.
//!
//! A [`Collectors`] reads `/proc` and some files of `/etc` and `/run`, below a root, and gives [`Reading`]s; each says by
//! its [`Metric`] which file and field it came from. What a host does not have is absent, never 0; what is there and
//! cannot be read is a [`Problem`], and the rest is read all the same.
//!
//! Values are in base units (bytes, seconds, a part of 1), and counters are as the kernel counts them: a rate is made by
//! whoever has two of them. The sum over a name counts nothing twice, so the processors together (`cpu.user`) and each of
//! them (`core.user{cpu="0"}`) have names of their own.
//!
//! | group | of | read from |
//! |---|---|---|
//! | `cpu`, `kernel` | the host | `/proc/stat` |
//! | `core` | each processor | `/proc/stat` |
//! | `load` | the host | `/proc/loadavg` |
//! | `host` | the host | `/proc/uptime`, `/proc/stat` |
//! | `memory` | the host | `/proc/meminfo` |
//! | `vm` | the host | `/proc/vmstat` |
//! | `pressure` | the host | `/proc/pressure` |
//! | `disk` | each disk, not its partitions | `/proc/diskstats` |
//! | `filesystem` | each that has a size | `/proc/self/mounts`, statvfs(3) |
//! | `network` | each interface | `/proc/net/dev` |
//! | `sockets` | the host; TCP's by state | `/proc/net/sockstat`, `sockstat6`, `tcp`, `tcp6` |
//! | `processes` | the host; processes by state | `/proc/stat`, `/proc/PID/stat` |
//! | `users` | the host | `/run/utmp` |
//! | `accounts` | the host | `/etc/passwd` |
//! | `agent` | the program itself | `/proc/self/stat` |
//! | `nginx` | a server that was named | its `stub_status`, over HTTP |
//! | `mysql` | a server that was named | `SHOW GLOBAL STATUS`, over its protocol |

#![expect(clippy::todo, reason = "delete this line with the last todo!")]
#![expect(
    dead_code,
    unused_imports,
    reason = "what your code will call is here already"
)]
mod budget;
mod collectors;
mod explain;
mod host;
pub mod human;
mod labels;
mod metric;
mod page;
mod problem;
pub mod prometheus;
mod reading;
mod roster;
mod services;

pub use collectors::{Collectors, Cost, metric, metrics};
pub use explain::explain;
pub use labels::Labels;
pub use metric::{Kind, Metric, Unit};
pub use problem::Problem;
pub use reading::Reading;
pub use services::{Mysql, Nginx, ServiceError};

pub(crate) use collectors::Collector;
pub(crate) use page::Page;
