//! Azure DevOps as `setup` and `watch` see it: the port [`AzureDevOps`], and the types that go through it.
//!
//! The adapter is `hookpost-azure-devops`. Nothing here reaches a network.

mod deliveries;
mod directory;
mod error;
mod event_kind;
mod organization_url;
mod port;
mod subscription;
mod token;

pub use deliveries::{DeliveryCounts, DeliveryState, LoggedDelivery, TestResult};
pub use directory::{Identity, ProjectInfo, RepositoryInfo, WriteProbe};
pub use error::{Refusal, RestError};
pub use event_kind::{ChangeKind, EventKind};
pub use organization_url::{BadOrganizationUrl, OrganizationUrl, Servers};
pub use port::{AzureDevOps, Happened};
pub use subscription::{ExistingSubscription, SubscriptionStatus, WantedSubscription};
pub use token::{BadToken, PersonalAccessToken};

/// The instant a timestamp of Azure DevOps names: with or without a zone, any number of digits; `None` for
/// `0001-01-01T00:00:00`, which stands for no time at all, and for what is no timestamp.
pub fn timestamp(text: &str) -> Option<jiff::Timestamp> {
    crate::normalise::instant(text)
}
