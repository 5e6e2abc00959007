//! Runs for integrations of one organization that change its subscriptions one after the other. Azure DevOps wants the
//! calls of a client one at a time, and tools such as Terraform begin ten runs at once.
//!
//! Each run holds the lock of its own integration before it looks at the others', and the earlier lock goes first. So of
//! two runs at least one sees the other, and none waits for one that waits for it. A run that comes in this way and one of
//! an operator may still meet, which costs time only: the client obeys the rate limit.

use crate::integration::config::IntegrationConfig;
use crate::integration::config::lock::Lock;
use crate::integration::config::stored::VersionedConfig;
use crate::integration::lock::{HeldLock, TIME_FOR_WORK, WAIT};
use crate::integration::name::IntegrationName;
use crate::integration::open::Integrations;
use crate::integration::published_names::PublishedNamesStore as _;
use crate::ports::{Clock as _, Ports};
use crate::secrets::store::SecretStore as _;

impl<P: Ports> Integrations<P> {
    /// Waits until no run that began earlier is at work on another integration of the organization. Goes on when no more
    /// time than the work needs is left. One call, and one for each integration of the deployment.
    ///
    /// The names are the published ones, since a list of secrets may lack those of the last minutes. What cannot be read
    /// is passed over: waiting is a courtesy.
    pub(crate) async fn await_turn(
        &self,
        name: &IntegrationName,
        held: &HeldLock,
        config: &IntegrationConfig,
    ) {
        let Ok(Some(published)) = self.secrets.published_names().await else { return };
        for other in published.names.0.iter().filter(|other| *other != name) {
            while self.goes_first(other, held, config).await {
                let time_left = self.deadline.time_left(self.clock.now());
                if time_left.is_some_and(|left| left < TIME_FOR_WORK + WAIT) {
                    return;
                }
                self.clock.sleep(WAIT).await;
            }
        }
    }

    /// Whether a run that began earlier is at work on this integration, and the integration is of the same organization.
    async fn goes_first(&self, other: &IntegrationName, held: &HeldLock, config: &IntegrationConfig) -> bool {
        let Ok(Some(VersionedConfig { stored, .. })) = self.secrets.listed_config(other).await else {
            return false;
        };
        let is_neighbor = stored.link.config().is_some_and(|other| is_same_organization(other, config));
        let is_earlier = |other: &Lock| (other.since, &other.id) < (held.lock.since, &held.lock.id);
        is_neighbor && stored.lock_at(self.clock.now()).is_some_and(is_earlier)
    }
}

fn is_same_organization(a: &IntegrationConfig, b: &IntegrationConfig) -> bool {
    match (&a.organization_id, &b.organization_id) {
        (Some(a), Some(b)) => a == b,
        _ => a.organization_url == b.organization_url,
    }
}
