//! What the `watch` function decides: one pass over every integration that heals its subscriptions and brings back what
//! was missed. Nothing here does I/O of its own.
//!
//! For each integration, in this order: is the token good; what failed or hangs in Azure DevOps's log of deliveries, which
//! is read again; which subscriptions do not deliver, which are healed; what happened while they did not, which is made
//! from the lists of pushes and pull requests. See [`Progress`] for how far that is done and why nothing is skipped.

pub mod checkpoint;
pub mod lease;

mod backfill;
mod catch_up;
mod context;
mod gaps;
mod heal;
mod listed;

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::auth::password::WebhookPassword;
use crate::azure_devops::port::AzureDevOps as _;
use crate::azure_devops::subscription::{ExistingSubscription, SubscriptionStatus};
use crate::integration::name::IntegrationName;
use crate::integration::open::Linked;
use crate::ports::MessageQueue;
use crate::secrets::store::Vault;
use crate::setup::error::{Code, SetupError};
use crate::setup::verify::refusal;
use crate::setup::{Directory, Setup, World};
use crate::subscriptions::plan;
use crate::subscriptions::plan::Plan;
use crate::subscriptions::webhook_url::Whose;
use crate::watch::context::{Round, Work, out_of_time};
use crate::watch::lease::{PassError, Passes, Right};

/// For how long a delivery may be under way before it is brought in by us. Azure DevOps tries again for 183 s, after
/// which it has failed, or is tried for another 36 hours with hours in between.
pub(crate) const UNDER_WAY: SignedDuration = SignedDuration::from_mins(10);

/// How long Azure DevOps keeps its log of deliveries (Microsoft, "Troubleshoot service hooks").
const LOG: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Most deliveries of one integration that a pass brings in: each is remembered until the checkpoint is behind it, in one
/// message. The next pass goes on behind them.
pub(crate) const DELIVERIES_MAX: u64 = 1000;

/// Everything a pass needs.
#[derive(Debug)]
pub struct Watch<D, V, Q, W, P> {
    /// How integrations are opened and their subscriptions changed.
    pub setup: Setup<D, V, Q, (), W>,
    /// For what cannot be understood.
    pub quarantine: Q,
    /// Who watches, and what is remembered.
    pub passes: P,
    /// After this long no further integration is begun.
    pub budget: Duration,
}

/// How a pass ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pass {
    /// Another one is running.
    AnotherIsRunning,
    /// This is how the integrations are.
    Done(Vec<Seen>),
}

/// One integration, and what was done for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Which.
    pub integration: String,
    /// Days until the token expires, when somebody said when that is. Negative when it should have.
    pub token_days_left: Option<i64>,
    /// Subscriptions that did not deliver, or were missing.
    pub not_enabled: u64,
    /// How many of them do now.
    pub healed: u64,
    /// Deliveries that did not reach us.
    pub missed: u64,
    /// How many of them were brought in.
    pub replayed: u64,
    /// Events that were made from lists.
    pub reconstructed: u64,
    /// Happenings that Azure DevOps may only be late to tell of. A later pass makes events of those it did not.
    pub waiting: u64,
    /// Since any of the subscriptions last delivered, in seconds.
    pub last_success_age_seconds: Option<i64>,
    /// What was done, for people.
    pub done: Vec<String>,
    /// What needs somebody, for people.
    pub remains: Vec<String>,
    /// Why it could not all be done. The next pass begins at the same place.
    pub failure: Option<SetupError>,
    /// For how long no pass has come to its end, in seconds.
    pub failing_seconds: i64,
}

impl Seen {
    fn new(name: &IntegrationName) -> Self {
        Self {
            integration: name.to_string(),
            token_days_left: None,
            not_enabled: 0,
            healed: 0,
            missed: 0,
            replayed: 0,
            reconstructed: 0,
            waiting: 0,
            last_success_age_seconds: None,
            done: Vec::new(),
            remains: Vec::new(),
            failure: None,
            failing_seconds: 0,
        }
    }
}

