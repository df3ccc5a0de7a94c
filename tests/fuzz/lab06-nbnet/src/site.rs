//! A folder of files, and what answers of a server of it may be.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::http::request::{Front, Request, parse};
use crate::http::target;
use crate::talk::Observe;

/// What lies beside the root.
const SECRET: &[u8] = b"nobody may read this";

/// A folder that is removed when it is dropped.
pub struct Folder {
    base: PathBuf,
}

impl Folder {
    /// Fills one: files, folders, and links that lead out.
    pub fn make() -> Self {
        let base = std::env::temp_dir().join(format!("nbnet-fuzz-{}", std::process::id()));
        let _ = fs::remove_dir_all(&base);
        let root = base.join("r");
        for folder in ["d", "e"] {
            fs::create_dir_all(root.join(folder)).expect("a folder");
        }
        fs::write(base.join("s"), SECRET).expect("a file");
        let long: Vec<u8> = (0..70_000_u32).map(|at| (at % 251) as u8).collect();
        for (name, bytes) in [
            ("a", &b"0123456789abcdefghij"[..]),
            ("z", b""),
            ("l", &long),
            ("index.html", b"the root"),
            ("d/index.html", b"a folder"),
            ("e/ ?.txt", b"a name"),
        ] {
            fs::write(root.join(name), bytes).expect("a file");
        }
        for (target, name) in [
            ("../s", "o"),
            ("..", "u"),
            ("/", "t"),
            ("a", "i"),
            ("d", "k"),
            ("q", "q"),
        ] {
            symlink(target, root.join(name)).expect("a link");
        }
        Self { base }
    }

    /// Returns the root of the server.
    pub fn root(&self) -> PathBuf {
        self.base.join("r")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.base);
    }
}

/// Checks every answer.
pub struct Critic<'a> {
    /// Where files are looked for.
    pub root: &'a Path,
    /// So many bytes of a body are still to come.
    skip: u64,
    last: bool,
}

impl<'a> Critic<'a> {
    /// Begins with a connection.
    pub fn new(root: &'a Path) -> Self {
        Self {
            root,
            skip: 0,
            last: false,
        }
    }
}

impl Observe for Critic<'_> {
    fn answered(&mut self, input: &[u8], answer: &[u8], ends: bool) {
        if self.skip > 0 {
            assert_eq!(answer, b"");
            self.skip -= input.len() as u64;
            assert_eq!(ends, self.last && self.skip == 0);
            return;
        }
        let answered = Answer::read(answer);
        match parse(input) {
            Front::Whole { request, taken } => {
                assert_eq!(taken, input.len());
                self.skip = request.body;
                self.last = !request.keep_alive;
                assert_eq!(ends, self.last && self.skip == 0);
                assert_eq!(request.keep_alive, stays(input));
                let says_close = answered.field("Connection") == Some("close");
                assert_eq!(says_close, self.last);
                answered.check(&request, self.root);
            }
            Front::Refused(_) => {
                assert!(ends && (400..=505).contains(&answered.status));
                assert_eq!(answered.field("Connection"), Some("close"));
                assert_eq!(answered.length(), Some(answered.body.len()));
            }
            Front::Partial => panic!("an answer to a part of a request"),
        }
    }
}

/// Whether a connection goes on behind a request: `Connection` is one list, in however many fields it stands (RFC 9110, section 5.3).
fn stays(request: &[u8]) -> bool {
    let mut fields = [httparse::EMPTY_HEADER; 100];
    let mut head = httparse::Request::new(&mut fields);
    head.parse(request).expect("it was parsed before");
    let says = |option: &str| {
        let lists = head
            .headers
            .iter()
            .filter(|field| field.name.eq_ignore_ascii_case("connection"));
        let mut options = lists.flat_map(|field| field.value.split(|&byte| byte == b','));
        options.any(|known| known.trim_ascii().eq_ignore_ascii_case(option.as_bytes()))
    };
    !says("close") && (head.version == Some(1) || says("keep-alive"))
}

struct Answer<'a> {
    status: u16,
    fields: Vec<(String, String)>,
    body: &'a [u8],
}

impl<'a> Answer<'a> {
    fn read(answer: &'a [u8]) -> Self {
        let answer = answer
            .strip_prefix(b"HTTP/1.1 100 Continue\r\n\r\n")
            .unwrap_or(answer);
        let mut fields = [httparse::EMPTY_HEADER; 12];
        let mut head = httparse::Response::new(&mut fields);
        let Ok(httparse::Status::Complete(length)) = head.parse(answer) else {
            panic!("no answer: {}", answer.escape_ascii());
        };
        let fields = head.headers.iter().map(|field| {
            let value = str::from_utf8(field.value).expect("text");
            (field.name.to_owned(), value.to_owned())
        });
        Self {
            status: head.code.expect("it is whole"),
            fields: fields.collect(),
            body: &answer[length..],
        }
    }

    fn field(&self, name: &str) -> Option<&str> {
        let mut found = self.fields.iter().filter(|(known, _)| known == name);
        let first = found.next();
        assert!(found.next().is_none(), "{name} twice");
        first.map(|(_, value)| &**value)
    }

    fn length(&self) -> Option<usize> {
        self.field("Content-Length")
            .map(|text| text.parse().expect("a number"))
    }

    fn check(&self, request: &Request<'_>, root: &Path) {
        let no_body = request.method == "HEAD" || self.status == 304;
        match no_body {
            true => assert_eq!(self.body, b""),
            false => assert_eq!(self.length(), Some(self.body.len())),
        }
        assert!(!self.body.windows(SECRET.len()).any(|window| window == SECRET));
        let path = target::path(request.target);
        match self.status {
            200 | 206 | 304 => {
                let path = path.expect("only a path has a file");
                let mut file = String::from_utf8(path.bytes).expect("no file here has another name");
                if path.folder {
                    file = format!("{file}/index.html");
                }
                let found = root
                    .join(file.trim_start_matches('/'))
                    .canonicalize()
                    .expect("it is there");
                assert!(
                    found.starts_with(root.canonicalize().expect("it is there")),
                    "{}",
                    found.display()
                );
                let bytes = fs::read(found).expect("it is there");
                let part = match self.field("Content-Range") {
                    None => &bytes[..],
                    Some(range) => {
                        let (part, all) = range
                            .strip_prefix("bytes ")
                            .and_then(|range| range.split_once('/'))
                            .expect("a range");
                        assert_eq!(all, bytes.len().to_string());
                        let (first, last) = part.split_once('-').expect("a range");
                        let (first, last): (usize, usize) =
                            (first.parse().expect("a number"), last.parse().expect("a number"));
                        &bytes[first..=last]
                    }
                };
                assert_eq!(self.status == 206, self.field("Content-Range").is_some());
                if !no_body {
                    assert!(self.body == part, "a body of {} bytes", self.body.len());
                } else if self.status == 200 {
                    assert_eq!(self.length(), Some(part.len()));
                }
            }
            301 => {
                let location = self.field("Location").expect("a place");
                assert!(location.starts_with('/') && !location.starts_with("//"));
                let (asked, told) = (path.expect("a path"), target::path(location).expect("a path"));
                assert_eq!(asked.bytes, told.bytes);
                assert!(told.folder && !asked.folder);
            }
            400 | 403 | 404 | 405 | 416 | 417 => {}
            other => panic!("status {other}"),
        }
    }
}
