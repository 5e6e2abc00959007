//! Renews subscriptions that somebody else than the token's owner created: only a new subscription belongs to the owner.
//!
//! For each of them, in this order: the successor is created, a test delivery through it comes through, and the old
//! subscription is disabled. So no event is missed. For some seconds both deliver: a push has one event id either way,
//! and a pull request event as well, unless Azure DevOps gives the same happening another event id per subscription.
//!
//! The old subscription is not deleted, since its delivery log would go with it. Its URL names the successor, and
//! `watch` deletes it once its log is read.

use std::collections::BTreeSet;

use crate::auth::password::WebhookPassword;
use crate::azure_devops::catalog::Identity;
use crate::azure_devops::error::RestError;
use crate::azure_devops::port::AzureDevOps;
use crate::azure_devops::subscription::{ExistingSubscription, SubscriptionStatus, WantedSubscription};
use crate::error::{ErrorCode, OperatorError, PassedOver, RestResultExt as _};
use crate::integration::open_integration::OpenIntegration;
use crate::setup::creators;
use crate::setup::report::Report;
use crate::setup::test_deliveries::{self, TestOutcome};
use crate::subscriptions::describe::describe_subscription;
use crate::subscriptions::plan::{delivers_same_events, differences};
use crate::subscriptions::scope::Scope;
use crate::subscriptions::webhook_url::{Ownership, WebhookUrls, superseded_by, superseded_url};

/// A subscription to renew.
#[derive(Debug)]
pub(super) struct Renewal<'a> {
    wanted: &'a WantedSubscription,
    /// The subscriptions of others that deliver the events, usually one.
    replaced: Vec<&'a ExistingSubscription>,
    /// The owner's subscription to the same events, which an interrupted run may have left.
    successor: Option<&'a ExistingSubscription>,
}

/// The renewals that are due.
pub(super) fn plan<'a>(
    wanted: &'a [WantedSubscription],
    existing: &'a [ExistingSubscription],
    urls: &WebhookUrls,
    owner: &Identity,
) -> Vec<Renewal<'a>> {
    let is_ours = |existing: &&ExistingSubscription| {
        urls.ownership(&existing.url) == Ownership::Ours && superseded_by(&existing.url).is_none()
    };
    let ours: Vec<&ExistingSubscription> = existing.iter().filter(is_ours).collect();
    let renewal = |wanted| {
        let same = || ours.iter().copied().filter(move |existing| delivers_same_events(existing, wanted));
        let is_replaced = |existing: &&ExistingSubscription| {
            creators::other_creator(existing, owner).is_some() && delivers(&existing.status)
        };
        let is_successor = |existing: &&ExistingSubscription| {
            creators::other_creator(existing, owner).is_none() && differences(existing, wanted).is_empty()
        };
        let replaced: Vec<_> = same().filter(is_replaced).collect();
        let successor = same().find(is_successor);
        (!replaced.is_empty()).then_some(Renewal { wanted, replaced, successor })
    };
    wanted.iter().filter_map(renewal).collect()
}

impl Renewal<'_> {
    /// Whether the subscription is one that is replaced, or its successor.
    pub(super) fn concerns(&self, existing: &ExistingSubscription) -> bool {
        self.replaced.iter().chain(self.successor.iter()).any(|renewed| renewed.id == existing.id)
    }

    /// Describes the renewal to the operator.
    pub(super) fn describe(&self, scope: &Scope) -> String {
        let creators: BTreeSet<&str> = self
            .replaced
            .iter()
            .filter_map(|existing| existing.created_by.as_ref())
            .map(creators::display_name)
            .collect();
        let creators: Vec<&str> = creators.into_iter().collect();
        format!("renew: {}, created by {}", describe_subscription(self.wanted, scope), creators.join(", "))
    }
}

