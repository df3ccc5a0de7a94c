//! The methods of the specification's examples, and a few to try things with.
//!
//! | method | parameters | result |
//! |---|---|---|
//! | `subtract` | `minuend` and `subtrahend`, by order or by name | their difference |
//! | `sum` | numbers | their sum |
//! | `update`, `notify_hello`, `notify_sum` | any | null: they are meant for notifications |
//! | `get_data` | none needed | `["hello",5]` |
//! | `echo` | any | the parameters as they were sent, null if there are none |
//! | `fail` | `code` and `message`, and `data` if you like | this error |
//! | `panic` | any | none: it is a mistake of the server's |

use serde::Deserialize;
use serde_json::Number;
use serde_json::value::RawValue;

use super::error::{Error, INVALID_PARAMS};
use super::methods::{Methods, Params};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Subtract {
    minuend: Number,
    subtrahend: Number,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fail {
    code: i64,
    message: String,
    #[serde(default)]
    data: Option<Box<RawValue>>,
}

/// Returns them.
pub fn methods() -> Methods {
    let mut methods = Methods::default();
    methods.add("subtract", |params| {
        let Subtract { minuend, subtrahend } = params.read()?;
        combine(&minuend, &subtrahend, i64::checked_sub, |a, b| a - b)
    });
    methods.add("sum", |params| {
        let numbers: Vec<Number> = params.read()?;
        numbers.iter().try_fold(Number::from(0), |sum, number| {
            combine(&sum, number, i64::checked_add, |a, b| a + b)
        })
    });
    for name in ["update", "notify_hello", "notify_sum"] {
        methods.add(name, |_| Ok(()));
    }
    methods.add("get_data", |_| Ok(("hello", 5)));
    methods.add("echo", |params| Ok(params.raw().map(ToOwned::to_owned)));
    methods.add("fail", fail);
    methods.add("panic", |_| -> Result<(), Error> {
        panic!("the method panic was called")
    });
    methods
}

fn fail(params: Params<'_>) -> Result<(), Error> {
    let Fail { code, message, data } = params.read()?;
    Err(Error {
        code,
        message: message.into(),
        data,
    })
}

/// Combines two numbers: whole ones exactly, as long as 64 bits hold what comes of them, and others as well as floating point can.
fn combine(
    a: &Number,
    b: &Number,
    whole: impl Fn(i64, i64) -> Option<i64>,
    real: impl Fn(f64, f64) -> f64,
) -> Result<Number, Error> {
    if let (Some(a), Some(b)) = (a.as_i64(), b.as_i64())
        && let Some(result) = whole(a, b)
    {
        return Ok(result.into());
    }
    a.as_f64()
        .zip(b.as_f64())
        .and_then(|(a, b)| Number::from_f64(real(a, b)))
        .ok_or_else(|| Error::new(INVALID_PARAMS).because("too large"))
}
