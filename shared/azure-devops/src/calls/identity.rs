//! The wire type of an identity.

use hookpost_core::azure_devops::catalog::Identity;
use serde::Deserialize;

use crate::lenient::OptionalText;

/// An identity as Azure DevOps returns it beside what it did.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct WireIdentity {
    id: OptionalText,
    display_name: OptionalText,
    unique_name: OptionalText,
}

impl WireIdentity {
    /// Converts the identity; `None` when it has no id.
    pub(crate) fn into_identity(self) -> Option<Identity> {
        Some(Identity {
            id: self.id.into_id()?,
            display_name: self.display_name.or_empty(),
            unique_name: self.unique_name.or_empty(),
        })
    }
}
