//! Frames that a fuzzer thinks of.

use crate::naive;
use crate::source::Source;

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// A client, whose ids count up from 1.
    Client,
    /// A server, for calls with these ids.
    Server(fn(u8) -> u64),
}

/// Numbers at which something changes.
const NUMBERS: [u64; 10] = [
    1,
    0,
    2,
    100,
    65_535,
    65_536,
    65_537,
    (1 << 31) - 65_537,
    (1 << 31) - 1,
    u32::MAX as u64,
];

/// Says frames.
pub struct Speaker<'a> {
    /// Where choices come from.
    pub source: Source<'a>,
    side: Side,
    last: u64,
}

impl<'a> Speaker<'a> {
    /// Begins.
    pub fn new(source: Source<'a>, side: Side) -> Self {
        Self {
            source,
            side,
            last: 0,
        }
    }

    /// Says HELLO, mostly as it should be.
    pub fn hello(&mut self) -> Vec<u8> {
        let most = self
            .source
            .choose(&[65_536_u32, 65_536, 65_536, 1 << 20, 65_535, u32::MAX]);
        let mut payload = most.to_be_bytes().to_vec();
        payload.extend([0; 4]);
        naive::frame(1, 0, 0, &payload)
    }

    fn id(&mut self) -> u64 {
        let choice = self.source.byte();
        match self.side {
            Side::Client => self.last.saturating_sub(u64::from(choice % 8)).max(1),
            Side::Server(id) => id(choice % 8),
        }
    }

    fn call(&mut self) -> Vec<u8> {
        const METHODS: [(&str, &str); 18] = [
            ("echo", "[1,2]"),
            ("count", r#"{"to":3}"#),
            ("count", r#"{"to":200,"bytes":1000}"#),
            ("count", r#"{"to":3,"bytes":65537}"#),
            ("count", r#"{"to":9,"bytes":65536}"#),
            ("sleep", r#"{"ms":0}"#),
            ("sleep", r#"{"ms":86400000}"#),
            ("fail", r#"{"code":7,"message":"no"}"#),
            ("subscribe", r#"{"topic":"t"}"#),
            ("publish", r#"{"topic":"t","data":1}"#),
            ("publish", "{\"topic\":\"t\",\"data\":[\n]}"),
            ("stats", ""),
            ("methods", ""),
            ("mirror", ""),
            ("mirror", ""),
            ("keep", ""),
            ("pour", ""),
            ("nothing", ""),
        ];
        let id = match self.source.byte() {
            ..230 => self.last.saturating_add(1),
            230..250 => self.last.saturating_add(self.source.byte().into()),
            _ => self.source.number(),
        };
        self.last = self.last.max(id);
        let left = self.source.choose(&[0, 0, 0, 1, 5000, u32::MAX]);
        let (method, body) = self.source.choose(&METHODS);
        let body = match self.source.byte() {
            255 => self.source.some(),
            254 => &[b'7'; 65_500],
            _ => body.as_bytes(),
        };
        let mut payload = left.to_be_bytes().to_vec();
        payload.extend((method.len() as u16).to_be_bytes());
        payload.extend(method.bytes());
        payload.extend(body);
        naive::frame(2, 0, id, &payload)
    }

    /// Says a frame, or something that is none.
    pub fn frame(&mut self) -> Vec<u8> {
        let choice = self.source.byte();
        match choice {
            ..60 if self.side == Side::Client => self.call(),
            ..60 => {
                let id = self.id();
                let text = self.source.choose(&["1", "\0\x03late", "\0\x08", "\0"]);
                naive::frame(3 + (choice & 1), 0, id, text.as_bytes())
            }
            60..110 => {
                let (id, last) = (self.id(), self.source.choose(&[0, 0, 1]));
                let length = self
                    .source
                    .choose(&[0_usize, 1, 100, 1000, 20_000, 32_768, 65_536]);
                naive::frame(5, last, id, &vec![b'i'; length])
            }
            110..150 => {
                let (id, number) = (self.id(), self.source.choose(&NUMBERS) as u32);
                naive::frame(6, 0, id, &number.to_be_bytes())
            }
            150..175 if self.side == Side::Client => {
                let id = self.id();
                naive::frame(7, 0, id, &[])
            }
            150..175 => {
                let id = self.id();
                let mut payload = self.source.number().to_be_bytes().to_vec();
                payload.extend(self.source.some());
                naive::frame(8, 0, id, &payload)
            }
            175..190 => naive::frame(9 + (choice & 1), 0, 0, &self.source.number().to_be_bytes()),
            190..200 => {
                let last = match self.side {
                    Side::Client => 0,
                    Side::Server(_) => self.id(),
                };
                let mut payload = last.to_be_bytes().to_vec();
                payload.extend(self.source.choose(&["", "end", "shutting down"]).bytes());
                naive::frame(11, 0, 0, &payload)
            }
            200..210 => self.hello(),
            210..235 => {
                // Any payload in any kind.
                let kind = self
                    .source
                    .choose(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 255]);
                let id = self.source.choose(&[0, 1, 2, u64::MAX]);
                let id = if id == 2 { self.id() } else { id };
                let flags = self.source.choose(&[0, 0x8000, 0xffff]);
                naive::frame(kind, flags, id, self.source.some())
            }
            235..245 => {
                let mut frame = naive::frame(9, 0, 0, &[7; 8]);
                let at = usize::from(self.source.byte()) % frame.len();
                frame[at] ^= self.source.byte();
                if self.source.byte() & 1 == 0 {
                    let check = naive::check(&frame[..20]);
                    frame[20..24].copy_from_slice(&check.to_be_bytes());
                }
                frame
            }
            245..250 => self.source.some().to_vec(),
            _ => Vec::new(),
        }
    }
}
