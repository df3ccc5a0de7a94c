//! What all are asked.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use collect::Kind;
use serde_json::Value;
use store::Reader;

use crate::servers::Server;
use crate::{BEGIN_MS, INTERVAL_MS, Result};

/// How often each question is asked. The median is told, with the least and the most.
const TIMES: usize = 7;

/// The questions: what they are about, and the path. `{from}` and `{end}` are the begin and the end of the last day, in seconds.
const QUESTIONS: [(&str, &str); 3] = [
    (
        "a day of one host, all series by minutes",
        "/api/v1/query_range?query=%7B__name__%3D~%22muster_.%2B%22%2Chost%3D%22host0000%22%7D&start={from}&end={end}&step=60",
    ),
    (
        "the ten hosts with the most buffers of a day",
        "/api/v1/query?query=topk(10%2Cavg_over_time(muster_memory_buffers_bytes%5B1d%5D))&time={end}",
    ),
    (
        "the ten hosts with the busiest processors of a day",
        "/api/v1/query?query=topk(10%2Crate(muster_cpu_user_seconds_total%5B1d%5D))&time={end}",
    ),
];

/// Asks a server, and returns its answers.
pub(crate) fn ask(server: &Server, rounds: i64) -> Result<Vec<String>> {
    let end = (BEGIN_MS + rounds * INTERVAL_MS) / 1000;
    let mut answers = Vec::new();
    for (about, path) in QUESTIONS {
        let path = path
            .replace("{from}", &(end - 86_400).to_string())
            .replace("{end}", &end.to_string());
        let mut answer = String::new();
        let times = timed(|| {
            answer = get(server, &path)?;
            Ok(())
        })?;
        println!(
            "{:16} {times} ms: {about}, {} KiB of JSON",
            "",
            answer.len() >> 10
        );
        answers.push(plain(&answer)?);
    }
    Ok(answers)
}

/// Asks the store without a server, by what the pages use.
pub(crate) fn own(path: &Path, rounds: i64) -> Result<()> {
    let end_ms = BEGIN_MS + rounds * INTERVAL_MS;
    let from_ms = end_ms - 86_400_000;
    let reader = Reader::open(path)?;
    let host = &reader.hosts()?[0];
    let minute = Duration::from_secs(60);
    let times = timed(|| {
        for series in reader.series(host.id)? {
            match series.kind {
                Kind::Gauge => reader.range(series.id, from_ms, end_ms, minute)?,
                Kind::Counter => reader.rate(series.id, from_ms, end_ms, minute)?,
            };
        }
        Ok(())
    })?;
    println!(
        "{:16} {times} ms: {}, least, most and mean",
        "store", QUESTIONS[0].0
    );
    for (name, about) in [("memory.buffers", QUESTIONS[1].0), ("cpu.user", QUESTIONS[2].0)] {
        let times = timed(|| {
            reader
                .top(name, from_ms, end_ms, 10)
                .map(drop)
                .map_err(Into::into)
        })?;
        println!("{:16} {times} ms: {about}", "");
    }
    Ok(())
}

/// Does something some times, and returns how many milliseconds it took: the median, the least, the most.
fn timed(mut what: impl FnMut() -> Result<()>) -> Result<String> {
    let mut times = Vec::new();
    for _ in 0..TIMES {
        let begin = Instant::now();
        what()?;
        times.push(begin.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    Ok(format!(
        "{:8.2} ({:.2} to {:.2})",
        times[TIMES / 2],
        times[0],
        times[TIMES - 1]
    ))
}

/// Writes an answer so that equal ones are equal texts: series in order, and numbers to twelve digits.
fn plain(answer: &str) -> Result<String> {
    let answer: Value = serde_json::from_str(answer)?;
    let mut all = BTreeMap::new();
    for series in answer["data"]["result"].as_array().ok_or("there is no result")? {
        let mut pairs = series["values"].as_array().cloned().unwrap_or_default();
        pairs.extend(series.get("value").cloned());
        let pairs: Vec<_> = pairs
            .iter()
            .map(|pair| {
                let value: f64 = pair[1].as_str().unwrap_or_default().parse().unwrap_or(f64::NAN);
                format!("{} {value:.11e}", pair[0].as_f64().unwrap_or_default())
            })
            .collect();
        all.insert(series["metric"].to_string(), pairs);
    }
    if all.is_empty() {
        return Err("a question has no answer".into());
    }
    Ok(format!("{all:?}"))
}

pub(crate) fn get(server: &Server, path: &str) -> Result<String> {
    ask_with("GET", server, path)
}

/// Asks, and returns the body of an answer of success.
pub(crate) fn ask_with(method: &str, server: &Server, path: &str) -> Result<String> {
    let mut stream = TcpStream::connect(&server.address)?;
    let token = server
        .token
        .as_ref()
        .map(|token| format!("Authorization: Bearer {token}\r\n"));
    let (address, token) = (&server.address, token.unwrap_or_default());
    write!(
        stream,
        "{method} {path} HTTP/1.0\r\nHost: {address}\r\nContent-Length: 0\r\n{token}\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or("there is no answer")?;
    match head.split(' ').nth(1) {
        Some("200" | "204") => Ok(body.to_owned()),
        _ => Err(format!("{}: {path}: {answer}", server.name).into()),
    }
}
