//! A small shop whose page is empty until a script has filled it. Nothing here is to be written: it is there to be looked at.
//!
//! `shop` listens, says where, and serves until it is ended. The page is `/`. Where its data is and what one needs to see it differ from seed to seed.

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail};
use lexopt::{Arg, ValueExt};
use serde_json::json;

const HELP: &str = "\
Serves a shop whose page is filled by a script.

usage: shop [--listen ADDRESS] [--items N] [--page-size N] [--seed N]

  --listen ADDRESS   where to listen, 127.0.0.1:0 if not given (0 is any free port)
  --items N          how many items there are, 25 if not given
  --page-size N      how many of them one answer holds, 10 if not given
  --seed N           what the shop is made from, 1 if not given
";

/// How long a connection may keep silent.
const PATIENCE: Duration = Duration::from_secs(10);

/// The shop.
#[derive(Debug)]
struct Shop {
    /// The path of the data.
    api: String,
    /// The header that carries the token.
    header: String,
    token: String,
    /// Names and prices.
    items: Vec<(String, f64)>,
    page_size: usize,
    /// What hides positions in cursors.
    mask: u32,
    /// Whether somebody has been told to wait.
    has_refused: AtomicBool,
}

/// An answer: status line, type, further header lines, body.
struct Answer(&'static str, &'static str, &'static str, String);

fn main() -> ExitCode {
    match run() {
        Ok(status) => status,
        Err(error) => {
            eprintln!("shop: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<ExitCode> {
    let mut listen = "127.0.0.1:0".to_owned();
    let (mut items, mut page_size, mut seed) = (25, 10, 1);
    let mut parser = lexopt::Parser::from_env();
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("listen") => listen = parser.value()?.string()?,
            Arg::Long("items") => items = parser.value()?.parse()?,
            Arg::Long("page-size") => page_size = parser.value()?.parse()?,
            Arg::Long("seed") => seed = parser.value()?.parse()?,
            Arg::Long("help") | Arg::Short('h') => {
                print!("{HELP}");
                return Ok(ExitCode::SUCCESS);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    if page_size == 0 {
        bail!("--page-size: at least 1");
    }
    let listener = TcpListener::bind(&listen).with_context(|| format!("cannot listen on {listen}"))?;
    let address = listener.local_addr().context("cannot tell where it listens")?;
    let mut out = io::stdout();
    writeln!(out, "listening on http://{address}/")
        .and_then(|()| out.flush())
        .context("cannot say where it listens")?;
    let shop = Arc::new(Shop::new(seed, items, page_size));
    for stream in listener.incoming() {
        let shop = shop.clone();
        // A connection that breaks is its client's affair.
        thread::spawn(move || drop(stream.and_then(|stream| shop.serve(stream))));
    }
    Ok(ExitCode::SUCCESS)
}

impl Shop {
    fn new(seed: u64, items: usize, page_size: usize) -> Self {
        const THINGS: [&str; 8] = [
            "lamp", "teapot", "map", "radio", "ladder", "coat", "bell", "chair",
        ];
        const KINDS: [&str; 8] = [
            "blue",
            "small",
            "Übersee",
            "old & good",
            "5\" wide",
            "heavy",
            "<new>",
            "quiet",
        ];
        let mut rng = fastrand::Rng::with_seed(seed);
        let pick = |rng: &mut fastrand::Rng, list: [&'static str; 8]| list[rng.usize(..8)];
        let api = format!(
            "/{}/v{}/{:04x}",
            pick(&mut rng, THINGS),
            rng.u8(1..9),
            rng.u16(..)
        );
        let header = format!("X-{}-Key", pick(&mut rng, THINGS));
        let token = format!("{:016x}", rng.u64(..));
        let items = (0..items)
            .map(|_| {
                let name = format!("{} {}", pick(&mut rng, KINDS), pick(&mut rng, THINGS));
                (name, f64::from(rng.u32(50..20_000)) / 100.0)
            })
            .collect();
        Self {
            api,
            header,
            token,
            items,
            page_size,
            mask: rng.u32(..),
            has_refused: AtomicBool::new(false),
        }
    }

    /// Answers one request and closes the connection.
    fn serve(&self, stream: TcpStream) -> io::Result<()> {
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut lines = BufReader::new(&stream).lines();
        let request = lines.next().transpose()?.unwrap_or_default();
        let mut token = None;
        for line in lines {
            let line = line?;
            match line.split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case(&self.header) => {
                    token = Some(value.trim().to_owned());
                }
                Some(_) => {}
                None => break,
            }
        }
        let target = request.split(' ').nth(1).unwrap_or_default();
        let Answer(status, kind, more, body) = self.answer(target, token.as_deref());
        let length = body.len();
        write!(
            &stream,
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n{more}\r\n{body}"
        )
    }

    fn answer(&self, target: &str, token: Option<&str>) -> Answer {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        match path {
            "/" => Answer("200 OK", "text/html; charset=utf-8", "", self.page()),
            "/shop.js" => Answer("200 OK", "text/javascript; charset=utf-8", "", self.script()),
            _ if path == self.api && token != Some(&self.token) => refusal("403 Forbidden", ""),
            _ if path == self.api => self.data(query),
            _ => refusal("404 Not Found", ""),
        }
    }

    fn page(&self) -> String {
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<title>The shop</title>\n<h1>The shop</h1>\n\
            <ul id=\"items\" data-token=\"{}\"></ul>\n<script src=\"/shop.js\"></script>\n</html>\n",
            self.token
        )
    }

    fn script(&self) -> String {
        let Self { api, header, .. } = self;
        let mut script = format!("const API = \"{api}\";\nconst HEADER = \"{header}\";\n");
        script.push_str(include_str!("fill.js"));
        script
    }

    /// Answers with the items from where the cursor points to.
    fn data(&self, query: &str) -> Answer {
        let start = match query.strip_prefix("cursor=") {
            None => 0,
            Some(cursor) => match u32::from_str_radix(cursor, 16) {
                Ok(cursor) => (cursor ^ self.mask) as usize,
                Err(_) => return refusal("400 Bad Request", ""),
            },
        };
        // Whoever asks for the second page first is told to wait.
        if start > 0 && !self.has_refused.swap(true, Ordering::Relaxed) {
            return refusal("429 Too Many Requests", "Retry-After: 1\r\n");
        }
        let Some(rest) = self.items.get(start..) else {
            return refusal("400 Bad Request", "");
        };
        let shown = rest.iter().take(self.page_size);
        let items: Vec<_> = shown
            .enumerate()
            .map(|(at, (name, price))| json!({"id": start + at + 1, "name": name, "price": price}))
            .collect();
        let end = start + items.len();
        let next = (end < self.items.len()).then(|| {
            let mut cursor = String::new();
            let _ = write!(cursor, "{:08x}", u32::try_from(end).unwrap_or(0) ^ self.mask);
            cursor
        });
        let body = json!({"items": items, "next": next}).to_string();
        Answer("200 OK", "application/json", "", body)
    }
}

fn refusal(status: &'static str, more: &'static str) -> Answer {
    Answer(status, "text/plain", more, format!("{status}\n"))
}