/// Renews the subscriptions that others than `owner` created. One that cannot be renewed is passed over. A run that was
/// interrupted, or ends with some left, is continued by the next one.
///
/// # Errors
///
/// [`ErrorCode::NotProven`] when the receivers do not accept a test delivery, and failures that concern every call.
pub(super) async fn renew<O: AzureDevOps>(
    integration: &OpenIntegration<O>,
    scope: &Scope,
    wanted: &[WantedSubscription],
    owner: &Identity,
    password: &WebhookPassword,
    report: &mut Report,
) -> Result<PassedOver, OperatorError> {
    let existing = integration.subscriptions().await?;
    let mut run = RenewRun { integration, scope, password, proven: BTreeSet::new() };
    let mut passed_over = PassedOver::default();
    let renewals = plan(wanted, &existing, &integration.urls, owner);
    for (index, renewal) in renewals.iter().enumerate() {
        if !passed_over.begins(&integration.organization, renewals.len() - index) {
            break;
        }
        let successor = run.successor(renewal).await;
        let Some(successor) = passed_over.note(successor)? else { continue };
        for replaced in &renewal.replaced {
            let disabled = run.disable(replaced, renewal.wanted, &successor).await;
            if passed_over.note(disabled)?.is_some() {
                report.done.push(format!(
                    "{} ({successor}, in place of {})",
                    renewal.describe(scope),
                    replaced.id
                ));
            }
        }
    }
    Ok(passed_over)
}

/// Whether a subscription with this status delivers, or will again by itself.
fn delivers(status: &SubscriptionStatus) -> bool {
    matches!(status, SubscriptionStatus::Enabled | SubscriptionStatus::OnProbation)
}

/// One run of [`renew`].
struct RenewRun<'a, O> {
    integration: &'a OpenIntegration<O>,
    scope: &'a Scope,
    password: &'a WebhookPassword,
    /// The endpoints that have accepted a test delivery. One test of each is enough.
    proven: BTreeSet<&'static str>,
}

impl<O: AzureDevOps> RenewRun<'_, O> {
    /// The id of a successor that delivers. Creates it where an earlier run has not.
    async fn successor(&mut self, renewal: &Renewal<'_>) -> Result<String, OperatorError> {
        let operation = format!("could not {}", renewal.describe(self.scope));
        let is_new = renewal.successor.is_none();
        let successor = match renewal.successor.cloned() {
            Some(successor) => Ok(successor),
            None => self.integration.organization.create(renewal.wanted, self.password.expose()).await,
        };
        let successor = successor.context(&operation)?;
        let proven = self.prove(&successor, renewal.wanted).await;
        if let Err(error) = proven {
            // The old subscription stays, so the successor would deliver every event a second time.
            if is_new {
                let deleted = self.integration.organization.delete(&successor.id).await;
                deleted.context(format!("{operation}, and could not delete {} again", successor.id))?;
            }
            return Err(error);
        }
        Ok(successor.id)
    }

    /// Sends a test delivery through the first successor of each endpoint.
    async fn prove(
        &mut self,
        successor: &ExistingSubscription,
        wanted: &WantedSubscription,
    ) -> Result<(), OperatorError> {
        let endpoint = wanted.kind.endpoint().as_str();
        if self.proven.contains(endpoint) {
            return Ok(());
        }
        match test_deliveries::send_one(self.integration, successor, wanted, self.password).await? {
            TestOutcome::CameThrough => {
                self.proven.insert(endpoint);
                Ok(())
            }
            TestOutcome::Refused(reason) => {
                let message = format!("{reason}: see the log of that receiver, then run this again");
                Err(OperatorError::new(ErrorCode::NotProven, message))
            }
        }
    }

    /// Disables the old subscription and names its successor in its URL.
    async fn disable(
        &self,
        replaced: &ExistingSubscription,
        wanted: &WantedSubscription,
        successor: &str,
    ) -> Result<(), OperatorError> {
        let wanted = WantedSubscription { url: superseded_url(&wanted.url, successor), ..wanted.clone() };
        let disabled =
            self.integration.organization.disable(&replaced.id, &wanted, self.password.expose()).await;
        let operation = format!(
            "could not disable subscription {} ({}), so that it and its successor {successor} both deliver until this is \
             run again",
            replaced.id, replaced.event_type
        );
        let disabled = match disabled {
            Ok(disabled) if disabled.status == SubscriptionStatus::Enabled => Err(RestError::Rejected {
                status: 200,
                message: "it left the subscription enabled".to_owned(),
            }),
            disabled => disabled.map(drop),
        };
        disabled.context(operation)
    }
}
