//! Who declares an integration as code.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The resource that declares an integration. It is stored with the integration, so that no other resource changes or
/// unlinks it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner(String);

impl Owner {
    /// A resource of a CloudFormation stack. A stack that is deleted and created again has another id.
    pub fn of_stack(stack_id: &str, logical_id: &str) -> Self {
        Self(format!("{stack_id} {logical_id}"))
    }

    /// Terraform, which does not tell its configurations apart.
    pub fn terraform() -> Self {
        Self("terraform".to_owned())
    }

    /// The text that is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
