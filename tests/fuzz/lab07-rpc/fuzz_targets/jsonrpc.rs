//! JSON-RPC without connections: see the crate.
#![no_main]

use std::cell::LazyCell;
use std::fmt;

use libfuzzer_sys::fuzz_target;
use rpc_fuzz::jsonrpc::error::Error;
use rpc_fuzz::jsonrpc::{Methods, dispatch, examples};
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// The members of an object, as often as they are there.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(object: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Members;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Members, M::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        object.deserialize_map(All)
    }
}

/// What is expected of an answer.
#[derive(Debug)]
struct Expected {
    /// The error's code, if it must be one; any result or error of a method if not.
    code: Option<i64>,
    /// The result as it must be written.
    result: Option<String>,
    id: String,
}

fn first(raw: &str) -> char {
    raw.chars().next().expect("no value is empty")
}

/// How deep a text is, or 200 if that is more.
fn depth(text: &str, left: usize) -> usize {
    let within: Vec<Box<RawValue>> = match (first(text), left) {
        ('[' | '{', 0) => return 1,
        ('[', _) => serde_json::from_str(text).expect("it was read before"),
        ('{', _) => match serde_json::from_str::<Members>(text) {
            Ok(members) => members.0.into_iter().map(|(_, value)| value).collect(),
            // A name with half a character is JSON, and no text.
            Err(_) => return 1,
        },
        _ => return 0,
    };
    let deepest = within.iter().map(|value| depth(value.get(), left - 1)).max();
    1 + deepest.unwrap_or(0)
}

/// What one request is answered with.
fn one(raw: &str) -> Option<Expected> {
    let refused = |code: i64, id: &str| {
        Some(Expected {
            code: Some(code),
            result: None,
            id: id.to_owned(),
        })
    };
    let Ok(Members(members)) = serde_json::from_str(raw) else {
        return refused(-32600, "null");
    };
    let member = |name: &str| {
        let mut found = members.iter().filter(|(known, _)| known == name);
        let value = found.next().map(|(_, value)| value.get());
        (value, found.next().is_some())
    };
    let [version, method, params, id] = ["jsonrpc", "method", "params", "id"].map(member);
    if [version, method, params, id].iter().any(|(_, twice)| *twice) {
        return refused(-32600, "null");
    }
    let id = id.0;
    if id.is_some_and(|id| !matches!(first(id), '"' | 'n' | '-' | '0'..='9')) {
        return refused(-32600, "null");
    }
    let text = |value: Option<&str>| serde_json::from_str::<String>(value?).ok();
    let method = text(method.0);
    let fine = text(version.0).as_deref() == Some("2.0")
        && params.0.is_none_or(|params| matches!(first(params), '[' | '{'));
    let Some(method) = method.filter(|_| fine) else {
        return refused(-32600, id.unwrap_or("null"));
    };
    let id = id?;
    let result = match method.as_str() {
        "echo" => params.0.unwrap_or("null"),
        "get_data" => "[\"hello\",5]",
        "update" | "notify_hello" | "notify_sum" => "null",
        "sum" | "subtract" | "fail" | "panic" => {
            return Some(Expected {
                code: None,
                result: None,
                id: id.to_owned(),
            });
        }
        _ => return refused(-32601, id),
    };
    Some(Expected {
        code: None,
        result: Some(result.to_owned()),
        id: id.to_owned(),
    })
}

/// What a text is answered with: one by one, and whether as an array.
fn naive(text: &[u8]) -> (Vec<Expected>, bool) {
    let refused = |code| {
        let refused = Expected {
            code: Some(code),
            result: None,
            id: "null".to_owned(),
        };
        (vec![refused], false)
    };
    let Ok(text) = str::from_utf8(text) else {
        return refused(-32700);
    };
    if serde_json::from_str::<IgnoredAny>(text).is_err() {
        return refused(-32700);
    }
    let text = text.trim_matches([' ', '\t', '\r', '\n']);
    if depth(text, 200) > 128 {
        return refused(-32700);
    }
    match first(text) {
        '{' => (one(text).into_iter().collect(), false),
        '[' => {
            let batch: Vec<Box<RawValue>> = serde_json::from_str(text).expect("an array");
            match batch.len() {
                0 => refused(-32600),
                10_001.. => refused(-32000),
                _ => (batch.iter().filter_map(|raw| one(raw.get())).collect(), true),
            }
        }
        _ => refused(-32600),
    }
}

fn check(answer: &str, expected: &Expected) {
    let Members(members) = serde_json::from_str(answer).expect("an object");
    let names: Vec<&str> = members.iter().map(|(name, _)| &**name).collect();
    assert_eq!((names.len(), names[0], names[2]), (3, "jsonrpc", "id"));
    assert_eq!(
        (members[0].1.get(), members[2].1.get()),
        ("\"2.0\"", &*expected.id)
    );
    let said = members[1].1.get();
    if let Some(result) = &expected.result {
        assert_eq!((names[1], said), ("result", &**result));
    }
    match names[1] {
        "result" => assert!(expected.code.is_none()),
        "error" => {
            let error: Error2 = serde_json::from_str(said).expect("an error");
            assert!(expected.code.is_none_or(|code| code == error.code));
        }
        name => panic!("{name}"),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Error2 {
    code: i64,
    #[serde(rename = "message")]
    _message: String,
    #[serde(default, rename = "data")]
    _data: Option<Box<RawValue>>,
}

thread_local! {
    static METHODS: LazyCell<Methods> = LazyCell::new(|| {
        let mut methods = examples::methods();
        // A panic is caught by the server, and not by a fuzzer.
        methods.add("panic", |_| Err::<(), _>(Error::new(-32603)));
        methods
    });
}

fuzz_target!(|data: &[u8]| {
    let answer = METHODS.with(|methods| dispatch(methods, data));
    let (expected, array) = naive(data);
    let Some(answer) = answer else {
        assert!(expected.is_empty(), "{expected:?}");
        return;
    };
    assert!(!answer.contains(&b'\n') || data.contains(&b'\n'));
    let answer = String::from_utf8(answer).expect("text");
    let deep = || serde_json::from_str::<Value>(&answer).is_ok();
    assert!(deep() || serde_json::from_str::<IgnoredAny>(&answer).is_ok());
    if array {
        let answers: Vec<Box<RawValue>> = serde_json::from_str(&answer).expect("an array");
        assert_eq!(answers.len(), expected.len());
        for (answer, expected) in answers.iter().zip(&expected) {
            check(answer.get(), expected);
        }
    } else {
        let [expected] = &expected[..] else {
            panic!("{answer} to a notification");
        };
        check(&answer, expected);
    }
});
