//! Stage `number`: lines and their numbers.

use support::{Case, Exchange, Stage, stage};

pub(crate) const STAGE: Stage = stage!("number":
    every_line_has_its_number_in_front;
    seeded: whatever_bytes_come_are_copied
);

fn every_line_has_its_number_in_front(case: &mut Case) {
    // An empty line, a carriage return, a byte that is no UTF-8, and no newline at the end.
    let ended = case.program("@NAME@").stdin(&b"one\n\nthree\r\nf\xffur"[..]).run();
    case.snapshot(&ended);
}

fn whatever_bytes_come_are_copied(case: &mut Case) {
    case.seeded(4, |rng| {
        let length = rng.usize(0..400);
        let alphabet = b"ab \t\r\n\n\xff\xc3\xa9";
        let text: Vec<u8> = (0..length).map(|_| alphabet[rng.usize(0..alphabet.len())]).collect();
        Exchange::of("@NAME@").stdin(text)
    });
}
