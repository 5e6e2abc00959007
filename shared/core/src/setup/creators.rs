//! Who created the subscriptions. A subscription belongs to the identity that created it, whichever token updates it.

use crate::azure_devops::catalog::Identity;
use crate::azure_devops::subscription::ExistingSubscription;

/// Most creators that the warning names.
const NAMED_MAX: usize = 3;

/// The identity that created a subscription, if it is known and not `owner`.
///
/// Assumption: the creator of a subscription and the owner of a token have the same id in Azure DevOps when they are
/// the same identity.
pub(super) fn other_creator<'a>(
    existing: &'a ExistingSubscription,
    owner: &Identity,
) -> Option<&'a Identity> {
    existing.created_by.as_ref().filter(|creator| !creator.id.eq_ignore_ascii_case(&owner.id))
}

/// The warning, once for all subscriptions of an integration, that others than the token's owner created some of them.
/// `None` when nobody else did.
///
/// Source: `details.event` of a logged delivery is reported to be shown to the creator of the subscription and to
/// administrators only; MicrosoftDocs/azure-devops-docs#7461 and #7777 describe users without it.
pub(super) fn warning<'a>(
    subscriptions: impl IntoIterator<Item = &'a ExistingSubscription>,
    owner: &Identity,
) -> Option<String> {
    let (mut total, mut of_others, mut creators) = (0_usize, 0_usize, Vec::new());
    for existing in subscriptions {
        total += 1;
        let Some(creator) = other_creator(existing, owner) else { continue };
        of_others += 1;
        let name = display_name(creator);
        if !creators.contains(&name) {
            creators.push(name);
        }
    }
    if of_others == 0 {
        return None;
    }
    let creators = enumerate(&creators);
    Some(format!(
        "{of_others} of {total} subscriptions were created by {creators}, and {} is connected now: Azure DevOps may \
         hide the events in their log from it, which `watch` and `replay` read, and disables them when their creator \
         leaves. Connect as {creators}, or as an administrator of the project or project collection; or run \
         `connect` with `\"renewSubscriptions\": true`, which recreates them without missing an event",
        display_name(owner)
    ))
}

/// The name of an identity, or its id where Azure DevOps gives no name.
pub(super) fn display_name(identity: &Identity) -> &str {
    if identity.display_name.is_empty() { &identity.id } else { &identity.display_name }
}

fn enumerate(names: &[&str]) -> String {
    let shown = names.get(..NAMED_MAX).unwrap_or(names).join(", ");
    match names.len().checked_sub(NAMED_MAX) {
        None | Some(0) => shown,
        Some(others) => format!("{shown} and {others} others"),
    }
}
