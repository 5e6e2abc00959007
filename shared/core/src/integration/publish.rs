//! Publishes the names of integrations to receivers.
//!
//! A name is published before the first subscription of its integration exists, and withdrawn when its webhook password
//! is deleted. Each change begins with what is stored and replaces only that version, so that two runs at once lose no
//! name. `watch` repairs what a run left undone that was cut off.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::auth::known_names::NAMES_INTERVAL;
use crate::error::{ErrorCode, OperatorError};
use crate::integration::name::IntegrationName;
use crate::integration::open::Integrations;
use crate::integration::published_names::{PublishedNames, PublishedNamesStore as _};
use crate::ports::{Clock as _, Ports};
use crate::secrets::name::SecretKind;
use crate::secrets::status::SecretStatus;
use crate::secrets::store::SecretStore as _;

/// How often a change is tried again after another run changed the list in between.
const ATTEMPTS: u32 = 10;

/// How long to wait before such a further try.
const PAUSE: Duration = Duration::from_millis(300);

/// What a change did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ListChange {
    /// The list was as it should be.
    None,
    /// There was no list.
    Created,
    Changed,
}

impl<P: Ports> Integrations<P> {
    /// Publishes the name of an integration, and waits until no receiver refuses it: an instance that read the list just
    /// before reads it again [`NAMES_INTERVAL`] later. Must end before the first subscription is created.
    ///
    /// Where there was no list, no receiver went by one, and there is nothing to wait for.
    pub(crate) async fn publish_name(&self, name: &IntegrationName) -> Result<(), OperatorError> {
        let change = self.change_published_names(|names| names.extend([name.clone()])).await?;
        if change == ListChange::Changed {
            self.clock.sleep(NAMES_INTERVAL + Duration::from_secs(1)).await;
        }
        Ok(())
    }

    /// Withdraws the name of an integration whose webhook password was deleted.
    pub(crate) async fn withdraw_name(&self, name: &IntegrationName) -> Result<(), OperatorError> {
        self.change_published_names(|names| names.retain(|other| other != name)).await.map(drop)
    }

    /// Publishes what is missing of `listed`, the integrations of this deployment, and withdraws names without a webhook
    /// password. Makes one call when the list is right.
    ///
    /// A list of secrets may lack those of the last minutes. So a name that it lacks is withdrawn only when a description
    /// says that its webhook password is gone.
    pub(crate) async fn repair_published_names(
        &self,
        listed: &[IntegrationName],
    ) -> Result<(), OperatorError> {
        let published = self.secrets.published_names().await?;
        let listed: BTreeSet<IntegrationName> = listed.iter().cloned().collect();
        let mut gone = Vec::new();
        if let Some(published) = &published {
            for name in published.names.0.difference(&listed) {
                let status = self.secrets.describe(name, SecretKind::Webhook).await;
                if matches!(status, Ok(SecretStatus::Absent | SecretStatus::ScheduledForDeletion { .. })) {
                    gone.push(name);
                }
            }
            if gone.is_empty() && published.names.0.is_superset(&listed) {
                return Ok(());
            }
        }
        let repair = |names: &mut BTreeSet<IntegrationName>| {
            names.extend(listed.iter().cloned());
            names.retain(|name| !gone.contains(&name));
        };
        self.change_published_names(repair).await.map(drop)
    }

    /// Changes the published names. A list that does not exist yet begins with every integration there is.
    async fn change_published_names(
        &self,
        change: impl Fn(&mut BTreeSet<IntegrationName>) + Send,
    ) -> Result<ListChange, OperatorError> {
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                self.clock.sleep(PAUSE).await;
            }
            let stored = self.secrets.published_names().await?;
            let mut names = match &stored {
                Some(stored) => stored.names.0.clone(),
                None => self.names_of_secrets().await?,
            };
            change(&mut names);
            let names = PublishedNames(names);
            if stored.as_ref().is_some_and(|stored| stored.names == names) {
                // After a further try, the change may be this run's own, whose answer was lost.
                return Ok(if attempt > 0 { ListChange::Changed } else { ListChange::None });
            }
            let read = stored.as_ref().map(|stored| &stored.version);
            if self.secrets.store_published_names(&names, read).await? {
                return Ok(if stored.is_some() { ListChange::Changed } else { ListChange::Created });
            }
        }
        let message = "the list of integrations for the receivers could not be stored, since other runs changed it at the \
             same time: run this again";
        Err(OperatorError::new(ErrorCode::SecretsManagerUnavailable, message))
    }

    /// The names of the integrations that have a secret which can be used.
    async fn names_of_secrets(&self) -> Result<BTreeSet<IntegrationName>, OperatorError> {
        let secrets = self.secrets.list().await?;
        Ok(secrets.into_iter().filter(|secret| secret.is_usable).map(|secret| secret.integration).collect())
    }
}
