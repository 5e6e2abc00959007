//! The delivery log of a window, which the gaps of an integration share.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::azure_devops::deliveries::LoggedDelivery;

/// The part of the log that was read last.
pub(super) struct GapLog {
    /// Ids of the subscriptions of all gaps.
    pub(super) ids: Vec<String>,
    pub(super) from: Timestamp,
    /// The deliveries of all changes from `from` up to this time are there.
    pub(super) until: Timestamp,
    /// The deliveries, by subscription, oldest first.
    pub(super) rows: BTreeMap<String, Vec<LoggedDelivery>>,
    /// Whether the logs could not be read together.
    pub(super) is_read_separately: bool,
}

impl GapLog {
    pub(super) fn new(ids: Vec<&str>) -> Self {
        let ids = ids.into_iter().map(str::to_owned).collect();
        let (from, until) = (Timestamp::MAX, Timestamp::MIN);
        Self { ids, from, until, rows: BTreeMap::new(), is_read_separately: false }
    }

    /// The deliveries of some subscriptions, oldest first.
    pub(super) fn rows_of(&self, ids: &[&str]) -> Vec<LoggedDelivery> {
        let of_ids = ids.iter().filter_map(|id| self.rows.get(*id)).flatten();
        let mut rows: Vec<LoggedDelivery> = of_ids.cloned().collect();
        rows.sort_by_key(|row| (row.created, row.notification_id));
        rows
    }
}
