use rpc::exec::item::Stream;

use super::bytes::{Malformed, Reader};

/// A piece of what a command writes. Its bytes are whatever they are, so it is not JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece<'a> {
    /// The job.
    pub job: u64,
    /// Which piece of the job on this host, from 0 on: one that comes twice, after a lost connection, counts once.
    pub number: u32,
    /// To where it was written.
    pub stream: Stream,
    /// What.
    pub bytes: &'a [u8],
}

impl<'a> Piece<'a> {
    /// Writes it.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(13 + self.bytes.len());
        out.extend_from_slice(&self.job.to_be_bytes());
        out.extend_from_slice(&self.number.to_be_bytes());
        out.push(self.stream.mark());
        out.extend_from_slice(self.bytes);
        out
    }

    /// Reads one that came.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn decode(body: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(body);
        let job = u64::from_be_bytes(reader.array("the job")?);
        let number = u32::from_be_bytes(reader.array("the number")?);
        let mark = reader.byte("the stream")?;
        let stream = Stream::BOTH.into_iter().find(|stream| stream.mark() == mark);
        Ok(Self {
            job,
            number,
            stream: stream.ok_or_else(|| reader.wrong(format_args!("there is no stream {mark}")))?,
            bytes: reader.rest(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_read_as_it_was_written_and_not_if_it_is_cut() {
        let piece = Piece {
            job: u64::MAX - 1,
            number: 7,
            stream: Stream::Err,
            bytes: b"\x00\xff\n",
        };
        let body = piece.encode();
        assert_eq!(Piece::decode(&body), Ok(piece));
        for end in 0..13 {
            assert!(Piece::decode(&body[..end]).is_err(), "{end}");
        }
        let mut other = body.clone();
        other[12] = 3;
        assert!(Piece::decode(&other).unwrap_err().what.contains("no stream 3"));
    }
}
