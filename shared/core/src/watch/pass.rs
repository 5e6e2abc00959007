//! The order of a pass. A first visit to every integration checks its credential, replays what failed and heals its
//! subscriptions; each has its share of the time. Then the integrations with work left get slices of the time that is left,
//! in turn: the integration that has waited longest comes first.

mod ending;

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::error::{ErrorCode, OperatorError};
use crate::integration::availability::{Availability, FoundIntegration};
use crate::integration::name::IntegrationName;
use crate::ports::{Clock as _, Ports};
use crate::watch::checkpoint::Checkpoint;
use crate::watch::context::{LOG_RETENTION, out_of_time};
use crate::watch::lease::{CheckpointError, CheckpointLookup, HeldLease};
use crate::watch::listings::Listings;
use crate::watch::report::IntegrationReport;
use crate::watch::visit::Visit;
use crate::watch::{PassOutcome, Watch};

/// The least time of a first visit, and of a slice. In less, an integration with many repositories would make no progress.
const SLICE_MIN: SignedDuration = SignedDuration::from_secs(20);

/// Most changed checkpoints held in memory before they are stored, while none of them records finished work.
const UNSTORED_MAX: usize = 10;

/// A running pass.
pub(super) struct Pass<'a, P: Ports> {
    watch: &'a Watch<P>,
    lease: HeldLease<'a, P::Checkpoints>,
    deadline: Timestamp,
    /// After this time no first visit begins if another integration has work left. The next pass begins with the
    /// integrations that were not visited.
    first_visits_until: Timestamp,
    listings: Listings,
    /// The integrations with work left.
    visits: Vec<Visit<P>>,
    reports: Vec<IntegrationReport>,
    /// Integrations found unlinked: [`end`](Self::end) drops their checkpoints.
    unlinked: BTreeSet<IntegrationName>,
    /// Whether work was finished that no stored checkpoint records.
    has_unstored_work: bool,
}

impl<'a, P: Ports> Pass<'a, P> {
    /// Begins a pass over these integrations; `None` while another pass holds the lease.
    pub(super) async fn begin(
        watch: &'a Watch<P>,
        names: &[IntegrationName],
        budget: Duration,
    ) -> Result<Option<Self>, CheckpointError> {
        let clock = &watch.integrations.clock;
        let begun = clock.now();
        let deadline = begun.saturating_add(budget).unwrap_or(Timestamp::MAX);
        let first_visits_until = begun.saturating_add(budget * 3 / 4).unwrap_or(Timestamp::MAX);
        let lease = HeldLease::acquire(&watch.checkpoints, names).await?;
        Ok(lease.map(|lease| Self {
            watch,
            lease,
            deadline,
            first_visits_until,
            listings: Listings::default(),
            visits: Vec::new(),
            reports: Vec::new(),
            unlinked: BTreeSet::new(),
            has_unstored_work: false,
        }))
    }

    /// Visits every integration, then goes on where work is left.
    ///
    /// # Errors
    ///
    /// When a checkpoint cannot be stored: work after that could not be recorded, and would be repeated.
    pub(super) async fn run(&mut self, names: &[IntegrationName]) -> Result<(), CheckpointError> {
        let names = self.in_order(names);
        for (index, name) in names.iter().enumerate() {
            self.store_finished_work().await?;
            let until = self.first_visit_end(names.len() - index);
            self.first_visit(name, until).await?;
        }
        while !self.visits.is_empty() && self.now() < self.deadline {
            self.store_finished_work().await?;
            self.resume_next().await?;
        }
        Ok(())
    }

    /// The integrations that have waited longest come first. The order is rotated by the number of passes that were cut
    /// off in a row: otherwise an integration that makes passes time out would keep those behind it waiting forever.
    fn in_order(&self, names: &[IntegrationName]) -> Vec<IntegrationName> {
        let attempted_at = |name: &IntegrationName| match self.lease.get(name) {
            CheckpointLookup::Checkpoint(checkpoint) => checkpoint.attempted_at,
            CheckpointLookup::Nothing | CheckpointLookup::InFlight => None,
        };
        let mut names = names.to_vec();
        names.sort_by_cached_key(|name| (attempted_at(name), name.clone()));
        let count = names.len().max(1);
        names.rotate_left(self.lease.passes_cut_off() as usize % count);
        names
    }

    /// The end of the first visit of one integration. `left` counts the integrations still to visit, this one included.
    /// Half of the time is for what comes after the first visits.
    fn first_visit_end(&self, left: usize) -> Timestamp {
        let time = self.deadline.duration_since(self.now()) / 2;
        let share = time / i32::try_from(left).unwrap_or(i32::MAX);
        self.now().saturating_add(share.max(SLICE_MIN)).map_or(self.deadline, |end| end.min(self.deadline))
    }

