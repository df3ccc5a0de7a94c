//! A log as nginx would write it, drawn from a seed.

use std::io::Write;
use std::net::Ipv6Addr;

use support::Rng;

/// What browsers and robots call themselves; the lengths are what matters.
const AGENTS: [&str; 8] = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1",
    "Mozilla/5.0 (compatible; ExampleBot/2.1; +http://www.example.com/bot.html)",
    "curl/7.88.1",
    "wrk (load)",
    "Mozilla/5.0 (\\x22quoted\\x22; C:\\x5Cpath)",
    "-",
];

/// Requests that are no HTTP, as nginx wrote them when it was sent such.
const ODD: [&str; 5] = [
    "",
    "\\x16\\x03\\x01\\x02\\x00\\x01\\x00\\x01\\xFC\\x03\\x03\\x00\\x22\\x5C\\x7F\\xFF",
    "PRI * HTTP/2.0",
    "SSH-2.0-OpenSSH_9.2",
    "get / HTTP/1.1",
];

pub(crate) const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Makes one line after the other.
pub(crate) struct Log {
    rng: Rng,
    /// Seconds since 1970, UTC.
    pub(crate) time: i64,
    line: Vec<u8>,
    /// Whether some lines are cut, and some users have a blank in their names.
    rough: bool,
}

impl Log {
    /// Starts a log at `time`, in seconds since 1970. A rough one holds what only the first stage is about: lines cut by a full disk,
    /// and users of several words.
    pub(crate) fn new(seed: u64, time: i64, rough: bool) -> Self {
        Self {
            rng: Rng::with_seed(seed),
            time,
            line: Vec::new(),
            rough,
        }
    }

    /// Draws a rank below `n`, small ones far more often than large ones.
    fn rank(&mut self, n: u64) -> u64 {
        let bits = self.rng.u32(1..=n.ilog2());
        self.rng.u64(0..1 << bits).min(n - 1)
    }

    /// Returns the next line with its line feed; about thirty lines share a second.
    pub(crate) fn line(&mut self) -> &[u8] {
        self.time += i64::from(self.rng.u32(0..30) == 0);
        let client = self.rank(20_000);
        let path = self.rank(60_000);
        let status = match self.rng.u32(0..1000) {
            0..700 => 200,
            700..900 => 404,
            900..940 => 301,
            940..975 => 304,
            975..985 => 206,
            985..990 => 500,
            990..995 => 502,
            _ => 400,
        };
        let size = match status {
            304 => 0,
            200 => 100 + self.rng.u64(0..60_000) * self.rng.u64(1..4),
            _ => 153,
        };
        let agent = AGENTS[self.rank(AGENTS.len() as u64) as usize];
        let referer = self.rank(3000);
        let odd = self.rng.u32(0..1000);

        self.line.clear();
        let line = &mut self.line;
        let _ = match client % 7 {
            0 => write!(
                line,
                "{}",
                Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, (client >> 8) as u16, client as u16)
            ),
            _ => write!(
                line,
                "{}.{}.{}.{}",
                10 + client % 5,
                client >> 12,
                client >> 6 & 63,
                client & 63
            ),
        };
        let user = if self.rough && client % 50 == 3 {
            "mary ann"
        } else {
            "-"
        };
        let _ = write!(line, " - {user} [{}] \"", time(self.time));
        let _ = match (odd, path % 10) {
            (0, _) => write!(line, "{}", ODD[(path % ODD.len() as u64) as usize]),
            (_, 0..4) => write!(line, "GET /articles/{path}/a-title.html HTTP/1.1"),
            (_, 4..7) => write!(line, "GET /static/{path}.css?v={} HTTP/2.0", path % 13),
            (_, 7) => write!(line, "POST /api/v1/items/{path} HTTP/1.1"),
            (_, 8) => write!(line, "GET /search?q=caf%C3%A9&page={path} HTTP/1.1"),
            _ => write!(line, "GET / HTTP/1.1"),
        };
        let _ = write!(line, "\" {status} {size} \"");
        let _ = match referer % 3 {
            0 => write!(line, "-"),
            _ => write!(line, "https://www.example.com/articles/{referer}/from"),
        };
        let _ = write!(line, "\" \"{agent}\"");
        if self.rough && odd == 1 {
            // A disk that was full: the line breaks off, and the next one goes on behind it.
            let kept = self.rng.usize(0..self.line.len());
            self.line.truncate(kept);
        } else {
            self.line.push(b'\n');
        }
        &self.line
    }
}

/// Writes the server's time, always in UTC.
pub(crate) fn time(unix: i64) -> String {
    let second = unix.rem_euclid(86_400);
    let mut year = 1970;
    let mut days = unix.div_euclid(86_400);
    loop {
        let length = if leap(year) { 366 } else { 365 };
        if days < length {
            break;
        }
        days -= length;
        year += 1;
    }
    let mut month = 0;
    for length in [
        31,
        if leap(year) { 29 } else { 28 },
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    format!(
        "{:02}/{}/{year}:{:02}:{:02}:{:02} +0000",
        days + 1,
        MONTHS[month],
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}

pub(crate) fn leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}
