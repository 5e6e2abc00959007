//! The subscriptions of an integration: their number by state, and those with a trouble in full.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::azure_devops::deliveries::DeliveryCounts;
use crate::azure_devops::subscription::{ExistingSubscription, SubscriptionStatus};
use crate::setup::report::{ByteBudget, NAMED_MAX};
use crate::subscriptions::kind::SubscriptionKind;
use crate::subscriptions::plan::{Plan, delivery_problem};
use crate::subscriptions::scope::Scope;

/// Describes the subscriptions of a plan that exist. In full the first of those that are not as they should be or had a
/// failed delivery, or all for `is_verbose`, as far as the answer has room.
pub(super) fn describe(
    plan: &Plan,
    scope: &Scope,
    counts: &[DeliveryCounts],
    is_verbose: bool,
    space: &mut ByteBudget,
) -> Map<String, Value> {
    let counts: BTreeMap<&str, &DeliveryCounts> =
        counts.iter().map(|count| (count.subscription_id.as_str(), count)).collect();
    let well: BTreeSet<&str> = plan.kept.iter().map(|existing| existing.id.as_str()).collect();
    let (mut states, mut shown, mut left_out) = (BTreeMap::<String, usize>::new(), Vec::new(), 0_usize);
    for existing in plan.existing() {
        *states.entry(state(&existing.status)).or_default() += 1;
        let count = counts.get(existing.id.as_str()).copied();
        let is_well = well.contains(existing.id.as_str()) && count.is_none_or(|count| count.failed == 0);
        if is_well && !is_verbose {
            continue;
        }
        let described = describe_one(existing, count, scope);
        if (is_verbose || shown.len() < NAMED_MAX) && space.takes(&described) {
            shown.push(described);
        } else {
            left_out += 1;
        }
    }
    let last_success = plan.existing().filter_map(|existing| existing.last_success).max();
    let sum = |of: fn(&DeliveryCounts) -> u64| counts.values().copied().map(of).sum::<u64>();
    let mut described = Map::new();
    described.insert("states".to_owned(), json!(states));
    described.insert("lastSuccess".to_owned(), json!(last_success.map(|time| time.to_string())));
    described.insert("succeededLastDays".to_owned(), sum(|count| count.succeeded).into());
    described.insert("failedLastDays".to_owned(), sum(|count| count.failed).into());
    described.insert("subscriptions".to_owned(), shown.into());
    if left_out > 0 {
        described.insert("subscriptionsLeftOut".to_owned(), left_out.into());
    }
    described
}

fn describe_one(existing: &ExistingSubscription, count: Option<&DeliveryCounts>, scope: &Scope) -> Value {
    json!({
        "id": existing.id,
        "event": existing.event_type,
        "change": existing.kind().and_then(SubscriptionKind::change_word),
        "project": existing.project_id.as_deref().map(|id| scope.project_name(id)),
        "projectId": existing.project_id,
        "state": state(&existing.status),
        "lastSuccess": existing.last_success.map(|time| time.to_string()),
        "succeededLastDays": count.map(|count| count.succeeded),
        "failedLastDays": count.map(|count| count.failed),
        "createdBy": existing.created_by.as_ref().map(|identity| &identity.display_name),
    })
}

/// The state of a subscription as text: "enabled", a description of the problem, or a status unknown to Hookpost.
fn state(status: &SubscriptionStatus) -> String {
    match status {
        SubscriptionStatus::Other(status) => status.clone(),
        known => delivery_problem(known).unwrap_or("enabled").to_owned(),
    }
}
