//! Makes the events of failed deliveries that the delivery log does not show.

use std::collections::{BTreeMap, BTreeSet};

use hookpost_events::Event;
use jiff::SignedDuration;

use crate::azure_devops::catalog::RepositoryInfo;
use crate::azure_devops::deliveries::LoggedDelivery;
use crate::azure_devops::error::RestError;
use crate::azure_devops::port::AzureDevOps;
use crate::recovery::delivery_id::DeliveryId;
use crate::recovery::reader::PullRequestReader;
use crate::recovery::reconcile::ChangeOutcome;
use crate::recovery::reconcile::input::ReconciliationInput;
use crate::recovery::search::Threads;
use crate::recovery::{Failures, NOTIFICATION_DELAY_MAX, Recovery, earlier};
use crate::subscriptions::kind::SubscriptionKind;

/// Longest time that is searched at once; its log is held in memory.
const SPAN_MAX: SignedDuration = SignedDuration::from_hours(12);

/// What was found for deliveries that the log does not show.
#[derive(Debug, Default)]
pub(crate) struct RecoveredDeliveries {
    /// The events, in order of their times.
    pub(crate) events: Vec<Event>,
    /// The deliveries that the events are of.
    pub(crate) found: Vec<LoggedDelivery>,
    /// The deliveries that no list and no thread shows.
    pub(crate) not_found: Vec<LoggedDelivery>,
    /// The repositories, by name, in which threads of further pull requests were left unread: there were too many.
    pub(crate) stopped_in: BTreeSet<String>,
    /// The repositories that could not be searched, by name, and why.
    pub(crate) refused: Vec<(String, RestError)>,
}

impl<O: AzureDevOps> Recovery<'_, O> {
    /// Makes the events of the deliveries `wanted` of one subscription, from the repositories that it covers.
    ///
    /// # Errors
    ///
    /// When the log cannot be read, or an error concerns every call.
    pub(crate) async fn recover_deliveries(
        &self,
        kind: SubscriptionKind,
        subscription_id: &str,
        repositories: &[&RepositoryInfo],
        mut wanted: Vec<LoggedDelivery>,
        reader: &mut PullRequestReader,
    ) -> Result<RecoveredDeliveries, RestError> {
        let (mut recovered, mut failures) = (RecoveredDeliveries::default(), Failures::default());
        wanted.sort_by_key(|delivery| (delivery.created, delivery.notification_id));
        while let Some(first) = wanted.iter().find_map(|delivery| delivery.created) {
            let from = earlier(first, NOTIFICATION_DELAY_MAX);
            let is_within = |delivery: &LoggedDelivery| {
                delivery.created.is_none_or(|created| created.duration_since(first) <= SPAN_MAX)
            };
            let (span, rest): (Vec<_>, Vec<_>) = wanted.into_iter().partition(is_within);
            wanted = rest;
            let until = span.iter().filter_map(|delivery| delivery.created).max().unwrap_or(first);
            let mut rows = self.log(&[subscription_id], from, until).await?;
            // The reader may have read the threads before.
            rows.retain(|row| row.created.is_none_or(|created| created <= self.now));
            let (mut changes, has_time) = (Vec::new(), || true);
            for repository in repositories {
                let mut begin = from;
                loop {
                    let threads = Some(Threads { below: u64::MAX, has_time: &has_time });
                    let listed = self.changes(kind, repository, (begin, until), reader, threads).await;
                    match failures.note(listed)? {
                        Ok(found) => {
                            let is_whole = found.until >= until;
                            changes.extend(found.listed.into_iter().filter(|change| {
                                (begin == from || change.at > begin) && (is_whole || change.at <= found.until)
                            }));
                            if found.stopped_at.is_some() {
                                recovered.stopped_in.insert(repository.name.clone());
                            }
                            if let Some(error) = found.threads_error {
                                recovered.refused.push((repository.name.clone(), error));
                            }
                            if is_whole {
                                break;
                            }
                            begin = found.until;
                        }
                        Err(error) => {
                            recovered.refused.push((repository.name.clone(), error));
                            break;
                        }
                    }
                }
            }
            changes.sort_by_key(|change| change.at);
            let not_shown = span.iter().map(DeliveryId::of).collect();
            let input = ReconciliationInput {
                kind,
                from,
                until,
                changes: &changes,
                rows: &rows,
                not_shown: &not_shown,
                replayed: &BTreeSet::new(),
                handled: &BTreeSet::new(),
                is_partial: !recovered.refused.is_empty() || !recovered.stopped_in.is_empty(),
                examined: &BTreeMap::new(),
                has_time: &has_time,
            };
            let reconciliation = self.reconcile(&input).await?;
            let mut numbers = Vec::new();
            for (change, outcome) in changes.iter().zip(reconciliation.outcomes) {
                let ChangeOutcome::NotShown(row) = outcome else { continue };
                if change.at < from || change.at > until {
                    continue;
                }
                match failures.note(self.events(kind, change, reader).await)? {
                    Ok(events) => {
                        numbers.push(rows[row].notification_id);
                        recovered.events.extend(events);
                    }
                    Err(error) => recovered.refused.push((change.repository_id.clone(), error)),
                }
            }
            let is_found = |delivery: &LoggedDelivery| numbers.contains(&delivery.notification_id);
            let (found, not_found): (Vec<_>, Vec<_>) = span.into_iter().partition(is_found);
            recovered.found.extend(found);
            recovered.not_found.extend(not_found);
        }
        recovered.not_found.extend(wanted);
        Ok(recovered)
    }
}
