use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Why a query has no answer, in one of the kinds that Prometheus' interface has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct Fault {
    kind: Kind,
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    BadData,
    Execution,
    Internal,
}

impl Fault {
    /// The question is wrong.
    pub(crate) fn bad_data(text: impl Into<String>) -> Self {
        let (kind, text) = (Kind::BadData, text.into());
        Self { kind, text }
    }

    /// The question is right, and what is stored allows no answer to it, or it costs too much.
    pub(crate) fn execution(text: impl Into<String>) -> Self {
        let (kind, text) = (Kind::Execution, text.into());
        Self { kind, text }
    }

    /// Says which parameter was wrong.
    pub(crate) fn of_parameter(self, name: &str) -> Self {
        let text = format!("invalid parameter \"{name}\": {}", self.text);
        Self { text, ..self }
    }

    /// Returns what is wrong.
    #[cfg(test)]
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

impl From<store::Error> for Fault {
    fn from(error: store::Error) -> Self {
        let mut text = format!("the store fails: {error}");
        let mut source = std::error::Error::source(&error);
        while let Some(error) = source {
            text = format!("{text}: {error}");
            source = error.source();
        }
        let kind = Kind::Internal;
        Self { kind, text }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let (status, kind) = match self.kind {
            Kind::BadData => (StatusCode::BAD_REQUEST, "bad_data"),
            Kind::Execution => (StatusCode::UNPROCESSABLE_ENTITY, "execution"),
            Kind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        };
        let body = json!({ "status": "error", "errorType": kind, "error": self.text });
        (status, Json(body)).into_response()
    }
}
