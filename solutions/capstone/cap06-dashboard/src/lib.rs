//! Serves pages and a JSON interface over a store: all hosts, and one host with live charts.
//!
//! Everything is in the executable, and a page loads nothing from elsewhere: it works in a network that leads nowhere. Pages come
//! with a policy that allows no script but those of this crate, and every text that a host had a say in is set as text.
//!
//! # The JSON interface
//! Whoever asks is logged in: with the cookie that `/login` sets, or with `Authorization: Bearer TOKEN`. All is read with `GET`; times are
//! milliseconds since 1970-01-01 UTC. What fails is `{"error":"a sentence."}`, with 400 (the question is wrong), 401 (not logged in), 404
//! (there is no such thing), 429 (too many attempts), 500 (the store says no) or 503 (too many streams).
//!
//! | path | answer |
//! |---|---|
//! | `/api/v1/hosts?from_ms=F&step_ms=S` | `{"now_ms", "interval_ms", "hosts":[…]}`, each host as below. With `from_ms`, each has its `history` of the cpu since then, a number a step or `null`. |
//! | `/api/v1/hosts/ID` | `{"now_ms", "interval_ms", "host":{…}, "series":[{"id", "name", "labels":{…}, "kind", "unit", "last_ms", "last"}]}` |
//! | `/api/v1/range?series=1,2&from_ms=F&to_ms=T&step_ms=S` | `{"from_ms", "to_ms", "step_ms", "series":[{"id", "time_ms":[…], "avg":[…], "min":[…], "max":[…]}]}`; a counter is given as its rate a second; a step without values is absent |
//! | `/api/v1/alarms` | `{"now_ms", "alarms":[{"host", "rule", "labels", "severity", "state", "since_ms", "told", "by", "summary"}]}` of those that are not well, as whoever judges has put them on the [`Board`] |
//! | `/api/v1/events` | a stream of server-sent events: `hosts`, with `{"now_ms", "hosts":[…]}` of those that changed |
//! | `/api/v1/hosts/ID/events?series=1,2&since_ms=F&step_ms=S` | a stream: `points`, with `{"now_ms", "host":{…}, "series":[…]}` as in a range, from the step on that the last event ended in; a stream that reconnects goes on where it was (`Last-Event-ID`) |
//! | `/api/v1/me` | `{"name", "role":"viewer"|"operator", "csrf"}`: who asks |
//! | `/api/v1/rules`, `/api/v1/silences` | what whoever judges says of them (the [`Desk`]) |
//! | `POST /api/v1/do/WHAT` | what an operator has done: JSON, with `X-CSRF-Token` if it is a cookie that says who asks |
//!
//! A host is `{"id", "name", "state":"up"|"down", "first_ms", "seen_ms", "load", "cpus", "cpu", "memory", "memory_bytes", "filesystem"}`: the
//! load of a minute, the number of processors, what part of the processors, of the memory and of the fullest filesystem is in use, from 0 to
//! 1, and the size of the memory. What is unknown is `null`.
//!
//! # Prometheus and Grafana
//! What these need is there too: `/metrics`, `/federate`, and the part of Prometheus' query interface that its clients use. The module `prometheus` says which.
//~prometheus #![expect(dead_code, unused_imports, reason = "what your code will call is here already")]
mod api;
mod assets;
mod attempts;
mod board;
mod desk;
mod error;
mod guard;
mod headers;
mod listener;
mod login;
mod places;
mod pool;
mod prometheus;
mod server;
mod sessions;
mod state;
mod summary;
mod users;

pub use board::Board;
pub use desk::{Desk, Refused};
pub use error::{Error, Result};
pub use prometheus::{Vital, Vitals, labels_of, promql};
pub use server::{serve, serve_with};
pub use state::{Settings, State};
pub use users::{Role, User, Users, add_user, remove_user};
