//! Subscriptions that do not deliver, made to deliver again.

use super::round::{Round, Work};
use super::{Seen, doubt, is_for_us_to_heal};
use crate::password::WebhookPassword;
use crate::setup::azure_devops::{
    AzureDevOps, ExistingSubscription, RestError, SubscriptionStatus, WantedSubscription,
};
use crate::setup::failure::SetupError;
use crate::setup::integration::{Linked, in_words};
use crate::setup::plan::{Plan, Step, is_dead, is_for, trouble};
use crate::setup::verify::refusal;

/// Enables what is for us to enable, and makes what is missing, or what cannot be enabled, anew. Gives the new ones.
///
/// One that somebody switched off stays off, and one whose settings were changed stays changed: both may be on purpose,
/// and `status` names them. One that was made anew stays until it can be [buried](bury).
pub(super) async fn enable<O: AzureDevOps>(
    linked: &Linked<O>,
    plan: &Plan,
    password: &WebhookPassword,
    seen: &mut Seen,
) -> Result<Vec<ExistingSubscription>, SetupError> {
    let mut made = Vec::new();
    for step in &plan.steps {
        let step_failed = |error: RestError| refusal(&error, &format!("could not {}", in_words(step)));
        let create = |wanted| linked.organization.create(wanted, password.expose());
        match step {
            Step::Create(wanted) => {
                seen.not_enabled += 1;
                made.push(create(wanted).await.map_err(step_failed)?);
            }
            Step::Replace { existing, wanted, .. } => {
                let Some(trouble) = trouble(&existing.status) else { continue };
                seen.not_enabled += 1;
                if !is_for_us_to_heal(&existing.status) {
                    seen.remains.push(format!("{}: {trouble}: `connect` enables it", named(existing)));
                    continue;
                }
                if !revive(linked, existing, wanted, password).await.map_err(step_failed)? {
                    made.push(create(wanted).await.map_err(step_failed)?);
                }
            }
        }
        seen.healed += 1;
        seen.done.push(said(step));
    }
    Ok(made)
}

/// Deletes those that cannot be enabled and have a successor, once nothing is left to learn from their logs of deliveries,
/// which go with them.
pub(super) async fn bury<O: AzureDevOps>(
    round: &Round<'_, O>,
    plan: &Plan,
    work: &mut Work<'_>,
) -> Result<(), SetupError> {
    for stray in &plan.strays {
        let existing = &stray.existing;
        let succeeded = round.wanted.iter().find(|wanted| is_for(existing, wanted));
        let is_ours = round.existing.iter().any(|one| one.id == existing.id);
        let Some(wanted) = succeeded.filter(|_| is_ours && is_dead(&existing.status)) else { continue };
        if work.left.contains(&existing.id) || work.progress.doubts.contains_key(&doubt::of(wanted)) {
            continue;
        }
        let deleted = round.linked.organization.delete(&existing.id).await;
        deleted.map_err(|error| refusal(&error, &format!("could not delete {}", named(existing))))?;
        work.seen.done.push(format!("{}, which was made anew: deleted", named(existing)));
    }
    Ok(())
}

async fn revive<O: AzureDevOps>(
    linked: &Linked<O>,
    existing: &ExistingSubscription,
    wanted: &WantedSubscription,
    password: &WebhookPassword,
) -> Result<bool, RestError> {
    // One of somebody who left belongs to him for ever: only a new one is ours.
    if existing.status == SubscriptionStatus::DisabledByInactiveIdentity {
        return Ok(false);
    }
    match linked.organization.replace(&existing.id, wanted, password.expose()).await {
        Ok(replaced) => Ok(replaced.status == SubscriptionStatus::Enabled),
        Err(RestError::Rejected { .. } | RestError::NotFound { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

fn said(step: &Step) -> String {
    match step {
        Step::Create(_) => in_words(step),
        Step::Replace { existing, .. } => {
            let owner = existing.created_by.as_ref().map_or("somebody", |owner| owner.display_name.as_str());
            let trouble = trouble(&existing.status).unwrap_or_default();
            format!("{}, made by {owner}: {trouble}: enabled", named(existing))
        }
    }
}

fn named(existing: &ExistingSubscription) -> String {
    format!("subscription {} ({})", existing.id, existing.event_type)
}
