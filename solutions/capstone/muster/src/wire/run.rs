use std::fmt;

use rpc::exec::item::Stream;
use serde::{Deserialize, Serialize};

use super::bytes::{Malformed, Reader};
use super::order::{Command, Ended};

/// What an operator wants to have run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// Where.
    pub targets: Targets,
    /// What.
    pub command: Command,
}

/// On which hosts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Targets {
    /// On all that the hub knows.
    All,
    /// On these, as [`hosts::expand`](crate::hosts::expand) reads them.
    Hosts(String),
}

/// What becomes of a host in a run, in the end. Each has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum State {
    /// The command has ended with status 0.
    #[serde(rename = "done")]
    Done,
    /// It has ended otherwise, or could not be started.
    #[serde(rename = "failed")]
    Failed,
    /// It ran until its time limit.
    #[serde(rename = "timed out")]
    TimedOut,
    /// The host was not connected, or nobody knows it.
    #[serde(rename = "unreachable")]
    Unreachable,
    /// It was connected, but the command did not get out of the hub.
    #[serde(rename = "never sent")]
    NeverSent,
    /// The command was sent, and the agent died, or was lost, before it said what became of it.
    #[serde(rename = "unknown")]
    Unknown,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Done,
        Self::Failed,
        Self::TimedOut,
        Self::Unreachable,
        Self::NeverSent,
        Self::Unknown,
    ];

    /// Returns its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::TimedOut => "timed out",
            Self::Unreachable => "unreachable",
            Self::NeverSent => "never sent",
            Self::Unknown => "unknown",
        }
    }

    /// Returns what an agent's word about the end of a command means.
    pub fn of(ended: &Ended) -> Self {
        match ended {
            Ended { timed_out: true, .. } => Self::TimedOut,
            Ended {
                status: Some(0),
                cut: false,
                why: None,
                ..
            } => Self::Done,
            _ => Self::Failed,
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What an operator hears of a run. Hosts have numbers: their places in [`News::Begun`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum News {
    /// It has begun. Comes first, and once.
    Begun {
        /// The number of the run.
        job: u64,
        /// The hosts.
        hosts: Vec<String>,
    },
    /// A command has written something.
    #[serde(skip)]
    Output {
        /// On which host.
        host: u32,
        /// To where.
        stream: Stream,
        /// What.
        bytes: Vec<u8>,
    },
    /// A host has come to its end. Comes once for each.
    Ended {
        /// Which host.
        host: u32,
        /// Which of the ends.
        state: State,
        /// How the command ended; what is known of it.
        ended: Ended,
    },
}

impl News {
    /// Writes it, as an item: output is the mark of its stream, the host in 4 bytes and the bytes; all else is JSON, which begins with `{`.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Output { host, stream, bytes } => {
                let mut out = Vec::with_capacity(5 + bytes.len());
                out.push(stream.mark());
                out.extend_from_slice(&host.to_be_bytes());
                out.extend_from_slice(bytes);
                out
            }
            other => super::write(other),
        }
    }

    /// Reads one that came.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn decode(item: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(item);
        if item.first() == Some(&b'{') {
            return serde_json::from_slice(item).map_err(|why| reader.wrong(why));
        }
        let mark = reader.byte("the stream")?;
        let stream = Stream::BOTH.into_iter().find(|stream| stream.mark() == mark);
        Ok(Self::Output {
            stream: stream.ok_or_else(|| reader.wrong(format_args!("there is no stream {mark}")))?,
            host: u32::from_be_bytes(reader.array("the host")?),
            bytes: reader.rest().to_vec(),
        })
    }
}

/// What became of a run.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// How many hosts it was for.
    pub hosts: u32,
    /// How many of them are done.
    pub done: u32,
    /// How long it took, in ms.
    pub ms: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_are_read_as_they_were_written() {
        for news in [
            News::Begun {
                job: 7,
                hosts: vec!["a".to_owned(), "b".to_owned()],
            },
            News::Output {
                host: 1,
                stream: Stream::Out,
                bytes: b"{\xff".to_vec(),
            },
            News::Ended {
                host: 0,
                state: State::NeverSent,
                ended: Ended::not_run("x"),
            },
        ] {
            assert_eq!(News::decode(&news.encode()), Ok(news));
        }
        for item in [&b""[..], b"\x03", b"\x01\x00", b"{}", b"{\"begun\":1}"] {
            assert!(News::decode(item).is_err(), "{item:?}");
        }
    }

    #[test]
    fn every_end_is_one_state() {
        let status = |status| Ended {
            status: Some(status),
            ..Ended::default()
        };
        for (ended, state) in [
            (status(0), State::Done),
            (status(1), State::Failed),
            (
                Ended {
                    timed_out: true,
                    ..status(0)
                },
                State::TimedOut,
            ),
            (
                Ended {
                    cut: true,
                    ..status(0)
                },
                State::Failed,
            ),
            (
                Ended {
                    signal: Some(9),
                    ..Ended::default()
                },
                State::Failed,
            ),
            (Ended::not_run("there is none"), State::Failed),
        ] {
            assert_eq!(State::of(&ended), state, "{ended:?}");
        }
    }
}
