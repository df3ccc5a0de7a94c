//! What `exec` is asked for: see the crate.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rpc_fuzz::Code;
use rpc_fuzz::exec::Params;
use serde_json::{Map, Value};

fn text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.contains('\0'))
}

/// Whether a process can be asked for so.
fn fits(params: &Map<String, Value>) -> bool {
    let argv = params.get("argv").and_then(Value::as_array);
    let Some(argv) = argv.filter(|argv| argv.iter().all(text)) else {
        return false;
    };
    let shell = params.get("shell") == Some(&Value::Bool(true));
    let members = params.iter().all(|(name, value)| match name.as_str() {
        "argv" => true,
        "cwd" | "user" => value.is_null() || text(value),
        "env" => value.as_object().is_some_and(|env| {
            env.iter()
                .all(|(name, value)| text(value) && !name.is_empty() && !name.contains(['=', '\0']))
        }),
        "clear_env" | "stdin" | "shell" => value.is_boolean(),
        "timeout_ms" | "limit" => value.is_null() || value.is_u64(),
        _ => false,
    });
    let program = argv.first().and_then(Value::as_str);
    members && program.is_some_and(|program| !program.is_empty()) && (!shell || argv.len() == 1)
}

fuzz_target!(|data: &[u8]| {
    let naive = serde_json::from_slice::<Map<String, Value>>(data);
    match Params::parse(data) {
        Ok(params) => {
            assert!(fits(&naive.expect("an object")));
            assert_eq!(Params::parse(&params.body()), Ok(params.clone()));
            let timeout = params.timeout().map_or(0, |timeout| timeout.as_millis());
            assert_eq!(timeout, u128::from(params.timeout_ms.unwrap_or(0)));
        }
        Err(failure) => {
            assert!(failure.code == Code::BAD_PARAMS && !failure.message.is_empty());
            // One that names a member twice is refused, and read by others.
            let twice = failure.message.contains("duplicate field");
            assert!(twice || !naive.is_ok_and(|params| fits(&params)), "{failure}");
        }
    }
});
