//! What memcached answers to what: scripts for nbnet, and for the real memcached where it is installed.

/// A script with the name of what it shows.
pub(crate) type Script = (&'static str, &'static str);

pub(crate) const VALUES: &[Script] = &[
    (
        "a value is stored and found",
        r#"
        > get a
        < END
        > set a 0 0 3
        > one
        < STORED
        > get a
        < VALUE a 0 3
        < one
        < END
        "#,
    ),
    (
        "flags come back as they were given",
        r#"
        > set small 0 0 1
        > x
        > set large 4294967295 0 1
        > y
        < STORED
        < STORED
        > get large small
        < VALUE large 4294967295 1
        < y
        < VALUE small 0 1
        < x
        < END
        "#,
    ),
    (
        "the last value counts, with its own flags and length",
        r#"
        > set a 1 0 5
        > first
        < STORED
        > set a 2 0 2
        > no
        < STORED
        > get a
        < VALUE a 2 2
        < no
        < END
        > set a 3 0 11
        > longer than
        < STORED
        > get a
        < VALUE a 3 11
        < longer than
        < END
        "#,
    ),
    (
        "many keys are answered in the order of the question, without those that are not there",
        r#"
        > set a 0 0 1
        > 1
        > set b 0 0 1
        > 2
        > set c 0 0 1
        > 3
        < STORED
        < STORED
        < STORED
        > get c nothing a c neither b a
        < VALUE c 0 1
        < 3
        < VALUE a 0 1
        < 1
        < VALUE c 0 1
        < 3
        < VALUE b 0 1
        < 2
        < VALUE a 0 1
        < 1
        < END
        "#,
    ),
    (
        "keys are bytes: their case counts, and most signs are allowed",
        r#"
        > set Key 0 0 1
        > K
        > set key 0 0 1
        > k
        > set {user:1}/é!#$%&'()*+,-.:;=?@[]^_`|~ 0 0 1
        > u
        < STORED
        < STORED
        < STORED
        > get key Key {user:1}/é!#$%&'()*+,-.:;=?@[]^_`|~
        < VALUE key 0 1
        < k
        < VALUE Key 0 1
        < K
        < VALUE {user:1}/é!#$%&'()*+,-.:;=?@[]^_`|~ 0 1
        < u
        < END
        "#,
    ),
];

pub(crate) const BLOCKS: &[Script] = &[
    (
        "a value may be empty",
        r#"
        > set empty 7 0 0
        >
        < STORED
        > get empty
        < VALUE empty 7 0
        <
        < END
        "#,
    ),
    (
        "a value may look like commands, and is none",
        r#"
        > set a 0 0 36
        > get a\r\ndelete a\r\nset b 0 0 1\r\nx\r\nEND
        < STORED
        > get b
        < END
        > get a
        < VALUE a 0 36
        < get a\r\ndelete a\r\nset b 0 0 1\r\nx\r\nEND
        < END
        "#,
    ),
    (
        "a value may end with CR, LF, or CR LF",
        r#"
        > set a 0 0 2
        > \r\n
        < STORED
        > set b 0 0 3
        > b\n\r
        < STORED
        > set c 0 0 5
        > \r\n\r\n\r
        < STORED
        > get a b c
        < VALUE a 0 2
        < \r\n
        < VALUE b 0 3
        < b\n\r
        < VALUE c 0 5
        < \r\n\r\n\r
        < END
        "#,
    ),
    (
        "a value holds every byte as it is",
        r#"
        > set a 0 0 10
        > \0\x01\x7f\x80\xff \x09\e\\\x20
        < STORED
        > get a
        < VALUE a 0 10
        < \0\x01\x7f\x80\xff \x09\e\\\x20
        < END
        "#,
    ),
];

pub(crate) const DELETE: &[Script] = &[(
    "what is deleted is gone",
    r#"
    > delete a
    < NOT_FOUND
    > set a 0 0 1
    > 1
    < STORED
    > set b 0 0 1
    > 2
    < STORED
    > delete a
    < DELETED
    > get a b
    < VALUE b 0 1
    < 2
    < END
    > delete a
    < NOT_FOUND
    > set a 0 0 1
    > 3
    < STORED
    > get a
    < VALUE a 0 1
    < 3
    < END
    "#,
)];

pub(crate) const NOREPLY: &[Script] = &[
    (
        "noreply does it and says nothing",
        r#"
    > set a 0 0 1 noreply
    > 1
    > set b 0 0 1 noreply
    > 2
    > set c 0 0 1
    > 3
    < STORED
    > delete b noreply
    > delete nothing noreply
    > get a b c
    < VALUE a 0 1
    < 1
    < VALUE c 0 1
    < 3
    < END
    "#,
    ),
    (
        "noreply is heard where something is wrong",
        r#"
    > set a x 0 1 noreply
    > set a 0 0 x noreply
    > set a 0 0 2147483646 noreply
    > delete a 5 noreply
    > get a
    < END
    > set a 0 0 3 noreply
    > abcde
    < ERROR
    > get a
    < END
    "#,
    ),
];

