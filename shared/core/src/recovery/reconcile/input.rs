//! What a reconciliation begins with.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::azure_devops::deliveries::LoggedDelivery;
use crate::recovery::HasTime;
use crate::recovery::change::Change;
use crate::recovery::delivery_id::DeliveryId;
use crate::subscriptions::kind::SubscriptionKind;

/// Changes to reconcile with the log, and what is known of them.
pub(crate) struct ReconciliationInput<'a> {
    /// The kind of their events.
    pub(crate) kind: SubscriptionKind,
    /// Changes before this time, and after `until`, are listed only so that their deliveries are not paired with other
    /// changes. Their outcomes mean nothing.
    pub(crate) from: Timestamp,
    pub(crate) until: Timestamp,
    /// The changes, in order of their times.
    pub(crate) changes: &'a [Change],
    /// The deliveries of that time in the log, oldest first.
    pub(crate) rows: &'a [LoggedDelivery],
    /// Deliveries of which it is known that the log does not show their events.
    pub(crate) not_shown: &'a BTreeSet<DeliveryId>,
    /// Deliveries, by their indices: failed ones that `watch` has replayed, and pending ones that it replays if they fail.
    pub(crate) replayed: &'a BTreeSet<usize>,
    /// Changes, by their indices, that were delivered or queued.
    pub(crate) handled: &'a BTreeSet<usize>,
    /// Deliveries whose events earlier passes have requested, with the keys of those events. A delivery whose event the log
    /// does not show has no keys.
    pub(crate) examined: &'a BTreeMap<DeliveryId, Vec<String>>,
    /// Whether there may be deliveries of changes that are not among these, such as those of other repositories. A delivery
    /// that comes long after a change is then paired with it by its event only.
    pub(crate) is_partial: bool,
    /// Whether there is time for another request.
    pub(crate) has_time: HasTime<'a>,
}
