//! What a server may answer, as the page of the protocol says it.

use std::collections::BTreeMap;

use nbnet::table::End;

use crate::naive::{self, Frame};

/// What everybody may send of each call at first, in bytes.
const FIRST: i64 = 65_536;

/// The largest credit.
const MOST: i64 = (1 << 31) - 1;

/// What is known of a call.
#[derive(Debug, Default, Clone)]
pub struct Call {
    /// Its method.
    pub method: String,
    /// Its parameters.
    pub body: Vec<u8>,
    /// How much the client has allowed in addition.
    credit: i64,
    /// How much input the client has sent.
    input: i64,
}

/// What a client has said, frame by frame.
#[derive(Debug, Default)]
pub struct Model {
    greeted: bool,
    /// The largest payload that the client takes.
    pub limit: u32,
    last: u64,
    /// All calls that were taken.
    pub calls: BTreeMap<u64, Call>,
    pings: Vec<Vec<u8>>,
}

/// What may come of a frame.
enum Verdict {
    /// It is right.
    Fine,
    /// It is wrong, by one of these sentences.
    Wrong(Vec<String>),
    /// It is wrong by this sentence, or right, since a call may have ended meanwhile, or more may be granted.
    Perhaps(String),
    /// The client ends it.
    Ends,
}

impl Model {
    fn judge(&mut self, frame: &Frame) -> Verdict {
        let wrong = |sentence: String| Verdict::Wrong(vec![sentence]);
        let Frame {
            kind, id, payload, ..
        } = frame;
        let (kind, id) = (*kind, *id);
        if kind > 11 || kind == 0 {
            return match self.greeted {
                true => Verdict::Fine,
                false => wrong("frame of another kind before HELLO".to_owned()),
            };
        }
        if !self.greeted && kind != 1 {
            return wrong(format!("{} before HELLO", naive::name(kind)));
        }
        match kind {
            1 if self.greeted => return wrong("a second HELLO".to_owned()),
            2 if self.calls.contains_key(&id) => {
                let old = format!("id {id} after {}", self.last);
                return Verdict::Wrong(vec![old, format!("id {id} is in use")]);
            }
            2 if id <= self.last => return wrong(format!("id {id} after {}", self.last)),
            3 | 8 => return wrong(format!("{} is not for this side", naive::name(kind))),
            4 if id != 0 => return wrong("ERROR is not for this side".to_owned()),
            _ => {}
        }
        if let Err(sentence) = naive::payload(kind, payload) {
            return wrong(sentence);
        }
        match kind {
            1 => {
                self.greeted = true;
                self.limit = naive::front(payload, 4) as u32;
            }
            2 => {
                self.last = id;
                let (head, rest) = payload.split_at(6);
                let (method, body) = rest.split_at(naive::front(&head[4..], 2) as usize);
                let call = Call {
                    method: String::from_utf8(method.to_vec()).expect("it was judged"),
                    body: body.to_vec(),
                    ..Call::default()
                };
                self.calls.insert(id, call);
            }
            4 => return Verdict::Ends,
            5 => {
                if let Some(call) = self.calls.get_mut(&id) {
                    let before = call.input;
                    call.input += payload.len() as i64;
                    if before >= FIRST {
                        return Verdict::Perhaps("item without credit".to_owned());
                    }
                }
            }
            6 => {
                if let Some(call) = self.calls.get_mut(&id) {
                    call.credit += naive::front(payload, 4) as i64;
                    if call.credit + FIRST > MOST {
                        return Verdict::Perhaps("credit overflow".to_owned());
                    }
                }
            }
            9 => self.pings.push(payload.clone()),
            _ => {}
        }
        Verdict::Fine
    }

