//! The wire type of an identity: a person, a group or a service.

use serde::Deserialize;

use crate::payload::lenient::scalar::{Flag, LenientText};

/// An identity. Every field but the id and the name is often missing, and ids are not always GUIDs.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct WireIdentity<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<LenientText<'a>>,
    #[serde(borrow)]
    pub(crate) display_name: Option<LenientText<'a>>,
    #[serde(borrow)]
    pub(crate) unique_name: Option<LenientText<'a>>,
    pub(crate) is_container: Flag,
}
