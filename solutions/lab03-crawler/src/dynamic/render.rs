//! The items of a page as a browser shows them after it has run the page's script.
//!
//! Source: the Chrome DevTools protocol, which the crate `chromiumoxide` speaks.

use std::env;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::time::Duration;

use chromiumoxide::browser::{Browser, BrowserConfig};
use chromiumoxide::cdp::js_protocol::runtime::EvaluateParams;
use chromiumoxide::error::CdpError;
use futures_util::StreamExt;
use serde_json::Value;
use tokio::time::timeout;
use url::Url;

use super::Item;
use crate::error::{Error, Fault, Result};

/// What a browser may be called.
const BROWSERS: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// Resolves, in the page, to the items, as soon as the page says that they are complete.
const ITEMS: &str = r#"
new Promise((resolve, reject) => {
  const list = document.querySelector("[data-token]");
  if (!list) return reject("nothing in the page has a data-token");
  const look = () => {
    if (!list.hasAttribute("data-complete")) return;
    resolve([...list.querySelectorAll("[data-id]")].map((line) => ({
      id: Number(line.dataset.id),
      name: line.querySelector(".name").textContent,
      price: Number(line.querySelector(".price").textContent),
    })));
  };
  new MutationObserver(look).observe(list, { attributes: true });
  look();
})
"#;

/// Opens `url` in a browser of its own, waits up to `limit` until the page is complete, and returns its items.
///
/// # Errors
/// There is no browser, or it fails; the page is not complete in time.
pub async fn items(url: &Url, limit: Duration) -> Result<Vec<Item>> {
    let profile = Profile::new()?;
    let mut config = BrowserConfig::builder()
        .chrome_executable(find()?)
        .user_data_dir(&profile.0)
        .new_headless_mode();
    // Chromium refuses to start its sandbox as root.
    if fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0) {
        config = config.no_sandbox();
    }
    let config = config.build().map_err(Error::Browser)?;
    let (mut browser, mut events) = Browser::launch(config).await.map_err(|error| said(&error))?;
    let events = tokio::spawn(async move { while events.next().await.is_some() {} });
    let read = timeout(limit, read(&browser, url)).await;
    // What a browser says when it is told to go is of no interest.
    let _ = browser.close().await;
    let _ = browser.wait().await;
    events.abort();
    read.unwrap_or_else(|_| {
        Err(Error::Fetch {
            url: url.clone(),
            fault: Fault::TimedOut(limit),
        })
    })
}

async fn read(browser: &Browser, url: &Url) -> Result<Vec<Item>> {
    let wrong = |what: String| Error::Page {
        url: url.clone(),
        what,
    };
    let page = browser
        .new_page(url.as_str())
        .await
        .map_err(|error| wrong(error.to_string()))?;
    let question = EvaluateParams::builder()
        .expression(ITEMS)
        .await_promise(true)
        .return_by_value(true)
        .build()
        .map_err(Error::Browser)?;
    let answer = page
        .evaluate(question)
        .await
        .map_err(|error| wrong(error.to_string()))?;
    let items: Vec<Value> = answer.into_value().map_err(|error| wrong(error.to_string()))?;
    items
        .into_iter()
        .map(|item| Item::take(item).ok_or_else(|| wrong("an item has no id, name and price".into())))
        .collect()
}

fn said(error: &CdpError) -> Error {
    Error::Browser(error.to_string())
}

/// Finds a browser in PATH.
fn find() -> Result<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    BROWSERS
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|program| program.is_file())
        .ok_or_else(|| Error::NoBrowser(BROWSERS.join(", ")))
}

/// A folder for the browser to live in, gone with it.
struct Profile(PathBuf);

impl Profile {
    fn new() -> Result<Self> {
        let path = env::temp_dir().join(format!("crawler-browser-{}", std::process::id()));
        fs::create_dir(&path).map_err(Error::file("create", &path))?;
        Ok(Self(path))
    }
}

impl Drop for Profile {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
