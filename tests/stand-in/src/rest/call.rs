//! What has been asked of the stand-in.

use serde_json::Value;

/// A call that came in, whatever was made of it.
#[derive(Clone, Debug)]
pub struct Call {
    /// Method and path behind `_apis/`, with names for what varies:
    /// `PUT hooks/subscriptions/{id}`.
    pub operation: String,
    /// As it came, query included; without host.
    pub target: String,
    /// The JSON body; null when there was none. It may hold secrets.
    pub body: Value,
    /// The status sent back; `None` while there is none, or when the connection was dropped.
    pub status: Option<u16>,
    /// What it changed.
    pub effect: Effect,
    pub(super) number: usize,
}

/// What a call left behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Effect {
    /// Nothing.
    #[default]
    None,
    /// A subscription was made, changed or removed.
    Changed,
    /// A test was sent to a webhook.
    Sent,
}
