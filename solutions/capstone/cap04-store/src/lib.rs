//! Keeps series of samples in an SQL database, and answers questions about them.
//!
//! One file of SQLite in WAL mode: one [`Store`] writes, any number of [`Reader`]s read at the same time, each on a connection of
//! its own, and none waits for another. A [`Writer`] puts the store on a thread behind a bounded queue, commits many waiting batches at once,
//! and deletes what is old.
//!
//! A batch is one row of the table `recent` until its window of two hours has ended; then its samples move into chunks ([`codec`]), of which
//! a series has one a window, and are summed up by minutes and hours. Anybody may open the file with `sqlite3` while it is in use:
//!
//! ```sql
//! SELECT * FROM hourly WHERE metric = 'load.1m' ORDER BY hour DESC LIMIT 10;
//! SELECT from_ms, hex(data) FROM chunk WHERE series = 1; -- each is read by `store decode`
//! ```
//!
//! **What a commit promises.** A committed batch survives the end of the process in whatever way (`kill -9`), and a power cut, if the disk
//! does not lie: each transaction waits for the disk (`synchronous = FULL`), which is why a busy [`Writer`] makes few large ones. The log
//! beside the database (`-wal`) grows to 16 MiB before it is put into it.
//!
//! ```
//! use std::time::Duration;
//! use collect::{Kind, Labels, Unit};
//! use store::{Batch, Reader, Sample, Store};
//!
//! # let folder = std::env::temp_dir().join(format!("store-doc-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder).unwrap();
//! let path = folder.join("fleet.db");
//! let mut store = Store::open(&path)?;
//! let sample = |time_ms, value| Sample {
//!     name: "disk.read_bytes".into(),
//!     labels: Labels::one("disk", "sda"),
//!     kind: Kind::Counter,
//!     unit: Unit::Bytes,
//!     time_ms,
//!     value,
//! };
//! store.append(&[Batch::now("web1", vec![sample(10_000, 500.0), sample(20_000, 2_500.0)])])?;
//!
//! let reader = Reader::open(&path)?;
//! let host = &reader.hosts()?[0];
//! let series = &reader.series(host.id)?[0];
//! let points = reader.rate(series.id, 0, 60_000, Duration::from_secs(60))?;
//! assert_eq!(points[0].avg, 200.0); // bytes a second
//! # drop((store, reader));
//! # std::fs::remove_dir_all(&folder).unwrap();
//! # Ok::<(), store::Error>(())
//! ```
//~codec #![expect(clippy::ptr_arg, reason = "what your code appends to is here already")]
//~crash #![expect(dead_code, unused_imports, reason = "what your code will call is here already")]
mod backup;
mod check;
mod chunk;
pub mod codec;
mod engine;
mod error;
mod fold;
mod head;
mod line;
mod location;
mod migrate;
mod pack;
mod reader;
mod recent;
mod retention;
mod rollup;
mod sample;
mod schema;
mod steps;
mod store;
mod whole;
mod writer;

pub use backup::backup;
pub use check::{Checked, Info, check, info};
pub use engine::SqlError;
pub use error::{Error, Place, Result};
pub use line::{Line, NoSample};
#[cfg(feature = "mariadb")]
pub use location::Server;
pub use location::{Location, NoLocation};
pub use reader::{Host, HostId, Reader, Series, SeriesId};
pub use retention::{Expired, Retention};
pub use sample::{Appended, Batch, Sample, Value, now_ms};
pub use steps::Point;
pub use store::Store;
pub use writer::{Committed, Writer};
