//! Subscriptions that do not deliver, made to deliver again.

use jiff::Timestamp;

use super::gap::Gap;
use super::memory::Progress;
use super::{Seen, is_for_us_to_heal};
use crate::password::WebhookPassword;
use crate::setup::azure_devops::{
    AzureDevOps, ExistingSubscription, RestError, SubscriptionStatus, WantedSubscription,
};
use crate::setup::failure::SetupError;
use crate::setup::integration::{Linked, in_words};
use crate::setup::plan::{Plan, Step, trouble};
use crate::setup::verify::refusal;

/// Heals what is for us to heal, and says from when on each subscription told nothing.
///
/// One that somebody switched off stays off, and one whose settings were changed stays changed: both may be on purpose,
/// and `status` names them.
pub(super) async fn heal<O: AzureDevOps>(
    linked: &Linked<O>,
    plan: &Plan,
    password: &WebhookPassword,
    progress: &Progress,
    seen: &mut Seen,
) -> Result<Vec<Gap>, SetupError> {
    let mut gaps = Vec::new();
    for step in &plan.steps {
        let gap = match step {
            Step::Create(wanted) => {
                seen.not_enabled += 1;
                let made = linked.organization.create(wanted, password.expose()).await;
                made.map_err(|error| refusal(&error, &format!("could not {}", in_words(step))))?;
                // One that never was there has missed nothing.
                progress.seen_at.map(|from| Gap::of(wanted, None, from))
            }
            Step::Replace { existing, wanted, .. } => {
                let Some(trouble) = trouble(&existing.status) else { continue };
                seen.not_enabled += 1;
                if !is_for_us_to_heal(&existing.status) {
                    seen.remains.push(format!("{}: {trouble}: `connect` enables it", named(existing)));
                    continue;
                }
                let step_failed =
                    |error: RestError| refusal(&error, &format!("could not {}", in_words(step)));
                revive(linked, existing, wanted, password).await.map_err(step_failed)?;
                Some(Gap::of(wanted, Some(existing.id.clone()), silent_since(existing, progress.checkpoint)))
            }
        };
        seen.healed += 1;
        seen.done.push(said(step));
        gaps.extend(gap);
    }
    Ok(gaps)
}

/// Enables a subscription; where that does not help, makes it anew.
async fn revive<O: AzureDevOps>(
    linked: &Linked<O>,
    existing: &ExistingSubscription,
    wanted: &WantedSubscription,
    password: &WebhookPassword,
) -> Result<(), RestError> {
    // It belongs to whoever made it: only a new one is ours.
    if existing.status != SubscriptionStatus::DisabledByInactiveIdentity {
        match linked.organization.replace(&existing.id, wanted, password.expose()).await {
            Ok(enabled) if enabled.status == SubscriptionStatus::Enabled => return Ok(()),
            Ok(_) | Err(RestError::Rejected { .. } | RestError::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    // First the new one: a pass that is cut off in between leaves one too many, not one too few.
    linked.organization.create(wanted, password.expose()).await?;
    linked.organization.delete(&existing.id).await
}

/// From when on it may have told nothing: a delivery that went well shows that it was enabled then.
fn silent_since(existing: &ExistingSubscription, checkpoint: Timestamp) -> Timestamp {
    existing.last_success.or(existing.created).map_or(checkpoint, |known| known.max(checkpoint))
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
