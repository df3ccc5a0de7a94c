use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Try {
    pub(super) text: String,
    pub(super) hours: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Save {
    pub(super) text: String,
    pub(super) version: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Remove {
    pub(super) name: String,
    pub(super) version: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ack {
    pub(super) host: String,
    pub(super) rule: String,
    pub(super) labels: String,
    pub(super) why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Hush {
    pub(super) rule: Option<String>,
    pub(super) host: Option<String>,
    pub(super) severity: Option<String>,
    /// The labels of one alarm, as it is listed with them.
    pub(super) labels: Option<String>,
    pub(super) minutes: u64,
    pub(super) why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Unhush {
    pub(super) id: String,
}
