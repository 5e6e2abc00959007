//! An identity. Any field but the id and the name is often missing; ids are not always GUIDs.

use serde::Deserialize;

use crate::payload::lenient::scalar::{Flag, Text};

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct WireIdentity<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) display_name: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) unique_name: Option<Text<'a>>,
    pub(crate) is_container: Flag,
}