pub(crate) const ERRORS: &[Script] = &[
    (
        "what is no command is ERROR, and the connection goes on",
        r#"
        > nonsense
        < ERROR
        >
        < ERROR
        > get
        < ERROR
        > GET a
        < ERROR
        > geta
        < ERROR
        > set
        < ERROR
        > set a
        < ERROR
        > set a 0 0
        < ERROR
        > delete
        < ERROR
        > set a 0 0 1
        > x
        < STORED
        > get a
        < VALUE a 0 1
        < x
        < END
        "#,
    ),
    (
        "numbers that are none are a bad command line",
        r#"
        > set a x 0 1
        < CLIENT_ERROR bad command line format
        > set a -1 0 1
        < CLIENT_ERROR bad command line format
        > set a 0 soon 1
        < CLIENT_ERROR bad command line format
        > set a 0 -+5 1
        < CLIENT_ERROR bad command line format
        > set a 0 0 one
        < CLIENT_ERROR bad command line format
        > set a 0 0 1x
        < CLIENT_ERROR bad command line format
        > get a
        < END
        "#,
    ),
    (
        "lengths that cannot be are a bad command line",
        r#"
        > set a 0 0 -1
        < CLIENT_ERROR bad command line format
        > set a 0 0 -2
        < CLIENT_ERROR bad command line format
        > set a 0 0 2147483646
        < CLIENT_ERROR bad command line format
        > set a 0 0 2147483647
        < CLIENT_ERROR bad command line format
        > set a 0 0 2147483648
        < CLIENT_ERROR bad command line format
        > set a 0 0 4294967295
        < CLIENT_ERROR bad command line format
        > set a 0 0 9223372036854775807
        < CLIENT_ERROR bad command line format
        > set a 0 0 9223372036854775808
        < CLIENT_ERROR bad command line format
        > set a 0 0 18446744073709551615
        < CLIENT_ERROR bad command line format
        > set a 0 0 18446744073709551616
        < CLIENT_ERROR bad command line format
        > set a 0 0 99999999999999999999999999
        < CLIENT_ERROR bad command line format
        > get a
        < END
        "#,
    ),
    (
        "data behind a bad command line are a command of their own",
        r#"
        > set a 0 0 -1
        > nonsense
        < CLIENT_ERROR bad command line format
        < ERROR
        > get a
        < END
        "#,
    ),
    (
        "data without CR LF at their end are a bad chunk, and nothing is stored",
        r#"
        > set a 0 0 3
        > old
        < STORED
        > set a 0 0 3
        > newer
        < CLIENT_ERROR bad data chunk
        < ERROR
        > get a
        < VALUE a 0 3
        < old
        < END
        > set b 0 0 5
        > 1234
        >
        < CLIENT_ERROR bad data chunk
        < ERROR
        > get b
        < END
        "#,
    ),
    (
        "a deletion has one key",
        r#"
        > set a 0 0 1
        > x
        < STORED
        > delete a 5
        < CLIENT_ERROR bad command line format.  Usage: delete <key> [noreply]
        > delete a 0
        < DELETED
        "#,
    ),
];

pub(crate) const LINES: &[Script] = &[
    (
        "words may have more than one space between them",
        r#"
        >  set   a  0   0 1\x20
        > x
        < STORED
        > get   a  a\x20
        < VALUE a 0 1
        < x
        < VALUE a 0 1
        < x
        < END
        "#,
    ),
    (
        "a line feed alone ends a command, and no value",
        r#"
        >> set a 0 0 1\n
        > x
        < STORED
        >> get a\n
        < VALUE a 0 1
        < x
        < END
        "#,
    ),
];

/// Keys as long as they may be, and by a byte longer.
pub(crate) fn keys() -> String {
    let (longest, too_long) = ("k".repeat(250), "k".repeat(251));
    format!(
        "
        > set {longest} 0 0 1
        > x
        < STORED
        > get {longest}
        < VALUE {longest} 0 1
        < x
        < END
        > set {too_long} 0 0 1
        > y
        < CLIENT_ERROR bad command line format
        < ERROR
        > get {too_long}
        < CLIENT_ERROR bad command line format
        > delete {too_long}
        < CLIENT_ERROR bad command line format
        > get {longest}
        < VALUE {longest} 0 1
        < x
        < END
        > delete {longest}
        < DELETED
        "
    )
}
