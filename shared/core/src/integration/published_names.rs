//! The names of the integrations, as `setup` publishes them to receivers in the secret `{prefix}/integrations`. Its value
//! is JSON, `{"names": ["contoso", …]}`.
//!
//! The secrets of an integration are called `{prefix}/{integration}/…`, with one part more, so that no integration can have
//! this secret.

use std::collections::BTreeSet;
use std::future::Future;

use serde::{Deserialize, Serialize};

use crate::integration::name::IntegrationName;
use crate::secrets::error::SecretStoreError;
use crate::secrets::version::{SECRET_BYTES_MAX, VersionId};

/// The name of the secret, behind the prefix and a slash. As with [`SecretKind`](crate::secrets::name::SecretKind), it must
/// not end in a hyphen and six characters.
pub const PUBLISHED_NAMES_SECRET: &str = "integrations";

/// The names of the integrations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublishedNames(pub BTreeSet<IntegrationName>);

/// The published names and the version of the secret that they were read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredNames {
    /// The names.
    pub names: PublishedNames,
    /// The version.
    pub version: VersionId,
}

/// Why names cannot be read from a secret or stored in it, as text that follows the name of the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPublishedNames {
    /// The value has another form.
    #[error("is not JSON with a list `names`: delete it, and the next pass of `watch` writes it again")]
    Form,
    /// There are too many integrations.
    #[error("would exceed {SECRET_BYTES_MAX} bytes: a deployment has room for some 1,500 integrations")]
    TooLong,
}

#[derive(Serialize, Deserialize)]
struct WireNames {
    names: Vec<String>,
}

impl PublishedNames {
    /// Parses the value of the secret. A text that is no name of an integration is left out, since nobody can ask for it.
    ///
    /// # Errors
    ///
    /// [`BadPublishedNames::Form`].
    pub fn from_json(json: &str) -> Result<Self, BadPublishedNames> {
        let stored: WireNames = serde_json::from_str(json).map_err(|_| BadPublishedNames::Form)?;
        Ok(Self(stored.names.iter().filter_map(|name| IntegrationName::parse(name).ok()).collect()))
    }

    /// The value of the secret.
    ///
    /// # Errors
    ///
    /// [`BadPublishedNames::TooLong`].
    pub fn to_json(&self) -> Result<String, BadPublishedNames> {
        let stored = WireNames { names: self.0.iter().map(ToString::to_string).collect() };
        // Writing texts as JSON cannot fail.
        let json = serde_json::to_string(&stored).unwrap_or_default();
        if json.len() <= SECRET_BYTES_MAX { Ok(json) } else { Err(BadPublishedNames::TooLong) }
    }
}

/// Stores the published names.
///
/// # Errors
///
/// Both operations can fail with any error of [`SecretStore`](crate::secrets::store::SecretStore) that concerns no
/// integration.
pub trait PublishedNamesStore: Send + Sync {
    /// The published names; `None` when there is no list yet.
    fn published_names(&self) -> impl Future<Output = Result<Option<StoredNames>, SecretStoreError>> + Send;

    /// Stores names in place of the version `read`, or creates the list when that is `None`. Returns whether they are
    /// stored; `false` when another run stored a list meanwhile, which stays.
    fn store_published_names(
        &self,
        names: &PublishedNames,
        read: Option<&VersionId>,
    ) -> impl Future<Output = Result<bool, SecretStoreError>> + Send;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::name::SecretNames;

    #[test]
    fn stored_names_are_read_back_and_further_members_ignored() {
        let names = PublishedNames::from_json(r#"{"names":["fabrikam","contoso","No/Slug"],"since":1}"#);
        let names = names.expect("names");
        assert_eq!(names.to_json().as_deref(), Ok(r#"{"names":["contoso","fabrikam"]}"#));
        for bad in ["", "[]", r#"["contoso"]"#, r#"{"names":"contoso"}"#] {
            assert_eq!(PublishedNames::from_json(bad), Err(BadPublishedNames::Form), "{bad}");
        }
    }

    #[test]
    fn a_list_has_room_for_1500_integrations() {
        let names = |count: usize| {
            let name = |number| IntegrationName::parse(&format!("{number:0>40}")).expect("a name");
            PublishedNames((0..count).map(name).collect()).to_json()
        };
        assert!(names(1500).is_ok());
        assert_eq!(names(1600), Err(BadPublishedNames::TooLong));
    }

    #[test]
    fn no_integration_can_have_this_secret() {
        let names = SecretNames::new("hookpost").expect("a prefix");
        let secret = format!("{}{PUBLISHED_NAMES_SECRET}", names.common_prefix());
        assert_eq!(names.read(&secret), None);
        assert_eq!(names.read(&format!("arn:aws:secretsmanager:eu-west-1:1:secret:{secret}-AbC1d2")), None);
    }
}
