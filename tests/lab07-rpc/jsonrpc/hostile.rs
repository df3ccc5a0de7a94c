//! What nobody sends who means well.

use support::Case;

use super::talk::Talk;
use super::{answers, error, expect_answer, serve};
use crate::jsonrpc::json::Json;
use crate::wire::number_in_status;

pub(super) fn numbers_of_any_size_are_kept(case: &mut Case) {
    let mut server = serve(case, &[]);
    let digits = "9".repeat(1000);
    let numbers = [
        "0",
        "-0",
        "-0.0",
        "1.0",
        "1.10",
        "1e2",
        "1E+400",
        "-1e-400",
        "123456789012345678901234567890",
        "0.1234567890123456789012345678901234567890",
        "18446744073709551616",
        &digits,
    ]
    .join(",");
    for params in [format!("[{numbers}]"), format!("{{\"a\":[{numbers}]}}")] {
        let sent = format!(r#"{{"jsonrpc":"2.0","method":"echo","params":{params},"id":{digits}}}"#);
        let expected = format!(r#"{{"jsonrpc":"2.0","result":{params},"id":{digits}}}"#);
        expect_answer(case, &mut server, &sent, Some(&expected));
    }
    // A number that no float can hold is JSON, whatever the method says to it.
    let sent = r#"{"jsonrpc":"2.0","method":"sum","params":[1e400],"id":1}"#;
    expect_answer(case, &mut server, sent, Some(&error(-32_602, "1")));
}

pub(super) fn what_is_nested_too_deep_is_no_json(case: &mut Case) {
    const MOST: usize = 128;
    let mut server = serve(case, &["--max-body", "4000000"]);
    let nested = |levels: usize, open: &str, close: &str| open.repeat(levels) + &close.repeat(levels);
    let echo = |value: &str| format!(r#"{{"jsonrpc":"2.0","method":"echo","params":{value},"id":1}}"#);
    // One level is the request's own.
    for levels in [1, 64, MOST - 1] {
        let value = nested(levels, "[", "]");
        let expected = format!(r#"{{"jsonrpc":"2.0","result":{value},"id":1}}"#);
        expect_answer(case, &mut server, &echo(&value), Some(&expected));
    }
    let too_deep = error(-32_700, "null");
    for sent in [
        echo(&nested(MOST, "[", "]")),
        echo(&nested(MOST, "{\"a\":", "}").replace(":}", ":1}")),
        nested(MOST + 1, "[", "]"),
        nested(100_000, "[", "]"),
        nested(100_000, "[{\"a\":", "}]").replace(":}", ":1}"),
        echo(&nested(1_000_000, "[", "]")),
        format!(
            r#"{{"jsonrpc":"2.0","method":"update","id":{}}}"#,
            nested(100_000, "[", "]")
        ),
        format!("[{},{}]", echo("[]"), nested(100_000, "[", "]")),
        "[".repeat(2_000_000),
        "{\"a\":".repeat(100_000),
        "[{\"\":".repeat(100_000),
    ] {
        expect_answer(case, &mut server, &sent, Some(&too_deep));
    }
    // Brackets in a text are no levels.
    for text in [
        "[[[{{{".repeat(1000),
        r#"\"["#.repeat(1000),
        r#"\\\""#.to_owned() + &"{".repeat(1000),
    ] {
        let value = format!("[\"{text}\"]");
        let expected = format!(r#"{{"jsonrpc":"2.0","result":{value},"id":1}}"#);
        expect_answer(case, &mut server, &echo(&value), Some(&expected));
    }
}

pub(super) fn bytes_that_are_no_text_are_no_json(case: &mut Case) {
    let mut server = serve(case, &[]);
    let texts: [&[u8]; 6] = [
        b"{\"jsonrpc\":\"2.0\",\"method\":\"get_data\",\"id\":\"\xff\"}",
        b"{\"jsonrpc\":\"2.0\",\"method\":\"get_data\",\"params\":[\"\xc3\"],\"id\":1}",
        b"{\"jsonrpc\":\"2.0\",\"method\":\"get_data\",\"id\":\"\xed\xa0\x80\"}",
        b"{\"jsonrpc\":\"2.0\",\"method\":\"get_data\",\"id\":1}\0",
        b"\xff\xfe[\0]\0",
        b"\x01",
    ];
    for text in texts {
        let found = answers(&server, &[text, b"\n"].concat());
        let what = format!("the answer to the bytes `{}`", support::text::visible(text));
        server.expect_same(
            case,
            &what,
            &super::comparable(&error(-32_700, "null")),
            &found
                .iter()
                .map(|line| super::comparable(line))
                .collect::<Vec<_>>()
                .join("\n"),
        );
    }
}

pub(super) fn a_method_that_panics_is_an_internal_error(case: &mut Case) {
    let mut server = serve(case, &[]);
    for _ in 0..3 {
        let sent = r#"{"jsonrpc":"2.0","method":"panic","params":[],"id":"p"}"#;
        expect_answer(case, &mut server, sent, Some(&error(-32_603, "\"p\"")));
    }
    let batch = format!(
        "[{},{}]",
        r#"{"jsonrpc":"2.0","method":"panic","id":1}"#, r#"{"jsonrpc":"2.0","method":"update","id":2}"#
    );
    let expected = format!(
        r#"[{},{{"jsonrpc":"2.0","result":null,"id":2}}]"#,
        error(-32_603, "1")
    );
    expect_answer(case, &mut server, &batch, Some(&expected));
    server.stop(case);
}

pub(super) fn a_line_without_an_end_costs_no_more_than_its_limit(case: &mut Case) {
    const LIMIT: usize = 100_000;
    const MEMORY_KIB: u64 = 12 << 10;
    let mut server = serve(case, &["--max-body", &LIMIT.to_string()]);
    let call = r#"{"jsonrpc":"2.0","method":"update","id":1}"#;
    let whole = format!("{call}{}", " ".repeat(LIMIT - call.len()));
    expect_answer(
        case,
        &mut server,
        &whole,
        Some(r#"{"jsonrpc":"2.0","result":null,"id":1}"#),
    );
    for (what, end) in [("with an end", "\n"), ("without an end", "")] {
        let mut talk = Talk::connect(server.address);
        talk.send(format!("{call}\n{whole} {end}"));
        let first = talk.line().unwrap_or_else(|| talk.state());
        server.expect_same(
            case,
            "the answer to a call in front of a line that is too long",
            r#"{"jsonrpc":"2.0","result":null,"id":1}"#,
            &first,
        );
        let line = talk.line().unwrap_or_else(|| talk.state());
        let code = Json::read(&line).and_then(|json| Some(json.get("error")?.get("code")?.to_string()));
        server.expect(
            case,
            code.as_deref() == Some("-32000"),
            &format!("an error with code -32000 for a line {what} of more than {LIMIT} bytes"),
            line,
        );
        let over = talk.is_over();
        server.expect(case, over, "the end of the connection behind it", talk.state());
    }
    // Many that never end, and say more than they may.
    let mut talks: Vec<Talk> = (0..20).map(|_| Talk::connect(server.address)).collect();
    for talk in &mut talks {
        talk.send("[".repeat(20 * LIMIT));
    }
    server.settle(case);
    let memory = number_in_status(server.pid, "RssAnon:");
    server.expect(
        case,
        memory < MEMORY_KIB,
        &format!(
            "less than {MEMORY_KIB} KiB of anonymous memory, with --max-body {LIMIT} and 20 lines of 2 MB"
        ),
        format!("{memory} KiB"),
    );
    expect_answer(
        case,
        &mut server,
        call,
        Some(r#"{"jsonrpc":"2.0","result":null,"id":1}"#),
    );
}
