//! What memcached answers to the other commands: scripts for nbnet, and for the real memcached where it is installed.

use crate::memcached::scripts::Script;

pub(crate) const CHANGES: &[Script] = &[
    (
        "add stores what is not there",
        r#"
        > add a 1 0 3
        > one
        < STORED
        > add a 2 0 3
        > two
        < NOT_STORED
        > get a
        < VALUE a 1 3
        < one
        < END
        > delete a
        < DELETED
        > add a 3 0 5
        > three
        < STORED
        > get a
        < VALUE a 3 5
        < three
        < END
        "#,
    ),
    (
        "replace stores what is there",
        r#"
        > replace a 1 0 3
        > one
        < NOT_STORED
        > get a
        < END
        > set a 0 0 1
        > x
        < STORED
        > replace a 5 0 4
        > more
        < STORED
        > get a
        < VALUE a 5 4
        < more
        < END
        "#,
    ),
    (
        "append and prepend keep the flags and add to the value",
        r#"
        > append a 0 0 1
        > x
        < NOT_STORED
        > prepend a 0 0 1
        > x
        < NOT_STORED
        > set a 7 0 3
        > mid
        < STORED
        > append a 9 0 4
        > \r\nEN
        < STORED
        > prepend a 9 0 3
        > St-
        < STORED
        > get a
        < VALUE a 7 10
        < St-mid\r\nEN
        < END
        > append a 0 0 0
        >
        < STORED
        > get a
        < VALUE a 7 10
        < St-mid\r\nEN
        < END
        "#,
    ),
    (
        "noreply is for all of them",
        r#"
        > add a 0 0 1 noreply
        > b
        > add a 0 0 1 noreply
        > x
        > append a 0 0 1 noreply
        > c
        > prepend a 0 0 1 noreply
        > a
        > get a
        < VALUE a 0 3
        < abc
        < END
        > replace a 0 0 1 noreply
        > 5
        > incr a 2 noreply
        > decr a 1 noreply
        > touch a 0 noreply
        > get a
        < VALUE a 0 1
        < 6
        < END
        > incr a x noreply
        > incr nothing 1 noreply
        > touch a soon noreply
        > touch nothing 1 noreply
        > cas a 0 0 1 x noreply
        > flush_all soon noreply
        > get a
        < VALUE a 0 1
        < 6
        < END
        > cas a 0 0 1 999999999 noreply
        > x
        > get a
        < VALUE a 0 1
        < 6
        < END
        > flush_all noreply
        > get a
        < END
        > verbosity 1 noreply
        > get a
        < END
        "#,
    ),
];

pub(crate) const NUMBERS: &[Script] = &[
    (
        "incr and decr answer with the new number",
        r#"
        > incr n 1
        < NOT_FOUND
        > decr n 1
        < NOT_FOUND
        > set n 3 0 1
        > 9
        < STORED
        > incr n 1
        < 10
        > get n
        < VALUE n 3 2
        < 10
        < END
        > incr n 90
        < 100
        > decr n 0
        < 100
        > get n
        < VALUE n 3 3
        < 100
        < END
        "#,
    ),
    (
        "decr stops at 0, incr begins again behind the largest number",
        r#"
        > set n 0 0 1
        > 3
        < STORED
        > decr n 4
        < 0
        > get n
        < VALUE n 0 1
        < 0
        < END
        > set n 0 0 20
        > 18446744073709551615
        < STORED
        > incr n 1
        < 0
        > set n 0 0 20
        > 18446744073709551614
        < STORED
        > incr n 18446744073709551615
        < 18446744073709551613
        > decr n 18446744073709551615
        < 0
        "#,
    ),
    (
        "a number that gets shorter leaves spaces behind it",
        r#"
        > set n 0 0 3
        > 100
        < STORED
        > decr n 1
        < 99
        > get n
        < VALUE n 0 3
        < 99\x20
        < END
        > decr n 90
        < 9
        > get n
        < VALUE n 0 3
        < 9\x20\x20
        < END
        "#,
    ),
    (
        "white space before a number does not matter, nor what stands behind white space",
        r#"
        > set n 0 0 3
        >  12
        < STORED
        > incr n 1
        < 13
        > set n 0 0 4
        > 12 a
        < STORED
        > incr n 1
        < 13
        > set n 0 0 3
        > 12a
        < STORED
        > incr n 1
        < CLIENT_ERROR cannot increment or decrement non-numeric value
        > set n 0 0 1
        > \x20
        < STORED
        > decr n 1
        < CLIENT_ERROR cannot increment or decrement non-numeric value
        "#,
    ),
    (
        "what is no number is told",
        r#"
        > set a 0 0 3
        > abc
        < STORED
        > incr a 1
        < CLIENT_ERROR cannot increment or decrement non-numeric value
        > decr a 1
        < CLIENT_ERROR cannot increment or decrement non-numeric value
        > set a 0 0 2
        > -1
        < STORED
        > incr a 1
        < CLIENT_ERROR cannot increment or decrement non-numeric value
        > set a 0 0 20
        > 18446744073709551616
        < STORED
        > incr a 1
        < CLIENT_ERROR cannot increment or decrement non-numeric value
        > set n 0 0 1
        > 1
        < STORED
        > incr n x
        < CLIENT_ERROR invalid numeric delta argument
        > incr n -1
        < CLIENT_ERROR invalid numeric delta argument
        > decr n 18446744073709551616
        < CLIENT_ERROR invalid numeric delta argument
        > get n
        < VALUE n 0 1
        < 1
        < END
        "#,
    ),
];

