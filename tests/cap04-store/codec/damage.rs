//! What is no chunk, and what cannot become one.

use support::Case;

pub(super) fn chunks_that_are_damaged_are_refused(case: &mut Case) {
    for (digits, what) in [
        ("", "nothing"),
        ("00", "no sample"),
        (
            "8120",
            "a count of two bytes, of which the second is missing its number, and no more",
        ),
        ("818000", "a count that is longer than it has to be"),
        ("81200000", "4097 samples"),
        ("ffffffffffffffffff01", "more samples than there can be"),
        ("01", "no time"),
        ("0100", "no values"),
        ("010003", "a form that there is not"),
        ("0100010a000200", "ten digits behind the point"),
        ("010001004002 00", "a blank among the digits"),
        ("01000100400200", "64 common zeros"),
        ("0100010000022100", "a width of 33 and a byte too many"),
        ("01000100000221", "a width of 33"),
        ("0100010000020000", "a byte behind the last value"),
        ("0100000000000000000", "half a byte"),
        ("0100000000000000000000ff", "a byte behind the 64 bits of a value"),
        (
            "0100003fd55555555555",
            "seven bytes and a half of a value, or a byte too few",
        ),
        ("0200000001000002", "a time that is the one before"),
        ("02000100010000020000", "a time that is earlier"),
        ("03000202a10100000200", "bits behind the last time"),
        ("020002 ", "half a chunk"),
        ("0200020000 3fd5555555555555", "a blank within"),
        (
            "02000200003fd555555555555540",
            "a window that is used before there is one",
        ),
        (
            "02000200003fd5555555555555fffe",
            "a window that is wider than 64 bits",
        ),
        (
            "02000200003fd5555555555555fff80000000000000000",
            "a window that is wider than 64 bits, with all of its bits",
        ),
        ("zz", "no digits"),
        ("é0", "no ASCII"),
    ] {
        let ended = case
            .program("store")
            .args(["decode"])
            .stdin(format!("{digits}\n"))
            .run();
        case.expect(
            &ended,
            ended.status.code() == Some(1) && ended.stdout.is_empty(),
            &format!("status 1 and nothing printed, for this is {what}"),
            format!("{} and {}", ended.status, ended.stdout_text()),
        );
        case.expect_stderr_names(&ended, "standard input");
    }
}

pub(super) fn lines_that_are_no_samples_are_named(case: &mut Case) {
    for (text, place) in [
        ("", "standard input"),
        ("5 1\n5 1\n", "line 2"),
        ("5 1\n4 1\n", "line 2"),
        ("5\n", "line 1"),
        ("5 1\n6 x\n", "line 2"),
        ("9223372036854775808 1\n", "line 1"),
        ("\n", "line 1"),
    ] {
        let ended = case.program("store").args(["encode"]).stdin(text).run();
        case.expect_status(&ended, 1);
        case.expect_stderr_names(&ended, place);
    }
    let most: String = (0..4096).map(|n| format!("{n} {}\n", n % 7)).collect();
    let ended = case.program("store").args(["encode"]).stdin(most.clone()).run();
    case.expect_status(&ended, 0);
    let ended = case
        .program("store")
        .args(["encode"])
        .stdin(most + "4096 0\n")
        .run();
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "line 4097");
}
