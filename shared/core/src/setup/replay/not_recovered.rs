//! Names the failed deliveries whose events could not be made.

use std::collections::{BTreeMap, BTreeSet};

use crate::azure_devops::deliveries::{LoggedDelivery, LoggedEvent};
use crate::azure_devops::subscription::ExistingSubscription;
use crate::subscriptions::describe::describe_existing;

/// Most deliveries without an event that the report lists by number, for each subscription and reason.
const NAMED_MAX: usize = 5;

/// Names the deliveries that were not recovered, by the reason why the log does not show their events.
pub(super) fn report_not_recovered(
    subscription: &ExistingSubscription,
    deliveries: &[(LoggedDelivery, LoggedEvent)],
    recovered_ids: &BTreeSet<u64>,
) -> Vec<String> {
    let mut by_reason: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for (delivery, kept) in deliveries {
        if !recovered_ids.contains(&delivery.notification_id) {
            by_reason.entry(reason(kept)).or_default().push(delivery.notification_id);
        }
    }
    let sentence = |(reason, numbers): (&str, Vec<u64>)| {
        format!("{} of {}: {reason}", enumerate(&numbers), describe_existing(subscription))
    };
    by_reason.into_iter().map(sentence).collect()
}

/// Names a few deliveries by their numbers and counts the rest.
fn enumerate(numbers: &[u64]) -> String {
    let named: Vec<String> = numbers.iter().take(NAMED_MAX).map(u64::to_string).collect();
    let named = named.join(", ");
    match numbers.len() {
        1 => format!("delivery {named}"),
        count if count <= NAMED_MAX => format!("deliveries {named}"),
        count => format!("deliveries {named} and {} more", count - NAMED_MAX),
    }
}

/// Why the log does not show an event, and what to do about it.
fn reason(kept: &LoggedEvent) -> &'static str {
    match kept {
        LoggedEvent::Whole(_) => "Azure DevOps shows the event",
        LoggedEvent::WithoutContent(_) => {
            "Azure DevOps kept the event without its content, as it does with large events, and no list or thread shows it"
        }
        LoggedEvent::Hidden => {
            "the event is hidden from this token, and no list or thread shows it: use a token of the subscription's \
             creator, or of an administrator of the project or project collection"
        }
        LoggedEvent::Pending => {
            "the delivery has not ended, and its event is not shown yet: run this again later"
        }
        LoggedEvent::NotKept => "Azure DevOps did not keep the event, and no list or thread shows it",
    }
}
