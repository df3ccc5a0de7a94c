//! Files that are larger than anything that a server should hold.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};

use support::Case;

use super::answer::Answer;
use super::{TRIGGERS, http, page};
use crate::peers::{Server, number_in_status};
use crate::talk::Talk;

/// 100 MB, and no multiple of a buffer.
const LENGTH: usize = 100_000_001;

/// What a server may hold, whatever it serves.
const MOST_KIB: u64 = 16 << 10;

/// Every so many bytes stands the number of the place.
const STEP: usize = 1_000_000;

/// Makes a file that takes no room on the disk where it is empty.
fn large_file(case: &Case) {
    let path = case.dir().join("www/large.bin");
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(case.dir().join("www"))?;
        let mut file = File::create(&path)?;
        file.set_len(LENGTH as u64)?;
        for place in (0..LENGTH - 8).step_by(STEP) {
            file.seek(SeekFrom::Start(place as u64))?;
            file.write_all(&(place as u64 + 1).to_be_bytes())?;
        }
        Ok(())
    };
    write().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// Reads the body of [`large_file`] from `stream`, of which `body` came already, and returns what is wrong with it.
fn wrong(talk: &Talk, body: Vec<u8>) -> Option<String> {
    let mut stream = talk.stream()?;
    let _ = stream.set_read_timeout(Some(crate::peers::PATIENCE));
    let mut body = body;
    let mut chunk = vec![0; 256 << 10];
    while body.len() < LENGTH {
        match stream.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => body.extend_from_slice(&chunk[..count]),
            Err(error) => return Some(format!("{} bytes, and then: {error}", body.len())),
        }
    }
    if body.len() != LENGTH {
        return Some(format!("{} bytes", body.len()));
    }
    let wrong_place = (0..LENGTH - 8)
        .step_by(STEP)
        .find(|&place| body[place..place + 8] != (place as u64 + 1).to_be_bytes());
    wrong_place.map(|place| format!("{LENGTH} bytes, which are wrong at {place}"))
}

fn expect_small(case: &mut Case, server: &mut Server, what: &str) {
    let held = number_in_status(server.pid, "RssAnon:");
    let what = format!("less than 16 MiB of memory while {what}");
    server.expect(case, held < MOST_KIB, &what, format!("{held} KiB"));
}

pub(crate) fn a_large_file_waits_for_a_slow_reader(case: &mut Case) {
    large_file(case);
    for trigger in TRIGGERS {
        let mut server = http(case, trigger);
        let mut talk = server.talk();
        talk.send("GET /large.bin HTTP/1.1\r\nHost: x\r\n\r\n");
        let answer = Answer::read_head(&mut talk);
        server.expect_same(
            case,
            "the length of the file",
            &LENGTH.to_string(),
            answer.field("content-length"),
        );
        // Nobody reads: the server has filled what the kernel keeps, and sleeps.
        server.settle(case);
        expect_small(case, &mut server, "nobody reads 100 MB that are on their way");
        let body = talk.taken();
        let found = wrong(&talk, body);
        let what = format!(
            "all {LENGTH} bytes, as they are in the file, for who reads late ({})",
            trigger[1]
        );
        server.expect(case, found.is_none(), &what, found.unwrap_or_default());
        expect_small(case, &mut server, "100 MB have gone through it");
        // The connection is as good as it was.
        talk.send("HEAD /large.bin HTTP/1.1\r\nHost: x\r\n\r\n");
        let next = Answer::read_head(&mut talk);
        server.expect_same(
            case,
            "the status of the next answer",
            "200",
            &next.status.to_string(),
        );
        // An answer that goes out in many pieces may be the last one, too.
        talk.send("GET /large.bin HTTP/1.1\r\nHost: x\r\nRange: bytes=1-300000\r\nConnection: close\r\n\r\n");
        let last = Answer::read_head(&mut talk);
        server.expect_same(case, "the status of a part", "206", &last.status.to_string());
        let came = talk.taken().len();
        let rest = to_the_end(&talk, came);
        let found = rest.map_or("no end".to_owned(), |length| format!("{length} bytes"));
        server.expect(
            case,
            rest == Some(300_000),
            "300000 bytes and the end of the connection, after `Connection: close`",
            found,
        );
    }
}

/// Reads until the connection ends, and returns how many bytes came with the `before` that came already; none if it does not end.
fn to_the_end(talk: &Talk, before: usize) -> Option<usize> {
    let mut stream = talk.stream()?;
    let _ = stream.set_read_timeout(Some(crate::peers::PATIENCE));
    let mut length = before;
    let mut chunk = vec![0; 64 << 10];
    loop {
        match stream.read(&mut chunk) {
            Ok(0) => return Some(length),
            Ok(count) => length += count,
            Err(_) => return None,
        }
    }
}

pub(crate) fn who_sends_many_requests_ahead_costs_little(case: &mut Case) {
    const ANSWERS: usize = 600;
    // More than is answered at once, so that each request waits for the answer to the one before.
    const PART: usize = 70_000;
    let requests = "GET /part.bin HTTP/1.1\r\nHost: x\r\n\r\n".repeat(2000);
    page(case, "part.bin", vec![b'x'; PART]);
    for trigger in TRIGGERS {
        let mut server = http(case, trigger);
        let mut talk = server.talk();
        let mut at = 0;
        for number in 1..=ANSWERS {
            talk.send_ahead(requests.as_bytes(), &mut at);
            let answer = Answer::read(&mut talk);
            let right = answer.status == 200 && answer.body.len() == PART;
            let found = format!("{} and {} bytes", answer.status, answer.body.len());
            server.expect(
                case,
                right,
                &format!("200 and {PART} bytes as answer {number}"),
                found,
            );
        }
        let what = format!("as many requests are sent as can be, and {ANSWERS} answers are read");
        expect_small(case, &mut server, &what);
    }
}

pub(crate) fn many_slow_readers_cost_little(case: &mut Case) {
    const READERS: usize = 40;
    large_file(case);
    for trigger in TRIGGERS {
        let mut server = http(case, trigger);
        let mut talks: Vec<Talk> = (0..READERS).map(|_| Talk::narrow(server.address)).collect();
        for talk in &mut talks {
            talk.send("GET /large.bin HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        for talk in &mut talks {
            let status = Answer::read_head(talk).status;
            server.expect_same(case, "the status for a reader", "200", &status.to_string());
        }
        server.settle(case);
        expect_small(
            case,
            &mut server,
            &format!("{READERS} readers wait with 100 MB each"),
        );
        // Whoever leaves in the middle leaves nothing behind.
        drop(talks);
        let mut talk = server.talk();
        talk.send("GET /large.bin HTTP/1.1\r\nHost: x\r\nRange: bytes=1000000-1000007\r\n\r\n");
        let answer = Answer::read(&mut talk);
        let expected = 1_000_001_u64.to_be_bytes();
        server.expect(
            case,
            answer.status == 206 && answer.body == expected,
            "a part of the file after all others have left",
            format!("{} and {} bytes", answer.status, answer.body.len()),
        );
    }
}
