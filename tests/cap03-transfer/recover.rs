//! Stage 2: after a crash.

use std::fs;

use support::{Case, Stage, stage};

use crate::harness::{append, check, drawn, drill, segments, transfer, word};

pub(crate) const STAGE: Stage = stage!("recover":
    a_record_that_is_torn_is_cut,
    zeros_behind_the_last_record_are_none,
    numbers_of_a_torn_end_are_not_given_again,
    what_was_torn_once_is_not_counted_again,
    a_bit_that_is_wrong_costs_one_record,
    damage_at_the_end_of_a_closed_file_costs_one_record,
    damage_in_the_last_file_is_skipped_if_there_is_more,
    a_check_says_what_is_wrong_and_changes_nothing;
    seeded: drawn_damage_is_found_like_the_reference_does
);

fn a_record_that_is_torn_is_cut(case: &mut Case) {
    for cut in 1..=22 {
        let dir = format!("sp{cut}");
        let script = format!(
            "append aa => 1
             append bb => 2
             append cc => 3
             sync => durable 3
             cut {cut} => killed and cut
             read => 1 aa|2 bb|-
             files => files 44
             book => {}",
            match cut {
                22 => "next 3 acknowledged 0 waiting 1-2",
                _ => "next 4 acknowledged 0 waiting 1-2 torn 3",
            }
        );
        drill(case, &["spool", &dir], &script);
    }
}

fn zeros_behind_the_last_record_are_none(case: &mut Case) {
    drill(
        case,
        &["spool", "sp"],
        "append aa => 1
         sync => durable 1
         zeros 5 => killed, and zeros behind it
         book => next 3 acknowledged 0 waiting 1 torn 2
         zeros 41 => killed, and zeros behind it
         read => 1 aa|-
         book => next 6 acknowledged 0 waiting 1 torn 2-5
         append b => 6
         sync => durable 6
         files => files 43
         reopen => closed
         read => 1 aa|6 b|-
         book => next 7 acknowledged 0 waiting 1,6 torn 2-5",
    );
}

fn numbers_of_a_torn_end_are_not_given_again(case: &mut Case) {
    drill(
        case,
        &["spool", "sp"],
        "append aa => 1
         append bb => 2
         sync => durable 2
         cut 1 => killed and cut
         read => 1 aa|-
         kill => killed
         read => 1 aa|-
         reopen => closed
         append cc => 3
         sync => durable 3
         kill => killed
         read => 1 aa|3 cc|-
         cut 22 => killed and cut
         append dd => 3",
    );
}

fn what_was_torn_once_is_not_counted_again(case: &mut Case) {
    // Of record 6, which was durable, a part of the head is left, or the head, or all but a byte.
    for cut in [1, 2, 3, 15, 21] {
        let dir = format!("sp{cut}");
        let script = format!(
            "append aa => 1
             append bb => 2
             append cc => 3
             append dd => 4
             sync => durable 4
             zeros 20 => killed, and zeros behind it
             book => next 6 acknowledged 0 waiting 1-4 torn 5
             append ff => 6
             sync => durable 6
             cut {cut} => killed and cut
             book => next 7 acknowledged 0 waiting 1-4 torn 5-6
             append gg => 7
             sync => durable 7
             reopen => closed
             read => 1 aa|2 bb|3 cc|4 dd|7 gg|-
             zeros 1 => killed, and zeros behind it
             append hh => 9
             sync => durable 9
             book => next 10 acknowledged 0 waiting 1-4,7,9 torn 5-6,8"
        );
        drill(case, &["spool", &dir], &script);
    }
    // What the book knows to be settled was given, whatever the file has. What it knows to have been before that, and is not there, is damaged.
    drill(
        case,
        &["spool", "settled"],
        "append aa => 1
         append bb => 2
         append cc => 3
         append dd => 4
         sync => durable 4
         ack 4 => noted
         cut 60 => killed and cut
         book => next 6 acknowledged 1 waiting 1 damaged 2-3 torn 5
         append ee => 6
         sync => durable 6
         read => 1 aa|6 ee|-",
    );
}

