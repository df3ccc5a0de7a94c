use axum::Json;
use axum::extract::State as Shared;
use serde_json::{Value, json};
use store::now_ms;

use crate::state::State;

/// Answers `/api/v1/alarms`.
pub(crate) async fn alarms(Shared(state): Shared<State>) -> Json<Value> {
    Json(json!({ "now_ms": now_ms(), "alarms": state.board().alarms() }))
}
