//! A scripted HTTP/1.1 server: a site written down as a table, with the faults that a real one has on its worst day.
//!
//! ```
//! use std::time::Duration;
//! use support::http::{Act, Body, Point, Response, Server, Site};
//!
//! let big = Body::pattern(10 << 30, 1);
//! let site = Site::new()
//!     .at("/", Response::html("<a href='/big'>10 GiB</a>"))
//!     .at("/old", Response::redirect(301, "/"))
//!     .at("/busy", Response::status(503).header("Retry-After", "1").times(2))
//!     .at("/busy", Response::ok("at last"))
//!     .at("/big", Response::ok(big).ranges().header("ETag", "\"v1\"").rate(10 << 20))
//!     .at("/late", Response::ok("x").at(Point::Head, Act::Wait(Duration::from_millis(300))))
//!     .at("/torn", Response::ok(Body::pattern(4096, 1)).at(Point::Body(100), Act::Reset))
//!     .when("/calendar/*", |request| Response::html(format!("<a href='{}/next'>next</a>", request.path())));
//! let server = Server::start(site);
//! assert!(server.url("/busy").starts_with("http://127.0.0.1:"));
//! assert!(server.log().requests.is_empty());
//! ```
//!
//! In a case, [`Case::site`](crate::Case::site) starts the server, so that the verdict shows what it was asked.
//!
//! | part | what |
//! |---|---|
//! | [`Site`] | which path answers what: a [`Response`], several in turn, or a function of the [`Request`] |
//! | [`Response`] | status, headers and [`Body`], and what goes wrong while it is sent: an [`Act`] at a [`Point`] |
//! | [`Body`] | bytes that are there or that are made as they are sent, so that 10 GiB or no end at all cost no memory |
//! | [`Page`] | a response as data, for seeded, replayed and hidden cases |
//! | [`Gate`] | holds a response until the case opens it |
//! | [`Server`] | a site that is served; it ends with its threads and sockets when dropped |
//! | [`Log`] | what the server saw: [`Seen`] requests, connections, how much was sent |
//!
//! Source: RFC 9110 and RFC 9112.

mod accept;
mod body;
mod connection;
mod date;
mod gate;
mod gzip;
mod log;
mod page;
mod range;
mod request;
mod response;
mod sending;
mod server;
mod site;

pub use body::Body;
pub use date::http_date;
pub use gate::Gate;
pub(crate) use log::REMEMBERED;
pub use log::{End, Log, Seen};
pub(crate) use page::MARK;
pub use page::Page;
pub use request::Request;
pub use response::{Act, Point, Response};
pub use server::Server;
pub use site::Site;
