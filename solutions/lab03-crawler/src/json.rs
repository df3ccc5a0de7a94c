//! JSON objects whose keys stand in the order in which they are given: a map of values would sort them.

use std::fmt::{self, Display};

use serde_json::Value;

/// An object on one line.
///
/// ```
/// use crawler::json::Object;
///
/// let inner = Object::new().with("z", 1).with("a", "\"");
/// assert_eq!(Object::new().with_list("list", [inner]).to_string(), r#"{"list":[{"z":1,"a":"\""}]}"#);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Object(String);

impl Object {
    /// Makes an empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a key with a value; `None` is null.
    #[must_use]
    pub fn with(self, key: &str, value: impl Into<Value>) -> Self {
        self.raw(key, &value.into())
    }

    /// Adds a key with an object.
    #[must_use]
    pub fn with_object(self, key: &str, object: &Self) -> Self {
        self.raw(key, object)
    }

    /// Adds a key with a list of objects.
    #[must_use]
    pub fn with_list(self, key: &str, objects: impl IntoIterator<Item = Self>) -> Self {
        let objects: Vec<String> = objects.into_iter().map(|object| object.to_string()).collect();
        self.raw(key, &format_args!("[{}]", objects.join(",")))
    }

    fn raw(mut self, key: &str, json: &dyn Display) -> Self {
        let separator = if self.0.is_empty() { "" } else { "," };
        self.0
            .push_str(&format!("{separator}{}:{json}", Value::from(key)));
        self
    }
}

impl Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{}}}", self.0)
    }
}