    /// Follows what was sent to a server that takes payloads of `limit` bytes, of which it has taken `taken` bytes before it stopped so.
    /// Returns how the last frame that it sent must look, if anything was wrong.
    pub fn follow(&mut self, sent: &[u8], limit: u32, taken: usize, end: &End) -> Option<Vec<u8>> {
        let mut at = 0;
        let over = *end != End::Open;
        loop {
            let here = at == taken && over;
            let verdict = match naive::read(&sent[at..], limit) {
                Ok(None) => {
                    assert!(!matches!(end, End::Violated(Some(_))), "{end:?} for nothing");
                    assert_eq!(taken, at, "all is taken");
                    return None;
                }
                Err(sentence) => (Verdict::Wrong(vec![sentence]), 0),
                // Whatever comes after the end is not looked at.
                Ok(Some(_)) if here && matches!(end, End::Last | End::Violated(None)) => return None,
                Ok(Some((frame, size))) => (self.judge(&frame), size),
            };
            let End::Violated(Some(said)) = end else {
                assert!(
                    matches!(verdict.0, Verdict::Fine | Verdict::Perhaps(_)),
                    "it goes on"
                );
                at += verdict.1;
                continue;
            };
            match verdict.0 {
                Verdict::Wrong(sentences) => {
                    let known = sentences.iter().any(|sentence| naive::same(sentence, said));
                    assert!(here && known, "{said:?} for {sentences:?}");
                    return Some(told(said));
                }
                Verdict::Perhaps(sentence) if here => {
                    assert_eq!(*said, sentence);
                    return Some(told(said));
                }
                Verdict::Ends => {
                    assert!(here && said.starts_with("the client says: "));
                    return Some(Vec::new());
                }
                Verdict::Fine | Verdict::Perhaps(_) => {
                    assert!(!here, "{said:?} for nothing");
                    at += verdict.1;
                }
            }
        }
    }

    /// Checks what a server said. Returns how often each call has ended: never, or once.
    pub fn check(&self, said: &[Frame]) -> BTreeMap<u64, usize> {
        let mut ends: BTreeMap<u64, usize> = self.calls.keys().map(|&id| (id, 0)).collect();
        let mut items: BTreeMap<u64, i64> = BTreeMap::new();
        let mut granted: BTreeMap<u64, i64> = BTreeMap::new();
        let mut pings = self.pings.iter();
        let mut seqs: BTreeMap<u64, u64> = BTreeMap::new();
        let mut echoed = 0;
        assert!(said.is_empty() || said[0].kind == 1 || said[0].kind == 4 && said.len() == 1);
        for (number, frame) in said.iter().enumerate() {
            let Frame {
                kind, id, payload, ..
            } = frame;
            assert!(
                payload.len() <= self.limit.max(65_536) as usize,
                "the client takes no more"
            );
            if *kind != 3 && *kind != 5 {
                naive::payload(*kind, payload).expect("it is right");
            }
            match kind {
                1 => assert_eq!(number, 0, "a second HELLO"),
                10 => assert_eq!(Some(payload), pings.next()),
                11 => {}
                4 if *id == 0 => assert_eq!(number + 1, said.len(), "nothing comes behind the end"),
                _ => {
                    let call = self.calls.get(id).expect("nobody has called that");
                    assert_eq!(ends[id], 0, "call {id} had its end");
                    match kind {
                        3 | 4 => *ends.entry(*id).or_default() += 1,
                        5 => {
                            let sent = items.entry(*id).or_default();
                            assert!(*sent < FIRST + call.credit, "an item without credit");
                            *sent += payload.len() as i64;
                        }
                        6 => {
                            let granted = granted.entry(*id).or_default();
                            *granted += naive::front(payload, 4) as i64;
                            assert!(*granted <= call.input, "more is granted than came");
                        }
                        8 => {
                            let seq = naive::front(payload, 8);
                            assert!(seqs.insert(*id, seq).is_none_or(|before| before < seq));
                        }
                        kind => panic!("a server says {kind}"),
                    }
                    if call.method == "echo" && (*kind == 3 || payload[..2] == [0, 7]) {
                        assert!(*id > echoed, "who is answered at once is answered in order");
                        echoed = *id;
                        assert!(*kind == 4 || *payload == call.body);
                    }
                }
            }
        }
        ends
    }
}

fn told(sentence: &str) -> Vec<u8> {
    naive::frame(4, 0, 0, &[b"\0\x0b", sentence.as_bytes()].concat())
}
