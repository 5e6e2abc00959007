//! Subscriptions that do not deliver, made to deliver again.

use super::{Seen, is_for_us_to_heal};
use crate::password::WebhookPassword;
use crate::setup::azure_devops::{
    AzureDevOps, ExistingSubscription, RestError, SubscriptionStatus, WantedSubscription,
};
use crate::setup::failure::SetupError;
use crate::setup::integration::{Linked, in_words};
use crate::setup::plan::{Plan, Step, trouble};
use crate::setup::verify::refusal;

/// Enables what is for us to enable, and makes what is missing. What could not be enabled comes back: it has to be
/// [made anew](make_anew).
///
/// One that somebody switched off stays off, and one whose settings were changed stays changed: both may be on purpose,
/// and `status` names them.
pub(super) async fn enable<'a, O: AzureDevOps>(
    linked: &Linked<O>,
    plan: &'a Plan,
    password: &WebhookPassword,
    seen: &mut Seen,
) -> Result<Vec<&'a Step>, SetupError> {
    let mut dead = Vec::new();
    for step in &plan.steps {
        let step_failed = |error: RestError| refusal(&error, &format!("could not {}", in_words(step)));
        match step {
            Step::Create(wanted) => {
                seen.not_enabled += 1;
                linked.organization.create(wanted, password.expose()).await.map_err(step_failed)?;
            }
            Step::Replace { existing, wanted, .. } => {
                let Some(trouble) = trouble(&existing.status) else { continue };
                seen.not_enabled += 1;
                if !is_for_us_to_heal(&existing.status) {
                    seen.remains.push(format!("{}: {trouble}: `connect` enables it", named(existing)));
                    continue;
                }
                if !revive(linked, existing, wanted, password).await.map_err(step_failed)? {
                    dead.push(step);
                    continue;
                }
            }
        }
        seen.healed += 1;
        seen.done.push(said(step));
    }
    Ok(dead)
}

/// Makes anew what cannot be enabled, and deletes it, with its log of deliveries. Gives the new ones.
pub(super) async fn make_anew<O: AzureDevOps>(
    linked: &Linked<O>,
    dead: &[&Step],
    password: &WebhookPassword,
    seen: &mut Seen,
) -> Result<Vec<ExistingSubscription>, SetupError> {
    let mut all = Vec::new();
    for step in dead {
        let Step::Replace { existing, wanted, .. } = step else { continue };
        let step_failed = |error: RestError| refusal(&error, &format!("could not {}", in_words(step)));
        // First the new one: a pass that is cut off in between leaves one too many, not one too few.
        let made = linked.organization.create(wanted, password.expose()).await.map_err(step_failed)?;
        linked.organization.delete(&existing.id).await.map_err(step_failed)?;
        seen.healed += 1;
        seen.done.push(said(step));
        all.push(made);
    }
    Ok(all)
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
