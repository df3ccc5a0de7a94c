//! What can be called.

use std::collections::HashMap;
use std::panic::{self, AssertUnwindSafe};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::{RawValue, to_raw_value};

use super::error::{Error, INTERNAL_ERROR, INVALID_PARAMS, METHOD_NOT_FOUND};

/// What a method is: from parameters to a result.
type Function = dyn Fn(Params<'_>) -> Result<Box<RawValue>, Error> + Send + Sync;

/// Methods by their names. They run on the loop's thread, so none of them may wait.
///
/// ```
/// use rpc::jsonrpc::{Methods, dispatch};
///
/// let mut methods = Methods::default();
/// methods.add("double", |params| Ok(2 * params.read::<[i32; 1]>()?[0]));
/// let answer = dispatch(&methods, br#"{"jsonrpc": "2.0", "method": "double", "params": [21], "id": 1}"#);
/// assert_eq!(answer.as_deref(), Some(br#"{"jsonrpc":"2.0","result":42,"id":1}"#.as_slice()));
/// ```
#[derive(Default)]
pub struct Methods {
    functions: HashMap<String, Box<Function>>,
}

impl Methods {
    /// Adds a method. Names that begin with `rpc.` are the specification's own and not for anything else.
    pub fn add<R: Serialize>(
        &mut self,
        name: &str,
        function: impl Fn(Params<'_>) -> Result<R, Error> + Send + Sync + 'static,
    ) {
        debug_assert!(!name.starts_with("rpc."), "{name} is reserved");
        let function = move |params: Params<'_>| {
            to_raw_value(&function(params)?).map_err(|_| Error::new(INTERNAL_ERROR))
        };
        self.functions.insert(name.to_owned(), Box::new(function));
    }

    /// Calls a method. One that panics has an internal error, and the server goes on.
    ///
    /// # Errors
    /// What the method says, or that there is none.
    pub fn call(&self, name: &str, params: Params<'_>) -> Result<Box<RawValue>, Error> {
        let function = self.functions.get(name).ok_or(Error::new(METHOD_NOT_FOUND))?;
        panic::catch_unwind(AssertUnwindSafe(|| function(params)))
            .unwrap_or_else(|_| Err(Error::new(INTERNAL_ERROR)))
    }
}

/// The parameters of a call: an array, an object, or none.
#[derive(Debug, Clone, Copy)]
pub struct Params<'a> {
    raw: Option<&'a RawValue>,
}

impl<'a> Params<'a> {
    /// Takes them as they were sent.
    pub fn new(raw: Option<&'a RawValue>) -> Self {
        Self { raw }
    }

    /// Returns them as they were sent.
    pub fn raw(self) -> Option<&'a RawValue> {
        self.raw
    }

    /// Reads them. A structure takes an object by the names of its fields, and an array by their order.
    ///
    /// # Errors
    /// [`INVALID_PARAMS`] when they are something else, or missing.
    pub fn read<T: DeserializeOwned>(self) -> Result<T, Error> {
        let raw = self
            .raw
            .ok_or_else(|| Error::new(INVALID_PARAMS).because("there are none"))?;
        serde_json::from_str(raw.get()).map_err(|why| Error::new(INVALID_PARAMS).because(why))
    }
}
