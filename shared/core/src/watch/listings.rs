//! What Azure DevOps lists of an organization, shared by the integrations of a pass: the calls of fifty integrations of one
//! organization and one owner are those of one.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::azure_devops::catalog::{Connection, RepositoryInfo};
use crate::azure_devops::credential::Credential;
use crate::azure_devops::deliveries::{DeliveryState, LoggedDelivery};
use crate::azure_devops::listing::ReadLimits;
use crate::azure_devops::port::AzureDevOps;
use crate::azure_devops::subscription::ExistingSubscription;
use crate::error::{ErrorCode, OperatorError, RestResultExt as _};
use crate::integration::open_integration::OpenIntegration;

/// How far back the shared part of the log reaches. An integration whose checkpoint is earlier reads what is before by
/// itself.
const SHARED_LOG: SignedDuration = SignedDuration::from_mins(20);

/// Most subscriptions whose log is read for several integrations at once.
const SHARED_SUBSCRIPTIONS_MAX: usize = 2500;

/// Most deliveries that are read for several integrations at once.
const SHARED_DELIVERIES_MAX: usize = 30_000;

/// What the owner of a token sees of an organization.
#[derive(Debug)]
pub(super) struct Listing {
    /// The time before the calls: what is listed happened before it.
    pub(super) at: Timestamp,
    /// The owner, and the ids of the organization.
    pub(super) connection: Connection,
    /// The repositories, in order of their ids.
    pub(super) repositories: Vec<RepositoryInfo>,
    /// The web hook subscriptions, of any owner.
    pub(super) subscriptions: Vec<ExistingSubscription>,
    /// The end of the log; `None` when it could not be read for all integrations at once.
    pub(super) log: Option<SharedLog>,
}

/// The end of the log of all subscriptions that deliver to this deployment.
#[derive(Debug)]
pub(super) struct SharedLog {
    /// From when on the failed deliveries are there.
    pub(super) from: Timestamp,
    pub(super) failed: Vec<LoggedDelivery>,
    /// The deliveries that have not ended, of all the time that the log has.
    pub(super) pending: Vec<LoggedDelivery>,
}

/// The listings of a pass, each made when it is first asked for.
#[derive(Debug, Default)]
pub(super) struct Listings {
    listed: Vec<(Key, Arc<Listing>)>,
    /// The credentials that were checked, with the URL of their organization and what the check returned.
    checked: Vec<(String, Credential, Connection)>,
    /// The URLs of organizations that throttle or do not answer, with the error: others do not wait for it again.
    unavailable: Vec<(String, OperatorError)>,
}

/// Whose listing it is. Two credentials of one user or app see the same, but each has to be checked.
#[derive(Debug, PartialEq, Eq)]
struct Key {
    organization_url: String,
    owner_id: String,
}

impl Listings {
    /// The listing for an integration.
    ///
    /// # Errors
    ///
    /// When the token does not work, or a list cannot be read.
    pub(super) async fn of<O: AzureDevOps>(
        &mut self,
        integration: &OpenIntegration<O>,
        deployment: &str,
        times: (Timestamp, Timestamp),
    ) -> Result<Arc<Listing>, OperatorError> {
        let url = &integration.config.organization_url;
        if let Some((_, error)) = self.unavailable.iter().find(|(known, _)| known == url) {
            return Err(error.clone());
        }
        let listing = self.list(integration, deployment, times).await;
        if let Err(error) = &listing
            && matches!(error.code(), ErrorCode::RateLimited | ErrorCode::AzureDevOpsUnavailable)
        {
            self.unavailable.push((url.clone(), error.clone()));
        }
        listing
    }

    async fn list<O: AzureDevOps>(
        &mut self,
        integration: &OpenIntegration<O>,
        deployment: &str,
        (log_start, now): (Timestamp, Timestamp),
    ) -> Result<Arc<Listing>, OperatorError> {
        let connection = self.connection(integration, now).await?;
        let organization_url = integration.config.organization_url.to_lowercase();
        let key = Key { organization_url, owner_id: connection.owner.id.to_lowercase() };
        if let Some((_, listing)) = self.listed.iter().find(|(known, _)| *known == key) {
            return Ok(Arc::clone(listing));
        }
        let organization = &integration.organization;
        let repositories = organization.repositories().await;
        let mut repositories = repositories.context("the repositories could not be listed")?;
        repositories.sort_by(|left, right| left.id.cmp(&right.id));
        let subscriptions = integration.subscriptions().await?;
        let log = SharedLog::read(organization, &subscriptions, deployment, (log_start, now)).await;
        let listing = Arc::new(Listing { at: now, connection, repositories, subscriptions, log });
        self.listed.push((key, Arc::clone(&listing)));
        Ok(listing)
    }

    /// Checks the token of an integration, unless it was checked for another one.
    async fn connection<O: AzureDevOps>(
        &mut self,
        integration: &OpenIntegration<O>,
        now: Timestamp,
    ) -> Result<Connection, OperatorError> {
        let (url, credential) = (&integration.config.organization_url, &integration.config.credential);
        let is_same =
            |(of, checked, _): &&(String, Credential, Connection)| of == url && checked.is_same(credential);
        if let Some((_, _, connection)) = self.checked.iter().find(is_same) {
            return integration.belongs_to(connection.clone());
        }
        let connection = integration.connection(now).await?;
        self.checked.push((url.clone(), credential.clone(), connection.clone()));
        Ok(connection)
    }
}

impl SharedLog {
    /// `None` when it cannot be read, or is too long: each integration then reads its own logs, and finds out which one
    /// it is.
    async fn read(
        organization: &impl AzureDevOps,
        subscriptions: &[ExistingSubscription],
        deployment: &str,
        (log_start, now): (Timestamp, Timestamp),
    ) -> Option<Self> {
        let ours = subscriptions.iter().filter(|existing| is_below(&existing.url, deployment));
        let ids: Vec<&str> = ours.map(|existing| existing.id.as_str()).collect();
        let from = now.saturating_sub(SHARED_LOG).unwrap_or(now);
        let (mut failed, mut pending) = (Vec::new(), Vec::new());
        let limits = ReadLimits { items_max: SHARED_DELIVERIES_MAX, ..ReadLimits::NONE };
        for ids in ids.chunks(SHARED_SUBSCRIPTIONS_MAX) {
            for (state, range, deliveries) in [
                (DeliveryState::Pending, (log_start, now), &mut pending),
                (DeliveryState::Failed, (from, now), &mut failed),
            ] {
                let listed = organization.deliveries_within(ids, state, range, limits).await.ok()?;
                if listed.until < now || deliveries.len() > SHARED_DELIVERIES_MAX {
                    return None;
                }
                deliveries.extend(listed.items);
            }
        }
        Some(Self { from, failed, pending })
    }
}

fn is_below(url: &str, base: &str) -> bool {
    url.get(..base.len()).is_some_and(|start| start.eq_ignore_ascii_case(base))
}
