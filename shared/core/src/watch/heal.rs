//! Subscriptions that do not deliver, made to deliver again.

use crate::auth::password::WebhookPassword;
use crate::azure_devops::error::RestError;
use crate::azure_devops::port::AzureDevOps;
use crate::azure_devops::subscription::{ExistingSubscription, SubscriptionStatus, WantedSubscription};
use crate::integration::open::{Linked, in_words};
use crate::setup::error::SetupError;
use crate::setup::verify::refusal;
use crate::subscriptions::plan::{Plan, Step, is_dead, is_for, trouble};
use crate::watch::context::{Round, Work, out_of_time};
use crate::watch::{Seen, gaps as doubt, is_for_us_to_heal};

/// Enables what is for us to enable, and makes what is missing, or what cannot be enabled, anew. Gives the new ones, and
/// what failed first: one that fails does not keep the others from it. When it is late, the rest is left to the next pass.
///
/// One that somebody switched off stays off, and one whose settings were changed stays changed while it delivers: both may
/// be on purpose, and `status` names them. One that was made anew stays until it can be [buried](bury).
pub(super) async fn enable<O: AzureDevOps>(
    linked: &Linked<O>,
    plan: &Plan,
    password: &WebhookPassword,
    is_late: impl Fn() -> bool,
    seen: &mut Seen,
) -> (Vec<ExistingSubscription>, Option<SetupError>) {
    let (mut made, mut failure) = (Vec::new(), None);
    for step in &plan.steps {
        if let Step::Replace { existing, .. } = step {
            let Some(trouble) = trouble(&existing.status) else { continue };
            if !is_for_us_to_heal(&existing.status) {
                seen.not_enabled += 1;
                seen.remains.push(format!("{}: {trouble}: `connect` enables it", named(existing)));
                continue;
            }
        }
        seen.not_enabled += 1;
        if is_late() {
            failure.get_or_insert_with(|| out_of_time("before it had healed every subscription"));
            continue;
        }
        match heal(linked, step, password).await {
            Ok(new) => {
                made.extend(new);
                seen.healed += 1;
                seen.done.push(said(step));
            }
            Err(error) => {
                let error = refusal(&error, &format!("could not {}", in_words(step)));
                failure.get_or_insert(error);
            }
        }
    }
    (made, failure)
}

/// Gives the new one, when one had to be made.
async fn heal<O: AzureDevOps>(
    linked: &Linked<O>,
    step: &Step,
    password: &WebhookPassword,
) -> Result<Option<ExistingSubscription>, RestError> {
    let (Step::Create(wanted) | Step::Replace { wanted, .. }) = step;
    if let Step::Replace { existing, .. } = step
        && revive(linked, existing, wanted, password).await?
    {
        return Ok(None);
    }
    linked.organization.create(wanted, password.expose()).await.map(Some)
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