impl<D, V, Q, W, P> Watch<D, V, Q, W, P>
where
    D: Directory + Send + Sync,
    V: Vault + Send + Sync,
    Q: MessageQueue + Send + Sync,
    W: World + Send + Sync,
    P: Passes + Send + Sync,
{
    /// One pass.
    ///
    /// # Errors
    ///
    /// When not even the integrations could be listed, or nothing be remembered. What went wrong for one of them is in
    /// its [`Seen`].
    pub async fn pass(&self) -> Result<Pass, SetupError> {
        let until = self.setup.world.now().saturating_add(self.budget).unwrap_or(Timestamp::MAX);
        let Some(mut right) = Right::take(&self.passes).await.map_err(forgotten)? else {
            return Ok(Pass::AnotherIsRunning);
        };
        let listed = self.setup.integrations().await;
        let mut names = listed.as_deref().unwrap_or_default().to_vec();
        // Whoever had to wait longest comes first.
        names.sort_by_key(|name| right.memory().tried_at(name));
        let mut all = Vec::new();
        for name in &names {
            let mut seen = Seen::new(name);
            seen.failure = self.look_after(name, &mut right, until, &mut seen).await.err();
            let failing = right.memory().ended(name, seen.failure.is_some(), self.setup.world.now());
            seen.failing_seconds = failing.as_secs();
            all.push(seen);
        }
        if listed.is_ok() {
            right.memory().keep_only(&names);
        }
        // Even when the listing failed: the next pass shall not have to wait until this one is given up.
        right.end().await.map_err(forgotten)?;
        listed.map(|_| Pass::Done(all))
    }

    async fn look_after(
        &self,
        name: &IntegrationName,
        right: &mut Right<'_, P>,
        until: Timestamp,
        seen: &mut Seen,
    ) -> Result<(), SetupError> {
        if self.setup.world.now() > until {
            return Err(out_of_time("before it came to this integration"));
        }
        let linked = self.setup.linked(name).await?;
        seen.token_days_left = self.token_days_left(&linked);
        let owner = linked.organization.connection().await;
        owner.map_err(|error| refusal(&error, "the token does not work any more"))?;
        let scope = linked.scope().await?;
        let (version, password) = self.setup.password_in_use(name).await?;
        let now = self.setup.world.now();
        let existing = linked.subscriptions().await?;
        let wanted = plan::wanted(&scope, &linked.urls, &version);
        let plan = plan::plan(&wanted, &existing, &linked.urls);
        let is_ours = |existing: &&ExistingSubscription| linked.urls.whose(&existing.url) == Whose::Ours;
        let existing: Vec<&ExistingSubscription> = existing.iter().filter(is_ours).collect();
        let successes = existing.iter().filter_map(|existing| existing.last_success);
        seen.last_success_age_seconds =
            successes.max().map(|success| now.duration_since(success).as_secs().max(0));
        let mut progress = right.memory().of(name, now - LOG);
        let known = progress.doubts.clone();
        gaps::note(&plan, &mut progress, now);
        let before = progress.heard_at;
        (progress.tried_at, progress.seen_at) = (Some(now), Some(now));
        let is_new = progress.doubts != known;
        let round =
            Round { name, linked: &linked, scope: &scope, wanted: &wanted, existing, now, before, until };
        let mut work = Work {
            progress,
            settled: now - UNDER_WAY,
            left: BTreeSet::new(),
            tried_again: BTreeSet::new(),
            seen,
        };
        right.memory().keep(name, work.progress.clone());
        if is_new {
            // Once they are enabled again, nobody could tell any more that they were not.
            right.write().await.map_err(forgotten)?;
        }
        let ended = self.catch_up(&round, &plan, &password, &mut work).await;
        work.progress.move_on(work.settled);
        right.memory().keep(name, work.progress);
        ended
    }

    /// Brings in what was missed, and has it told again from now on.
    async fn catch_up(
        &self,
        round: &Round<'_, D::Organization>,
        plan: &Plan,
        password: &WebhookPassword,
        work: &mut Work<'_>,
    ) -> Result<(), SetupError> {
        let brought_in = self.bring_in_missed(round, work).await;
        // While the queue is down too: what a subscription tries to tell is in the log from then on.
        let is_late = || self.setup.world.now() > round.until;
        let healed = heal::enable(round.linked, plan, password, is_late, work.seen).await;
        brought_in?;
        work.progress.heard_at = Some(round.now);
        let (made, failure) = healed;
        let logs: Vec<&ExistingSubscription> = round.existing.iter().copied().chain(&made).collect();
        self.close_doubts(round, &logs, work).await?;
        let tried_again = &work.tried_again;
        work.progress.doubts.retain(|key, silence| silence.waiting.is_some() || tried_again.contains(key));
        // One that could not be healed is noticed again, from this pass on.
        failure.map_or(Ok(()), Err)?;
        heal::bury(round, plan, work).await
    }

    fn token_days_left(&self, linked: &Linked<D::Organization>) -> Option<i64> {
        let today = self.setup.world.now().to_zoned(TimeZone::UTC).date();
        let last = linked.link.pat_expires_on?;
        today.until(last).ok().map(|span| i64::from(span.get_days()))
    }
}

/// Whether nobody is to be blamed for it but Azure DevOps, so that it is for us to heal.
fn is_for_us_to_heal(status: &SubscriptionStatus) -> bool {
    match status {
        SubscriptionStatus::OnProbation
        | SubscriptionStatus::DisabledBySystem
        | SubscriptionStatus::DisabledByInactiveIdentity => true,
        SubscriptionStatus::Enabled | SubscriptionStatus::DisabledByUser | SubscriptionStatus::Other(_) => {
            false
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "handed to `map_err`")]
fn forgotten(error: PassError) -> SetupError {
    SetupError::new(Code::QueueUnavailable, error.to_string())
}
