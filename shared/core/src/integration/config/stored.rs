//! What the organization secret of an integration holds beside its configuration: which run of `setup` is at work, and
//! whether the integration was unlinked.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::integration::config::lock::Lock;
use crate::integration::config::{
    ConfigProblem, ConfigToStore, FORMAT_VERSION, IntegrationConfig, StoredFields, json, names,
};
use crate::secrets::version::VersionId;

/// A stored configuration and its version. Who stores another one in its place names the version that it read.
#[derive(Clone, Debug)]
pub struct VersionedConfig {
    /// The version of the secret.
    pub version: VersionId,
    /// What it holds.
    pub stored: StoredConfig,
}

/// What the organization secret of an integration holds.
#[derive(Clone, Debug)]
pub struct StoredConfig {
    /// Whether the integration is connected, with its configuration.
    pub link: LinkState,
    /// The run of `setup` that is at work on the integration, or that was cut off.
    pub lock: Option<Lock>,
}

/// Whether an integration is connected to its organization.
#[derive(Clone, Debug)]
pub enum LinkState {
    /// The integration is connected.
    Connected(IntegrationConfig),
    /// `unlink` deletes its subscriptions, or was cut off: it needs the token until they are gone.
    Unlinking(IntegrationConfig),
    /// The integration was unlinked. The token is gone, so that a restored secret does not connect anything.
    Unlinked,
}

impl LinkState {
    /// The configuration; `None` when the integration was unlinked.
    pub fn config(&self) -> Option<&IntegrationConfig> {
        match self {
            Self::Connected(config) | Self::Unlinking(config) => Some(config),
            Self::Unlinked => None,
        }
    }

    /// The same with another configuration, unless the integration was unlinked.
    pub(crate) fn with(&self, config: IntegrationConfig) -> Self {
        match self {
            Self::Connected(_) => Self::Connected(config),
            Self::Unlinking(_) => Self::Unlinking(config),
            Self::Unlinked => Self::Unlinked,
        }
    }

    /// Whether both are stored as the same text.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let text = |link: &Self| StoredConfig { link: link.clone(), lock: None }.to_json();
        text(self).is_ok_and(|stored| text(other) == Ok(stored))
    }
}

impl StoredConfig {
    /// The lock of a run that may be at work now.
    pub fn lock_at(&self, now: Timestamp) -> Option<&Lock> {
        self.lock.as_ref().filter(|lock| now < lock.expires_at)
    }

    /// Parses JSON that [`to_json`](Self::to_json) or an operator wrote.
    ///
    /// # Errors
    ///
    /// A [`ConfigProblem`], which names the field.
    pub fn from_json(text: &str) -> Result<Self, ConfigProblem> {
        if let Ok(tombstone) = serde_json::from_str::<Tombstone>(text)
            && tombstone.unlinked
            && tombstone.version <= FORMAT_VERSION
        {
            return Ok(Self { link: LinkState::Unlinked, lock: tombstone.lock });
        }
        let mut fields = StoredFields::from_json(text)?;
        let (lock, unlinking) = (fields.lock.take(), fields.unlinking);
        let config = IntegrationConfig::try_from(fields)?;
        let link = if unlinking { LinkState::Unlinking(config) } else { LinkState::Connected(config) };
        Ok(Self { link, lock })
    }

    /// The JSON to store. Leaves the names of projects out when only their ids fit.
    ///
    /// # Errors
    ///
    /// [`ConfigProblem::TooLong`].
    pub fn to_json(&self) -> Result<Zeroizing<String>, ConfigProblem> {
        let unlinking = matches!(self.link, LinkState::Unlinking(_));
        let lock = self.lock.as_ref();
        match self.link.config() {
            Some(config) => {
                ConfigToStore { config, names: names(&config.selection), lock, unlinking }.into_json()
            }
            None => json(&Tombstone { version: FORMAT_VERSION, unlinked: true, lock: lock.cloned() }),
        }
    }
}

/// The stored form of an integration that was unlinked. An older version of Hookpost does not take it for a
/// configuration, since it has no token.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Tombstone {
    #[serde(default)]
    version: u32,
    #[serde(default)]
    unlinked: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lock: Option<Lock>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &str = r#""version":1,"organizationUrl":"https://dev.azure.com/contoso","pat":"hunter2","webhookBaseUrl":"https://hooks.example","projects":"all""#;
    const LOCK: &str =
        r#""lock":{"id":"7","since":"2026-11-20T08:00:00Z","expiresAt":"2026-11-20T08:05:00Z"}"#;

    fn again(text: &str) -> String {
        let stored = StoredConfig::from_json(text).expect("a configuration");
        stored.to_json().expect("it fits").to_string()
    }

    #[test]
    fn the_stored_forms_survive_a_round_trip() {
        for text in [
            format!("{{{FIELDS}}}"),
            format!("{{{FIELDS},{LOCK}}}"),
            format!("{{{FIELDS},{LOCK},\"unlinking\":true}}"),
            format!("{{{FIELDS},\"unlinking\":true,\"a\":\"field of a newer version\"}}"),
            format!("{{{FIELDS},\"owner\":\"arn:aws:cloudformation:eu-west-1:1:stack/shop/7 Shop\"}}"),
            format!("{{\"version\":1,\"unlinked\":true,{LOCK}}}"),
            r#"{"version":1,"unlinked":true}"#.to_owned(),
        ] {
            assert_eq!(again(&text), text);
        }
    }

    #[test]
    fn a_lock_counts_until_it_expires() {
        let stored = StoredConfig::from_json(&format!("{{{FIELDS},{LOCK}}}")).expect("a configuration");
        let at = |time: &str| stored.lock_at(time.parse().expect("a time")).is_some();
        assert!(at("2026-11-20T08:04:59Z"));
        assert!(!at("2026-11-20T08:05:00Z"));
    }

    #[test]
    fn an_unlinked_integration_has_no_configuration_for_anybody() {
        let tombstone = r#"{"version":1,"unlinked":true}"#;
        assert!(StoredConfig::from_json(tombstone).expect("readable").link.config().is_none());
        let older = IntegrationConfig::from_json(tombstone).expect_err("no configuration");
        assert!(matches!(older, ConfigProblem::Missing(_)), "{older}");
        assert_eq!(
            StoredConfig::from_json(r#"{"version":2,"unlinked":true}"#).map(drop).ok(),
            None,
            "a newer version may mean something else"
        );
    }
}
