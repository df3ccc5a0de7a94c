//! The clients that others have written.

use std::path::Path;

use support::{Case, Ended};

use super::serve;
use crate::wire::Server;

pub(super) fn curl_is_at_home(case: &mut Case) {
    let mut server = serve(case, &["--http"]);
    let url = format!("http://{}/rpc", server.address);
    let call = r#"{"jsonrpc":"2.0","method":"subtract","params":[42,23],"id":1}"#;
    let answer = r#"{"jsonrpc":"2.0","result":19,"id":1}"#;
    // More than 1 MiB is asked for first by `Expect: 100-continue`, as curl does.
    let large = format!(
        r#"{{"jsonrpc":"2.0","method":"get_data","params":["{}"],"id":2}}"#,
        "x".repeat(1_040_000)
    );
    case.file("call.json", call);
    case.file("large.json", large);
    case.file("quiet.json", r#"{"jsonrpc":"2.0","method":"update"}"#);
    let large_answer = r#"{"jsonrpc":"2.0","result":["hello",5],"id":2}"#;
    for (args, expected) in [
        (&["--data", "@call.json", &url][..], format!("{answer} 200\n")),
        (&["--data", "@quiet.json", &url], " 200\n".to_owned()),
        (
            &[
                "--header",
                "Transfer-Encoding: chunked",
                "--data",
                "@call.json",
                &url,
            ],
            format!("{answer} 200\n"),
        ),
        (&["--data", "@large.json", &url], format!("{large_answer} 200\n")),
        (
            &["--header", "Expect: 100-continue", "--data", "@call.json", &url],
            format!("{answer} 200\n"),
        ),
        (
            &["--http1.0", "--data", "@call.json", &url],
            format!("{answer} 200\n"),
        ),
        (&["--head", &url, "--output", "head"], " 405\n".to_owned()),
        // On one connection, one after the other.
        (
            &["--data", "@call.json", &url, &url, &url],
            format!("{answer} 200\n").repeat(3),
        ),
    ] {
        let ended = case
            .peer("curl", "curl")
            .args(["--silent", "--show-error", "--max-time", "15", "--noproxy", "*"])
            .args([
                "--header",
                "Content-Type: application/json",
                "--write-out",
                " %{http_code}\n",
            ])
            .args(args)
            .run();
        let found = format!("{}{}", ended.stdout_text(), ended.stderr_text());
        let what = format!("answer and status for curl {}", args.join(" "));
        server.expect_same(case, &what, &expected, &found);
    }
    server.stop(case);
}

/// What jsonrpclib does, and expects.
const JSONRPCLIB: &str = r#"
import sys
import jsonrpclib
from jsonrpclib import MultiCall, ProtocolError, ServerProxy


def same(what, expected, found):
    if expected != found:
        sys.exit(f"{what}: {expected!r} expected, {found!r} found")


def code(call):
    try:
        return call()
    except ProtocolError as error:
        return error.args[0][0]


server = ServerProxy(sys.argv[1])
same("by order", 19, server.subtract(42, 23))
same("by name", -19, server.subtract(minuend=23, subtrahend=42))
same("no parameters", ["hello", 5], server.get_data())
same("many", sum(range(1000)), server.sum(*range(1000)))
same("text", [{"a": ["\u00e9\U0001f600", None, True, 1.5]}], server.echo({"a": ["\u00e9\U0001f600", None, True, 1.5]}))
same("a notification", None, server._notify.update(1, 2))
same("another", None, server._notify.none())
same("unknown", -32601, code(lambda: server.none(1)))
same("bad parameters", -32602, code(lambda: server.subtract(1)))
same("a failure", -32050, code(lambda: server.fail(-32050, "no")))
same("a panic", -32603, code(lambda: server.panic()))
same("after errors", 7, server.sum(1, 2, 4))
batch = MultiCall(server)
batch.sum(1, 2, 4)
batch._notify.notify_hello(7)
batch.subtract(42, 23)
batch.get_data()
same("a batch", [7, 19, ["hello", 5]], list(batch()))
batch = MultiCall(server)
batch._notify.notify_sum(1, 2, 4)
batch._notify.notify_hello(7)
same("a batch of notifications", [], list(batch() or []))
server("close")()
print("well")
"#;

/// What the library `json-rpc` makes of requests, and answers to them itself; both have to be the same.
const JSON_RPC: &str = r#"
import json
import logging
import socket
import sys

from jsonrpc import Dispatcher, JSONRPCResponseManager
from jsonrpc.jsonrpc2 import JSONRPC20BatchRequest, JSONRPC20Request

logging.disable(logging.CRITICAL)


class Pair:
    def subtract(self, minuend, subtrahend):
        return minuend - subtrahend


methods = Dispatcher({"subtract": Pair().subtract, "sum": lambda *numbers: sum(numbers), "get_data": lambda: ["hello", 5]})
for name in ("update", "notify_hello", "notify_sum"):
    methods[name] = lambda *args, **named: None


def call(method, params=None, id=None, quiet=False):
    return JSONRPC20Request(method, params, _id=id, is_notification=quiet)


texts = [
    request.json
    for request in (
        call("subtract", [42, 23], 1),
        call("subtract", {"subtrahend": 23, "minuend": 42}, "three"),
        call("subtract", [42], 2),
        call("subtract", [42, 23, 1], 3),
        call("subtract", {"minuend": 42, "more": 1}, 4),
        call("sum", [], 0),
        call("sum", list(range(100)), -5),
        call("get_data", id="\u00e9"),
        call("get_data", [], 10**30),
        call("none", {"a": [1, {"b": None}]}, 5),
        call("update", [1, 2, 3, 4, 5], quiet=True),
        call("none", quiet=True),
        call("update", {"a": 1}, 6),
        JSONRPC20BatchRequest(call("sum", [1, 2, 4], 7), call("notify_hello", [7], quiet=True), call("none", id="x"), call("subtract", [1], 8)),
        JSONRPC20BatchRequest(call("notify_sum", [1, 2, 4], quiet=True), call("notify_hello", [7], quiet=True)),
    )
]
texts += ["{", "[1,", '{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]', "[]", '"a"', "7", "{}", '{"jsonrpc": "2.0", "method": 1}']


def bare(answer):
    if answer is None:
        return None
    answer = answer if isinstance(answer, list) else [answer]
    for one in answer:
        one.get("error", {}).pop("data", None)
    return answer


host, port = sys.argv[1].rsplit(":", 1)
with socket.create_connection((host, int(port)), timeout=15) as server:
    lines = server.makefile("r", encoding="utf-8")
    for text in texts:
        theirs = JSONRPCResponseManager.handle(text, methods)
        theirs = bare(None if theirs is None else json.loads(theirs.json))
        probe = '{"jsonrpc":"2.0","method":"get_data","id":"probe"}'
        server.sendall(f"{text}\n{probe}\n".encode())
        line = json.loads(lines.readline())
        ours = None
        if not (isinstance(line, dict) and line.get("id") == "probe"):
            ours = bare(line)
            lines.readline()
        if ours != theirs:
            sys.exit(f"{text}\nthe library answers {theirs!r}, the server {ours!r}")
print("well")
"#;

fn expect_well(case: &mut Case, server: &mut Server, name: &str, ended: &Ended) {
    let found = format!("{}{}", ended.stdout_text(), ended.stderr_text());
    server.expect_same(
        case,
        &format!("what a script says at its end that uses {name}"),
        "well\n",
        &found,
    );
}

/// Runs a script of Python that needs a package of Debian.
fn python(case: &mut Case, script: &str, module: &str, package: &str, argument: &str) -> Ended {
    if !Path::new("/usr/lib/python3/dist-packages").join(module).is_dir() {
        case.not_run(package);
    }
    let script = case.file("client.py", script);
    case.peer("python3", package)
        .args([script.as_os_str()])
        .args([argument])
        .env("no_proxy", "*")
        .run()
}

pub(super) fn jsonrpclib_is_at_home(case: &mut Case) {
    let mut server = serve(case, &["--http"]);
    let url = format!("http://{}/", server.address);
    let ended = python(case, JSONRPCLIB, "jsonrpclib", "python3-jsonrpclib-pelix", &url);
    expect_well(case, &mut server, "jsonrpclib", &ended);
    server.stop(case);
}

pub(super) fn the_library_of_python_answers_the_same(case: &mut Case) {
    let mut server = serve(case, &[]);
    let address = server.address.to_string();
    let ended = python(case, JSON_RPC, "jsonrpc", "python3-jsonrpc", &address);
    expect_well(case, &mut server, "json-rpc", &ended);
    server.stop(case);
}
