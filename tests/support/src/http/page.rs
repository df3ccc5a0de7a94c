//! A response that a file can hold.

use serde_json::{Value, json};

use crate::http::response::Response;
use crate::text;

/// A status, headers and bytes: what an [`Exchange`](crate::Exchange) serves. Nothing goes wrong while it is sent.
///
/// `{site}` stands for the URL of the site, without a slash at its end, in the values of headers and in the body.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a page is part of an exchange"]
pub struct Page {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Page {
    /// Makes a page of any status, without headers of its own.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.into(),
        }
    }

    /// Makes a 200 with a page in UTF-8.
    pub fn html(page: impl Into<Vec<u8>>) -> Self {
        Self::new(200, page).header("Content-Type", "text/html; charset=utf-8")
    }

    /// Makes a redirect to `location`, a path or a whole URL.
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::new(status, "elsewhere\n").header("Location", location)
    }

    /// Sets a header. The same name twice is sent twice.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Makes the response of a site whose URL is `site`.
    pub(crate) fn response(&self, site: &str) -> Response {
        // A body that is no text holds no mark.
        let body = match str::from_utf8(&self.body) {
            Ok(text) => text.replace(MARK, site).into_bytes(),
            Err(_) => self.body.clone(),
        };
        self.headers
            .iter()
            .fold(Response::new(self.status, body), |response, (name, value)| {
                response.header(name, value.replace(MARK, site))
            })
    }

    pub(crate) fn json(&self) -> Value {
        json!({ "status": self.status, "headers": self.headers, "body": text::visible(&self.body) })
    }

    pub(crate) fn parse(value: &Value) -> Result<Self, String> {
        let status = value["status"]
            .as_u64()
            .and_then(|status| u16::try_from(status).ok())
            .ok_or("a page has no status")?;
        let body = value["body"].as_str().ok_or("a page has no body")?;
        let mut page = Self::new(status, text::bytes(body)?);
        for header in value["headers"].as_array().into_iter().flatten() {
            match (header[0].as_str(), header[1].as_str()) {
                (Some(name), Some(value)) => page = page.header(name, value),
                _ => return Err("a header is no name with a value".to_owned()),
            }
        }
        Ok(page)
    }
}

/// What stands for the site's URL, in a page as in the arguments of an exchange.
pub(crate) const MARK: &str = "{site}";
