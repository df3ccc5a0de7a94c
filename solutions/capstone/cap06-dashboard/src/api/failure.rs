use std::error::Error as _;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// What there is instead of an answer: a status, and a sentence for people.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    status: StatusCode,
    text: String,
    more: Value,
}

impl Failure {
    pub(crate) fn new(status: StatusCode, text: impl Into<String>) -> Self {
        Self {
            status,
            text: text.into(),
            more: Value::Null,
        }
    }

    /// Tells more, in a field of its own.
    pub(crate) fn with(mut self, more: Value) -> Self {
        self.more = more;
        self
    }

    pub(crate) fn wrong(text: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, text)
    }

    pub(crate) fn absent(text: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, text)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let body = match self.more {
            Value::Null => json!({ "error": self.text }),
            more => json!({ "error": self.text, "more": more }),
        };
        (self.status, Json(body)).into_response()
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        // Whoever is logged in may know why, and the process has no log of its own for it.
        let mut text = format!("The store fails: {error}");
        let mut source = error.source();
        while let Some(error) = source {
            text = format!("{text}: {error}");
            source = error.source();
        }
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, text + ".")
    }
}

impl From<QueryRejection> for Failure {
    fn from(error: QueryRejection) -> Self {
        Self::wrong(format!("The question is wrong: {}.", reason(&error)))
    }
}

impl From<PathRejection> for Failure {
    fn from(error: PathRejection) -> Self {
        Self::wrong(format!("The path is wrong: {}.", reason(&error)))
    }
}

/// Returns the innermost reason; those around it tell of this program, not of the question.
fn reason(error: &dyn std::error::Error) -> String {
    // region:api Those around the innermost reason tell of this program, not of the question.
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
    // endregion:api
}
