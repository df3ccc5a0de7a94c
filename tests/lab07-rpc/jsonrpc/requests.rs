//! Requests, and what is none.

use support::Case;

use super::{error, expect_answer, serve};

pub(super) fn an_id_comes_back_as_it_was_written(case: &mut Case) {
    let mut server = serve(case, &[]);
    for id in [
        "1",
        "0",
        "-0",
        "-17",
        "1.0",
        "1.50",
        "1e3",
        "1E+3",
        "0.1000",
        "9007199254740993",
        "18446744073709551616",
        "123456789012345678901234567890",
        "-1e400",
        "\"\"",
        "\"1\"",
        "\"null\"",
        r#""two words, \"quotes\" and a \\""#,
        "\"\u{e9}\u{1f600}\"",
        r#""\u00e9\ud83d\ude00\u0000""#,
        "null",
    ] {
        for (method, outcome) in [
            ("get_data", r#""result":["hello",5]"#),
            ("none", r#""error":{"code":-32601,"message":"Method not found"}"#),
        ] {
            let sent = format!(r#"{{"jsonrpc":"2.0","method":"{method}","id":{id}}}"#);
            let expected = format!(r#"{{"jsonrpc":"2.0",{outcome},"id":{id}}}"#);
            expect_answer(case, &mut server, &sent, Some(&expected));
        }
        // What is no request has an id if one can be seen.
        let sent = format!(r#"{{"jsonrpc":"1.0","method":"get_data","id":{id}}}"#);
        expect_answer(case, &mut server, &sent, Some(&error(-32_600, id)));
    }
    for id in [
        "true",
        "false",
        "[]",
        "[1]",
        "{}",
        r#"{"id":1}"#,
        "1,\"id\":1",
        "1,\"id\":2",
        "1,\"method\":\"sum\"",
    ] {
        let sent = format!(r#"{{"jsonrpc":"2.0","method":"get_data","id":{id}}}"#);
        expect_answer(case, &mut server, &sent, Some(&error(-32_600, "null")));
    }
}

pub(super) fn a_notification_is_never_answered(case: &mut Case) {
    let mut server = serve(case, &[]);
    for members in [
        r#""method":"get_data""#,
        r#""method":"update","params":{}"#,
        r#""method":"none""#,
        r#""method":"none","params":[1,2]"#,
        r#""method":"subtract""#,
        r#""method":"subtract","params":["a","b"]"#,
        r#""method":"fail","params":[7,"no"]"#,
        r#""method":"panic""#,
        r#""method":"rpc.none""#,
        r#""method":"get_data","ID":1"#,
    ] {
        let sent = format!(r#"{{"jsonrpc":"2.0",{members}}}"#);
        expect_answer(case, &mut server, &sent, None);
        let batch = format!("[{sent},{sent}]");
        expect_answer(case, &mut server, &batch, None);
    }
}

pub(super) fn what_is_not_one_value_is_no_json(case: &mut Case) {
    let mut server = serve(case, &[]);
    for sent in [
        "{",
        "}",
        "[",
        "[1,]",
        "[1 2]",
        "{\"a\":1,}",
        "{'jsonrpc':'2.0'}",
        "{jsonrpc:\"2.0\"}",
        "[01]",
        "[+1]",
        "[.5]",
        "[1.]",
        "[NaN]",
        "[nul]",
        "[True]",
        "[\"\\x\"]",
        "[\"\\u12\"]",
        "[\"a\tb\"]",
        "[1] [2]",
        r#"{"jsonrpc":"2.0","method":"get_data","id":1}{"jsonrpc":"2.0","method":"get_data","id":2}"#,
        r#"{"jsonrpc":"2.0","method":"get_data","id":1},"#,
        "// a comment",
        "\u{feff}[]",
        "Content-Length: 50",
    ] {
        expect_answer(case, &mut server, sent, Some(&error(-32_700, "null")));
    }
    // These are JSON, and neither a request nor a batch.
    for sent in [
        "1",
        "-1.5e3",
        "null",
        "true",
        "\"get_data\"",
        "\"[]\"",
        "{}",
        "[]",
        " [ ] ",
    ] {
        expect_answer(case, &mut server, sent, Some(&error(-32_600, "null")));
    }
}

pub(super) fn the_members_of_a_request_are_looked_at(case: &mut Case) {
    let mut server = serve(case, &[]);
    for members in [
        r#""method":"get_data""#,
        r#""jsonrpc":"1.0","method":"get_data""#,
        r#""jsonrpc":"2","method":"get_data""#,
        r#""jsonrpc":"2.00","method":"get_data""#,
        r#""jsonrpc":" 2.0","method":"get_data""#,
        r#""jsonrpc":2.0,"method":"get_data""#,
        r#""jsonrpc":2,"method":"get_data""#,
        r#""jsonrpc":null,"method":"get_data""#,
        r#""jsonrpc":["2.0"],"method":"get_data""#,
        r#""JSONRPC":"2.0","method":"get_data""#,
        r#""jsonrpc":"2.0""#,
        r#""jsonrpc":"2.0","method":null"#,
        r#""jsonrpc":"2.0","method":7"#,
        r#""jsonrpc":"2.0","method":["get_data"]"#,
        r#""jsonrpc":"2.0","Method":"get_data""#,
        r#""jsonrpc":"2.0","method":"get_data","params":"a""#,
        r#""jsonrpc":"2.0","method":"get_data","params":7"#,
        r#""jsonrpc":"2.0","method":"get_data","params":true"#,
        r#""jsonrpc":"2.0","method":"get_data","params":null"#,
    ] {
        let sent = format!(r#"{{{members},"id":7}}"#);
        expect_answer(case, &mut server, &sent, Some(&error(-32_600, "7")));
        // Without an id it is no notification, for it is no request at all.
        let sent = format!("{{{members}}}");
        expect_answer(case, &mut server, &sent, Some(&error(-32_600, "null")));
    }
    let answer = r#"{"jsonrpc":"2.0","result":["hello",5],"id":7}"#;
    for sent in [
        r#"{"id":7,"method":"get_data","jsonrpc":"2.0"}"#,
        r#"  { "id" : 7 ,	"method" : "get_data" , "jsonrpc" : "2.0" , "params" : [ ] }  "#,
        r#"{"jsonrpc":"2.0","method":"get_data","id":7,"params":{}}"#,
        r#"{"jsonrpc":"2.0","method":"get_data","id":7,"more":{"id":8},"result":1,"error":null}"#,
        r#"{"json\u0072pc":"2\u002e0","\u006dethod":"get\u005fdata","id":7}"#,
    ] {
        expect_answer(case, &mut server, sent, Some(answer));
    }
    for method in [
        "none",
        "",
        "Get_data",
        "get_data ",
        "rpc.discover",
        "system.listMethods",
        "get_data\\u0000",
    ] {
        let sent = format!(r#"{{"jsonrpc":"2.0","method":"{method}","id":7}}"#);
        expect_answer(case, &mut server, &sent, Some(&error(-32_601, "7")));
    }
}

pub(super) fn parameters_have_to_fit(case: &mut Case) {
    let mut server = serve(case, &[]);
    for params in [
        "[]",
        "[42]",
        "[42,23,1]",
        r#"["42",23]"#,
        "[42,null]",
        "[[42,23]]",
        "{}",
        r#"{"minuend":42}"#,
        r#"{"minuend":42,"Subtrahend":23}"#,
        r#"{"minuend":42,"subtrahend":"23"}"#,
        r#"{"minuend":42,"subtrahend":23,"more":1}"#,
    ] {
        let sent = format!(r#"{{"jsonrpc":"2.0","method":"subtract","params":{params},"id":1}}"#);
        expect_answer(case, &mut server, &sent, Some(&error(-32_602, "1")));
    }
    for (call, result) in [
        (r#""subtract","params":[1.5,1]"#, "0.5"),
        (
            r#""subtract","params":[-9223372036854775808,-1]"#,
            "-9223372036854775807",
        ),
        (r#""sum","params":[]"#, "0"),
        (r#""sum","params":[1,2,4]"#, "7"),
        (r#""sum","params":[9007199254740993,1]"#, "9007199254740994"),
        (r#""update","params":["whatever",{}]"#, "null"),
        (r#""notify_hello""#, "null"),
        (r#""echo","params":[null]"#, "[null]"),
        (r#""echo""#, "null"),
    ] {
        let sent = format!(r#"{{"jsonrpc":"2.0","method":{call},"id":1}}"#);
        let expected = format!(r#"{{"jsonrpc":"2.0","result":{result},"id":1}}"#);
        expect_answer(case, &mut server, &sent, Some(&expected));
    }
}

pub(super) fn a_failure_says_what_the_method_says(case: &mut Case) {
    let mut server = serve(case, &[]);
    for (params, code, message) in [
        (r#"[7,"out of paper"]"#, 7, "out of paper"),
        (r#"{"code":-32000,"message":"busy"}"#, -32_000, "busy"),
        (r#"{"message":"","code":0}"#, 0, ""),
        (
            r#"[-32099,"\u00e9 \"quoted\""]"#,
            -32_099,
            "\u{e9} \\\"quoted\\\"",
        ),
    ] {
        let sent = format!(r#"{{"jsonrpc":"2.0","method":"fail","params":{params},"id":"f"}}"#);
        let expected =
            format!(r#"{{"jsonrpc":"2.0","error":{{"code":{code},"message":"{message}"}},"id":"f"}}"#);
        expect_answer(case, &mut server, &sent, Some(&expected));
    }
}

pub(super) fn a_batch_is_answered_with_what_its_members_are(case: &mut Case) {
    let mut server = serve(case, &[]);
    let call = |id: &str| format!(r#"{{"jsonrpc":"2.0","method":"get_data","id":{id}}}"#);
    let answer = |id: &str| format!(r#"{{"jsonrpc":"2.0","result":["hello",5],"id":{id}}}"#);
    let quiet = r#"{"jsonrpc":"2.0","method":"get_data"}"#;
    let invalid = error(-32_600, "null");
    // One answer is a batch of one, and the same id twice is nobody's business but the client's.
    for (sent, expected) in [
        (call("1"), Some(answer("1"))),
        (format!("{quiet},{},{quiet}", call("1.0")), Some(answer("1.0"))),
        (
            format!("{},{},{}", call("1"), call("\"1\""), call("1")),
            Some(format!("{},{},{}", answer("1"), answer("1"), answer("\"1\""))),
        ),
        (
            format!("{},null", call("null")),
            Some(format!("{},{invalid}", answer("null"))),
        ),
        (
            format!("{},[{}]", call("1"), call("2")),
            Some(format!("{},{invalid}", answer("1"))),
        ),
        ("[]".to_owned(), Some(invalid.clone())),
        (format!("{quiet},{{}},\"\""), Some(format!("{invalid},{invalid}"))),
        (quiet.to_owned(), None),
        (format!("{quiet},{quiet},{quiet}"), None),
    ] {
        let expected = expected.map(|answers| format!("[{answers}]"));
        expect_answer(case, &mut server, &format!("[{sent}]"), expected.as_deref());
    }
}

pub(super) fn a_batch_has_ten_thousand_members_at_most(case: &mut Case) {
    const MOST: usize = 10_000;
    let mut server = serve(case, &[]);
    let invalid = error(-32_600, "null");
    let call = r#"{"jsonrpc":"2.0","method":"get_data","id":"last"}"#;
    let result = r#"{"jsonrpc":"2.0","result":["hello",5],"id":"last"}"#;
    let batch = |junk: usize| format!("[{}{call}]", "1,".repeat(junk));
    let expected = format!("[{}{result}]", format!("{invalid},").repeat(MOST - 1));
    expect_answer(case, &mut server, &batch(MOST - 1), Some(&expected));
    let refused = r#"{"jsonrpc":"2.0","error":{"code":-32000,"message":"Server error"},"id":null}"#;
    expect_answer(case, &mut server, &batch(MOST), Some(refused));
}
