//! The overview: what the last pass of `watch` saw of each integration. `watch` writes it, and the page in the dashboard
//! shows it, so that looking at the page costs Azure DevOps nothing.
//!
//! It holds no secret. Its texts come from Azure DevOps and from operators. `fit` keeps it within the size of a message.

pub mod queue;

pub(crate) mod fit;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::azure_devops::credential::Credential;

/// What a pass saw of every integration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Overview {
    /// When the pass ended.
    pub at: Timestamp,
    /// One entry for each integration, as far as they have room.
    pub integrations: Vec<IntegrationOverview>,
}

/// What a pass saw of one integration. What it could not look at is taken over from the pass before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct IntegrationOverview {
    /// The name of the integration.
    pub integration: String,
    /// The organization; `None` where its configuration could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_url: Option<String>,
    /// What the organization is connected by; `None` where its configuration could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connected_by: Option<ConnectedBy>,
    /// What its subscriptions do; `None` until a pass has listed them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscriptions: Option<SubscriptionsOverview>,
    /// The last successful delivery of any of the subscriptions; `None` when Azure DevOps reports none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_delivery: Option<Timestamp>,
    /// The last deliveries that no receiver accepted, newest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failed_deliveries: Vec<FailedDelivery>,
    /// The last pass that did something for the integration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_work: Option<Repairs>,
    /// The problems that an operator has to look at, in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remains: Vec<String>,
    /// Why the pass did not finish for this integration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// The first of the failed passes in a row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
}

/// The credential of an integration, without what is secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ConnectedBy {
    /// A personal access token.
    Token {
        /// The last day on which it works, as the operator declared it.
        expires_on: Option<Date>,
    },
    /// An app in Entra, which does not expire.
    Entra {
        /// The directory (tenant) id.
        tenant_id: String,
        /// The application (client) id.
        client_id: String,
    },
}

/// What the subscriptions of an integration do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionsOverview {
    /// When they were listed.
    pub listed_at: Timestamp,
    /// How many there should be.
    pub wanted: usize,
    /// How many of those deliver, after the pass has healed what it could.
    pub delivering: usize,
    /// Those that do not deliver: which, why, and what to do, in words.
    pub not_delivering: Vec<String>,
}

/// A delivery that no receiver accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FailedDelivery {
    /// When Azure DevOps sent it.
    pub at: Timestamp,
    /// Which delivery, and what became of it, in words.
    pub description: String,
}

/// What a pass did for an integration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Repairs {
    /// When the pass did it.
    pub at: Timestamp,
    /// How many subscriptions it re-enabled or created.
    pub healed: u64,
    /// How many failed deliveries it replayed.
    pub replayed: u64,
    /// How many events it reconstructed from lists and threads.
    pub reconstructed: u64,
    /// The changes, in words.
    pub done: Vec<String>,
}

/// Why a pass did not finish for an integration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// The stable code of the error.
    pub code: String,
    /// What is wrong, and what to do.
    pub message: String,
}

impl From<&Credential> for ConnectedBy {
    fn from(credential: &Credential) -> Self {
        match credential {
            Credential::Pat { expires_on, .. } => Self::Token { expires_on: *expires_on },
            Credential::Entra { app, .. } => {
                Self::Entra { tenant_id: app.tenant_id.to_string(), client_id: app.client_id.to_string() }
            }
        }
    }
}

impl IntegrationOverview {
    /// Whether nobody has to look at the integration.
    pub fn is_well(&self) -> bool {
        let all_deliver = self.subscriptions.as_ref().is_none_or(|all| all.not_delivering.is_empty());
        self.failure.is_none() && self.remains.is_empty() && all_deliver
    }
}