    async fn first_visit(&mut self, name: &IntegrationName, until: Timestamp) -> Result<(), CheckpointError> {
        let now = self.now();
        let log_start = now - LOG_RETENTION;
        let mut report = IntegrationReport::new(name);
        let mut checkpoint = match self.lease.get(name) {
            CheckpointLookup::Checkpoint(checkpoint) => checkpoint.clone(),
            CheckpointLookup::Nothing => Checkpoint::since(log_start),
            CheckpointLookup::InFlight => {
                report.failure = Some(in_flight());
                self.reports.push(report);
                return Ok(());
            }
        };
        checkpoint.forget_before(log_start);
        if now > self.deadline || (now > self.first_visits_until && !self.visits.is_empty()) {
            let error = out_of_time("before it came to this integration");
            self.record_failure(name, checkpoint, error, report);
            return Ok(());
        }
        checkpoint.attempted_at = Some(now);
        let opened = self.open(name, &checkpoint, &mut report).await;
        let mut visit = match opened {
            Ok(Some(visit)) => visit,
            Ok(None) => {
                if !self.unlinked.contains(name) {
                    self.reports.push(report);
                }
                return Ok(());
            }
            Err(error) => {
                self.record_failure(name, checkpoint, error, report);
                return Ok(());
            }
        };
        if visit.state.checkpoint.gaps != checkpoint.gaps {
            // Stored before the subscriptions are enabled: from then on their status no longer shows the gaps.
            visit.state.fit();
            self.lease.put(name, visit.state.checkpoint.clone());
            self.lease.store().await?;
        }
        let mut result = visit.begin(self.watch, until).await;
        // Gaps are filled only after every integration had its first visit, since filling them may take long.
        if result.is_ok() && !visit.state.checkpoint.has_gaps() {
            result = visit.go_on(self.watch, until).await;
        }
        self.finish_or_requeue(visit, result);
        Ok(())
    }

    /// Opens an integration and compares it with its organization. `None` when there is nothing that `watch` may do.
    async fn open(
        &mut self,
        name: &IntegrationName,
        checkpoint: &Checkpoint,
        report: &mut IntegrationReport,
    ) -> Result<Option<Visit<P>>, OperatorError> {
        let now = self.now();
        let integrations = &self.watch.integrations;
        let Some(found) = integrations.find_for_watch(name, now).await? else {
            self.unlinked.insert(name.clone());
            return Ok(None);
        };
        let FoundIntegration { config, version, availability } = found;
        report.observed.config(&config);
        match availability {
            Availability::Free => {}
            Availability::Locked { until } => {
                report.observed.is_changing = true;
                report.remains.push(format!(
                    "`setup` is changing this integration until {until} at the latest: the next pass checks it"
                ));
                return Ok(None);
            }
            Availability::Unlinking => {
                let sentence =
                    "an `unlink` is unfinished: run it again, or `connect` to keep the integration";
                report.remains.push(sentence.to_owned());
                return Ok(None);
            }
            Availability::Moved => return Err(moved(&config.webhook_base_url)),
        }
        let integration = integrations.open_config(name, config).await?;
        let deployment = &integrations.deployment.webhook_base_url;
        let listing = self.listings.of(&integration, deployment, (now - LOG_RETENTION, now)).await?;
        let opened = (integration, version, now);
        Visit::new(self.watch, name, opened, listing, checkpoint.clone(), report).await.map(Some)
    }

    /// Gives the integration that has waited longest a slice of the time that is left.
    async fn resume_next(&mut self) -> Result<(), CheckpointError> {
        let waiting = self.visits.iter().enumerate();
        let longest = waiting.min_by_key(|(_, visit)| visit.state.checkpoint.worked_at);
        let Some(index) = longest.map(|(index, _)| index) else { return Ok(()) };
        let left = self.deadline.duration_since(self.now());
        let slice = (left / i32::try_from(self.visits.len()).unwrap_or(i32::MAX)).max(SLICE_MIN);
        let until = self.now().saturating_add(slice).map_or(self.deadline, |end| end.min(self.deadline));
        let now = self.now();
        let Some(visit) = self.visits.get_mut(index) else { return Ok(()) };
        visit.state.checkpoint.worked_at = Some(now);
        if self.lease.passes_cut_off() > 0 {
            // If this integration makes passes time out, it does not come first again.
            self.lease.put(&visit.facts.name, visit.state.checkpoint.clone());
            self.lease.store().await?;
        }
        let mut visit = self.visits.remove(index);
        let result = visit.go_on(self.watch, until).await;
        self.finish_or_requeue(visit, result);
        Ok(())
    }

    /// Stores the checkpoints before further work begins, if they record finished work or are many.
    async fn store_finished_work(&mut self) -> Result<(), CheckpointError> {
        if std::mem::take(&mut self.has_unstored_work) || self.lease.unstored() >= UNSTORED_MAX {
            self.lease.store().await?;
        }
        Ok(())
    }

    fn now(&self) -> Timestamp {
        self.watch.integrations.clock.now()
    }
}

impl<P: Ports> Watch<P> {
    /// Runs one pass over all integrations.
    ///
    /// # Errors
    ///
    /// When the integrations cannot be listed, or their checkpoints cannot be received. The failure of a single integration
    /// is in its [`IntegrationReport`].
    pub async fn run_pass(&self) -> Result<PassOutcome, OperatorError> {
        let names = self.integrations.names().await?;
        let Some(mut pass) = Pass::begin(self, &names, self.budget).await? else {
            return Ok(PassOutcome::AlreadyRunning);
        };
        let published = self.integrations.repair_published_names(&names).await;
        let done = pass.run(&names).await;
        // What was done before a failure is stored even so.
        let (mut reports, ended) = pass.end(&names).await;
        if let (Err(error), Some(report)) = (published, reports.first_mut()) {
            let sentence = format!("the list of integrations for the receivers was not checked: {error}");
            report.remains.push(sentence);
        }
        Ok(match done.and(ended) {
            Ok(()) => PassOutcome::Completed(reports),
            Err(error) => PassOutcome::NotStored { reports, error: error.into() },
        })
    }
}

fn moved(stored_base_url: &str) -> OperatorError {
    OperatorError::new(
        ErrorCode::ConnectNeeded,
        format!(
            "the subscriptions deliver to {stored_base_url}, and the webhook URL of this stack has changed since: run \
             `connect` again, which moves them. Until then `watch` skips them"
        ),
    )
}

fn in_flight() -> OperatorError {
    OperatorError::new(
        ErrorCode::OutOfTime,
        "a pass that was cut off still holds the checkpoint of this integration: the next pass checks it",
    )
}
