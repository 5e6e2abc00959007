//! Reads the delivery log of a window.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::azure_devops::deliveries::LoggedDelivery;
use crate::azure_devops::error::RestError;
use crate::azure_devops::listing::ReadLimits;
use crate::error::OperatorError;
use crate::ports::Clock as _;
use crate::ports::Ports;
use crate::recovery::Failures;
use crate::subscriptions::kind::SubscriptionKind;
use crate::watch::backfill::{Backfill, OpenGap, late};
use crate::watch::context::midpoint;

/// Deliveries after which a window of a gap ends, because they are held in memory and are read again by each pass that works
/// on the window: some 60 queries. It is more than a day of an organization with 20,000 pushes a day.
const DELIVERIES_MAX: usize = 30_000;

/// How much earlier another gap may begin to share the log of a gap: subscriptions are made one after the other.
const SHARED_LOG_MARGIN: SignedDuration = SignedDuration::from_hours(1);

impl<P: Ports> Backfill<'_, '_, P> {
    /// The deliveries of the gap's subscriptions that may be those of changes since `from`, and the time up to which they
    /// are all there. It is `end`, if there is one, and otherwise as late as memory and a quarter of the time allow. `None`
    /// when the log of the gap cannot be read.
    ///
    /// Deliveries after the beginning of the backfill are left out, except of pushes: pull requests and threads are read
    /// once, maybe before this log, so that the change of such a delivery may not be known. If it is that of a change in
    /// the gap, the change waits for the next pass.
    pub(super) async fn log_of(
        &mut self,
        gap: &OpenGap<'_>,
        from: Timestamp,
        end: Option<Timestamp>,
    ) -> Result<Option<(Vec<LoggedDelivery>, Timestamp)>, OperatorError> {
        let mut log = self.whole_log_of(gap, from, end).await?;
        if let Some((rows, _)) = log.as_mut().filter(|_| gap.gap.kind != SubscriptionKind::Push) {
            rows.retain(|row| row.created.is_none_or(|created| created <= self.now));
        }
        Ok(log)
    }

    async fn whole_log_of(
        &mut self,
        gap: &OpenGap<'_>,
        from: Timestamp,
        end: Option<Timestamp>,
    ) -> Result<Option<(Vec<LoggedDelivery>, Timestamp)>, OperatorError> {
        let is_read = self.log.from <= from && end.map_or(from < self.log.until, |end| end <= self.log.until);
        if !is_read && !self.log.is_read_separately && !self.read_shared(from, end).await? {
            // One of the logs may be the reason. The query for each shows which.
            (self.log.is_read_separately, self.failures) = (true, Failures::default());
        }
        if !self.log.is_read_separately {
            return Ok(Some((self.log.rows_of(&gap.logs), end.unwrap_or(self.log.until))));
        }
        let logs: Vec<String> = gap.logs.iter().map(|id| (*id).to_owned()).collect();
        let operation =
            format!("the log of the {} subscription could not be read", gap.gap.kind.event_type());
        let listed = self.read_log(&logs, from, end).await;
        match self.note(listed, &operation)? {
            Ok((_, until)) if end.is_some_and(|end| until < end) => Err(late()),
            Ok((rows, until)) => Ok(Some((rows, end.unwrap_or(until)))),
            Err(error) => {
                self.state.report.remains.push(error.message().to_owned());
                Ok(None)
            }
        }
    }

    /// Reads the log of all gaps. `false` when it cannot be read.
    async fn read_shared(&mut self, from: Timestamp, end: Option<Timestamp>) -> Result<bool, OperatorError> {
        let ids = std::mem::take(&mut self.log.ids);
        // Gaps that began a little earlier share the log, too.
        let gaps = self.state.checkpoint.gaps.values().map(|gap| gap.from);
        let near =
            gaps.filter(|start| *start < from && from.duration_since(*start) <= SHARED_LOG_MARGIN).min();
        let mut first = near.unwrap_or(from);
        let mut listed = self.read_log(&ids, first, end).await;
        if first < from && listed.as_ref().is_ok_and(|(_, until)| *until <= from) {
            first = from;
            listed = self.read_log(&ids, first, end).await;
        }
        self.log.ids = ids;
        let Ok((rows, until)) = self.note(listed, "the log of deliveries could not be read")? else {
            return Ok(false);
        };
        if end.is_some_and(|end| until < end) {
            return Err(late());
        }
        let mut by_subscription: BTreeMap<String, Vec<LoggedDelivery>> = BTreeMap::new();
        for row in rows {
            by_subscription.entry(row.subscription_id.clone()).or_default().push(row);
        }
        (self.log.from, self.log.until, self.log.rows) = (first, until, by_subscription);
        Ok(true)
    }

    async fn read_log(
        &self,
        ids: &[String],
        from: Timestamp,
        end: Option<Timestamp>,
    ) -> Result<(Vec<LoggedDelivery>, Timestamp), RestError> {
        let (clock, deadline) = (self.context.clock, self.context.deadline);
        let now = clock.now();
        // A window that was begun is read to its end: what is done of it holds for all of it.
        let read_until = if end.is_some() { deadline } else { midpoint(now, midpoint(now, deadline)) };
        let items_max = if end.is_some() { usize::MAX } else { DELIVERIES_MAX };
        let limits = ReadLimits { has_time: &|| clock.now() < read_until, items_max };
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let listed = self.context.recovery.log_within(&ids, from, end.unwrap_or(self.now), limits).await?;
        Ok((listed.items, listed.until))
    }
}
