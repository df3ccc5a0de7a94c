//! Crawls web sites: fetches, finds links, follows them, saves pages for reading offline.
//!
//! | module | what | stage |
//! |---|---|---|
//! | [`fetch`] | one request and its answer, and a chain of them | fetch |
//! | [`answer`] | the head of an answer, and an answer as a whole | fetch |
//! | [`body`] | a body unpacked piece by piece, never longer than allowed | fetch |
//! | [`charset`] | which encoding a body is written in | fetch |
//! | [`media`] | `Content-Type` taken apart | given |
//! | [`fault`] | what the HTTP library says when something breaks, in our words | given |
//! | [`normal`] | URLs in the one form in which they are compared | links |
//! | [`html`] | HTML as a sequence of events | given |
//! | [`links`] | what a document refers to: tags, srcset, CSS; or a regular expression | links |
//! | [`json`] | objects on one line | given |
//! | [`robots`] | robots.txt: what a site asks programs not to fetch | crawl |
//! | [`crawl`] | a whole site, breadth first | crawl |
//! | [`save`] | a page with everything it needs, rewritten to work without a network | resources |
//! | [`dynamic`] | the data of a page that a script fills | dynamic |
//! | [`traps`] | what ends a crawl that a site would keep going for ever | traps |

pub mod answer;
pub mod body;
pub mod charset;
pub mod crawl;
pub mod dynamic;
pub mod error;
pub mod fault;
pub mod fetch;
pub mod html;
pub mod json;
pub mod links;
pub mod media;
pub mod normal;
pub mod robots;
pub mod save;
pub mod traps;

pub use answer::{Answer, Head};
pub use crawl::crawl;
pub use error::{Error, Fault, Result, Status};
pub use fetch::{Client, Fetched, Limits, Want, fetch};
pub use links::{Engine, Kind, Link};
pub use media::Media;
pub use save::save;