fn a_bit_that_is_wrong_costs_one_record(case: &mut Case) {
    // Three records of 23 bytes.
    for at in (0..69).step_by(2) {
        let dir = format!("sp{at}");
        let lost = at / 23 + 1;
        let left: String = (1..=5)
            .filter(|&number| number != lost)
            .map(|number| format!("{number} {}|", ["aaa", "bbb", "ccc", "ddd", "eee"][number - 1]))
            .collect();
        let waiting = ["2-5", "1,3-5", "1-2,4-5"][lost - 1];
        let script = format!(
            "append aaa => 1
             append bbb => 2
             append ccc => 3
             append ddd => 4
             append eee => 5
             sync => durable 5
             flip 0 {at} => killed, and a bit is another
             read => {left}-
             book => next 6 acknowledged 0 waiting {waiting} damaged {lost}
             reopen => closed
             read => {left}-"
        );
        drill(case, &["spool", &dir, "--segment", "69"], &script);
    }
}

fn damage_at_the_end_of_a_closed_file_costs_one_record(case: &mut Case) {
    for at in [22, 25, 31, 40] {
        let dir = format!("sp{at}");
        let script = format!(
            "append a => 1
             append b => 2
             append c => 3
             append d => 4
             sync => durable 4
             files => files 42 42
             flip 0 {at} => killed, and a bit is another
             read => 1 a|3 c|4 d|-
             book => next 5 acknowledged 0 waiting 1,3-4 damaged 2
             ack 1,3 => noted
             files => files 42
             read => 4 d|-"
        );
        drill(case, &["spool", &dir, "--segment", "42"], &script);
    }
}

fn damage_in_the_last_file_is_skipped_if_there_is_more(case: &mut Case) {
    drill(
        case,
        &["spool", "sp"],
        "append aa => 1
         append bb => 2
         append cc => 3
         append dd => 4
         sync => durable 4
         flip 0 25 => killed, and a bit is another
         flip 0 50 => killed, and a bit is another
         cut 3 => killed and cut
         book => next 6 acknowledged 0 waiting 1 torn 2-5",
    );
    drill(
        case,
        &["spool", "other"],
        "append aa => 1
         append bb => 2
         append cc => 3
         append dd => 4
         sync => durable 4
         flip 0 25 => killed, and a bit is another
         flip 0 50 => killed, and a bit is another
         read => 1 aa|4 dd|-
         files => files 88
         book => next 5 acknowledged 0 waiting 1,4 damaged 2-3",
    );
    // A record without a body is whole as well, also as the last 20 bytes of the file.
    drill(
        case,
        &["spool", "short"],
        "append aa => 1
         append bb => 2
         append  => 3
         sync => durable 3
         flip 0 25 => killed, and a bit is another
         read => 1 aa|3 |-
         files => files 64
         book => next 4 acknowledged 0 waiting 1,3 damaged 2",
    );
}

fn a_check_says_what_is_wrong_and_changes_nothing(case: &mut Case) {
    let ended = append(case, "sp", "aaa\nbbb\nccc\nddd\n");
    case.expect_stdout(&ended, "1\n2\n3\n4\n");
    check(
        case,
        &["spool", "check", "sp"],
        "whole 1-4\ndamaged \ntorn 0 bytes\n",
    );
    let path = segments(case, "sp").remove(0);
    let mut bytes = fs::read(&path).unwrap_or_default();
    bytes[24] ^= 4;
    bytes.truncate(bytes.len() - 2);
    let _ = fs::write(&path, &bytes);
    for _ in 0..2 {
        let ended = transfer(case, &["spool", "check", "sp"]);
        case.expect_stdout(&ended, "whole 1,3\ndamaged 2\ntorn 21 bytes\n");
        case.expect_status(&ended, 1);
    }
    check(case, &["spool", "read", "sp"], "1 aaa\n3 ccc\n");
    // What has been counted is no news.
    check(
        case,
        &["spool", "check", "sp"],
        "whole 1,3\ndamaged \ntorn 0 bytes\n",
    );
}

fn drawn_damage_is_found_like_the_reference_does(case: &mut Case) {
    case.seeded(16, |rng| {
        let mut script = String::new();
        for _ in 0..rng.u32(3..8) {
            for _ in 0..rng.u32(1..12) {
                script += &format!("append {}\n", word(rng, 30));
            }
            script += "sync\n";
            script += &match rng.u32(0..4) {
                0 => format!("cut {}\n", rng.u32(1..120)),
                1 => format!("zeros {}\n", rng.u32(1..100)),
                _ => format!("flip {} {}\n", rng.u32(0..4), rng.u32(0..220)),
            };
            script += "book\nread\nbook\nfiles\n";
        }
        drawn(&["spool", "sp", "--segment", "200"], script)
    });
}
