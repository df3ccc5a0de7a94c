use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

/// What the pages show of alarms: whoever judges puts it here as often as it changes. A clone is the same board.
#[derive(Clone, Debug, Default)]
pub struct Board(Arc<Mutex<Vec<Value>>>);

impl Board {
    /// Shows these alarms from now on, as the JSON interface is to give them.
    pub fn show(&self, alarms: Vec<Value>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = alarms;
    }

    /// Returns the alarms.
    pub(crate) fn alarms(&self) -> Vec<Value> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