pub(crate) const TIMES: &[Script] = &[
    (
        "touch and gat know what is there",
        r#"
        > touch a 100
        < NOT_FOUND
        > gat 100 a b
        < END
        > gats 100 a
        < END
        > gat 0
        < END
        > gats 100
        < END
        > set a 1 0 1
        > x
        < STORED
        > set b 2 0 2
        > yy
        < STORED
        > touch a 100
        < TOUCHED
        > gat 100 b nothing a
        < VALUE b 2 2
        < yy
        < VALUE a 1 1
        < x
        < END
        > touch a soon
        < CLIENT_ERROR invalid exptime argument
        > gat soon a
        < CLIENT_ERROR invalid exptime argument
        > get a
        < VALUE a 1 1
        < x
        < END
        "#,
    ),
    (
        "a negative time is over at once, and so is one of 1970",
        r#"
        > set a 0 -1 1
        > x
        < STORED
        > get a
        < END
        > set a 0 2592001 1
        > x
        < STORED
        > get a
        < END
        > set a 0 2592000 1
        > x
        < STORED
        > get a
        < VALUE a 0 1
        < x
        < END
        > touch a -1
        < TOUCHED
        > get a
        < END
        > set a 0 0 1
        > y
        < STORED
        > gat -1 a
        < VALUE a 0 1
        < y
        < END
        > get a
        < END
        "#,
    ),
    (
        "what has expired is as good as not there",
        r#"
        > set a 0 -1 1
        > 1
        < STORED
        > incr a 1
        < NOT_FOUND
        > set a 0 -1 1
        > 1
        < STORED
        > append a 0 0 1
        > 2
        < NOT_STORED
        > set a 0 -1 1
        > 1
        < STORED
        > replace a 0 0 1
        > 2
        < NOT_STORED
        > set a 0 -1 1
        > 1
        < STORED
        > touch a 0
        < NOT_FOUND
        > set a 0 -1 1
        > 1
        < STORED
        > delete a
        < NOT_FOUND
        > set a 0 -1 1
        > 1
        < STORED
        > cas a 0 0 1 1
        > 2
        < NOT_FOUND
        > set a 0 -1 1
        > 1
        < STORED
        > add a 0 0 1
        > 2
        < STORED
        > get a
        < VALUE a 0 1
        < 2
        < END
        "#,
    ),
];

pub(crate) const FLUSH: &[Script] = &[(
    "flush_all forgets everything, and what comes later stays",
    r#"
    > set a 0 0 1
    > 1
    < STORED
    > set b 0 0 1
    > 2
    < STORED
    > flush_all
    < OK
    > get a b
    < END
    > delete a
    < NOT_FOUND
    > flush_all 0
    < OK
    > flush_all
    < OK
    > flush_all 1000
    < OK
    > set c 0 0 1
    > 3
    < STORED
    > get c
    < VALUE c 0 1
    < 3
    < END
    "#,
)];

pub(crate) const ERRORS: &[Script] = &[
    (
        "a command without what it needs is ERROR",
        r#"
        > gets
        < ERROR
        > add a 0 0
        < ERROR
        > cas a 0 0 1
        < ERROR
        > incr
        < ERROR
        > incr a
        < ERROR
        > decr a
        < ERROR
        > touch a
        < ERROR
        > gat
        < ERROR
        > verbosity
        < ERROR
        > verbosity 1
        < OK
        "#,
    ),
    (
        "numbers that are none are a bad command line",
        r#"
        > add a 0 0 x
        < CLIENT_ERROR bad command line format
        > append a 0 0 -1
        < CLIENT_ERROR bad command line format
        > prepend a x 0 1
        < CLIENT_ERROR bad command line format
        > cas a 0 0 1 x
        < CLIENT_ERROR bad command line format
        > cas a 0 0 1 18446744073709551616
        < CLIENT_ERROR bad command line format
        > set a 0 0 1
        > x
        < STORED
        > append a 0 0 3
        > abcde
        < CLIENT_ERROR bad data chunk
        < ERROR
        > get a
        < VALUE a 0 1
        < x
        < END
        "#,
    ),
    (
        "a number that nobody has given stores nothing",
        r#"
        > cas a 0 0 1 1
        > x
        < NOT_FOUND
        > set a 0 0 1
        > x
        < STORED
        > cas a 0 0 1 18446744073709551615
        > y
        < EXISTS
        > get a
        < VALUE a 0 1
        < x
        < END
        "#,
    ),
];

/// Keys that are too long, for the commands of this stage.
pub(crate) fn keys() -> String {
    let key = "k".repeat(251);
    let refusal = "< CLIENT_ERROR bad command line format\n";
    let lines = [
        "gets {}",
        "incr {} 1",
        "decr {} 1",
        "touch {} 1",
        "gat 1 {}",
        "add {} 0 0 1",
        "cas {} 0 0 1 1",
    ];
    lines
        .map(|line| format!("> {}\n{refusal}", line.replace("{}", &key)))
        .concat()
}
