//! One schedule: an organization at work for some hours, faults that come and go, and passes of `watch`; then further passes until
//! nothing is left to do.

use std::collections::BTreeMap;
use std::time::Duration;

use hookpost_azure_devops::{LoopbackUrl, RestConnector, WaitLimits};
use hookpost_core::azure_devops::organization_url::Servers;
use hookpost_core::integration::open::{Deployment, Integrations};
use hookpost_core::ports::Ports;
use hookpost_core::quarantine::port::{
    Quarantine as QuarantineReader, QuarantineError, QuarantineMessage, ReceiptHandle,
};
use hookpost_core::setup::error::{ErrorCode, SetupError};
use hookpost_core::watch::report::IntegrationReport;
use hookpost_core::watch::{PassOutcome, Watch};
use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::WebhookResponse;
use hookpost_stand_in::http::HttpError;
use hookpost_stand_in::rest::{PersonalAccessToken, StandIn, Status};
use hookpost_stand_in::{Notification, Timestamp};
use hyper::HeaderMap;
use hyper::body::Bytes;
use jiff::SignedDuration;

use crate::checkpoints::Checkpoints;
use crate::clock::{FixedRandom, VirtualClock};
use crate::fault_classes::{FaultClass, FaultProfile, SenderBehavior, WatchCondition};
use crate::fault_injector::{FaultInjector, FlakyConnector};
use crate::lambda::{self, Lambda};
use crate::mutants::Mutant;
use crate::oracle::Judgment;
use crate::rng::Rng;
use crate::secrets::{BASE, Secrets};
use crate::sqs::{Quarantine, Sqs};
use crate::workload::{ORGANIZATION, Workload};

/// Activities of one schedule; some give several events.
const ACTIVITIES: u64 = 200;

/// Seconds between two faults: more than Azure DevOps's retries take.
pub(crate) const APART: u64 = 200;

/// Time from the last activity until everything has to be done.
const CATCH_UP: SignedDuration = SignedDuration::from_hours(8 * 24);

/// The figures of a schedule.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) judgment: Judgment,
    /// First attempts, and retries.
    pub(crate) deliveries: u64,
    pub(crate) retries: u64,
    /// Subscriptions that a response of ours put on probation.
    pub(crate) probations: u64,
    pub(crate) replayed: u64,
    pub(crate) reconstructed: u64,
    pub(crate) healed: u64,
    pub(crate) passes: u64,
    /// Passes that ran out of time.
    pub(crate) cut_short: u64,
    pub(crate) held_back: u64,
    pub(crate) quarantined: u64,
    /// From the end of the last fault to the last event.
    pub(crate) recovery: Option<SignedDuration>,
}

/// The adapters of a simulation.
#[derive(Debug)]
struct Simulated;

impl Ports for Simulated {
    type Organizations = FlakyConnector;
    type Secrets = Secrets;
    type Queue = Sqs;
    type Quarantine = NoQuarantine;
    type Checkpoints = Checkpoints;
    type Clock = VirtualClock;
    type Random = FixedRandom;
}

/// `watch` does not read the quarantine.
#[derive(Debug)]
enum NoQuarantine {}

impl QuarantineReader for NoQuarantine {
    async fn receive(&self, _: usize, _: Duration) -> Result<Vec<QuarantineMessage>, QuarantineError> {
        match *self {}
    }

    async fn delete(&self, _: &[ReceiptHandle]) -> Result<(), QuarantineError> {
        match *self {}
    }

    async fn hide(&self, _: &[ReceiptHandle], _: Duration) -> Result<(), QuarantineError> {
        match *self {}
    }
}

/// A step that is planned in advance.
enum Step {
    Activity,
    Begin(FaultProfile),
    End,
    Watch,
    ExternalChange,
}

pub(crate) struct Simulation {
    azure: StandIn,
    workload: Workload,
    clock: VirtualClock,
    secrets: Secrets,
    sqs: Sqs,
    quarantine: Quarantine,
    checkpoints: Checkpoints,
    connector: FlakyConnector,
    lambda: Lambda,
    rng: Rng,
    class: FaultClass,
    steps: BTreeMap<(Timestamp, usize), Step>,
    calm_since: Timestamp,
    outcome: Outcome,
}

pub(crate) fn start_time() -> Timestamp {
    "2026-03-02T08:00:00Z".parse().expect("a time")
}

impl Simulation {
    pub(crate) async fn prepare(seed: u64, class: FaultClass, mutant: Mutant) -> Self {
        let mut rng = Rng::new(seed);
        let begin = start_time();
        let (organization, workload) = Workload::begin(seed, begin);
        let azure = StandIn::start([organization]).await;
        azure.register_pat(PersonalAccessToken::new(canary::PAT, ORGANIZATION, workload.ada()));
        azure.set_time(begin);
        azure.configure(|behavior| behavior.shows_pending_events = seed.is_multiple_of(2));
        let clock = VirtualClock::at(begin);
        let (secrets, quarantine) = (Secrets::new(), Quarantine::default());
        let sqs = Sqs::new(clock.clone(), mutant, rng.next());
        let checkpoints = Checkpoints::new(clock.clone(), mutant, rng.next());
        let local = LoopbackUrl::parse(&azure.address()).expect("a local URL");
        let patience = WaitLimits { rate_limit: Duration::ZERO, ..WaitLimits::default() };
        let connector = FlakyConnector {
            connector: RestConnector::new(Some(local), patience),
            faults: FaultInjector::new(rng.next()),
        };
        let lambda = Lambda::new(&secrets, &sqs, &quarantine, mutant);
        let mut simulation = Self {
            azure,
            workload,
            clock,
            secrets,
            sqs,
            quarantine,
            checkpoints,
            connector,
            lambda,
            rng,
            class,
            steps: BTreeMap::new(),
            calm_since: begin,
            outcome: Outcome::default(),
        };
        // Makes the subscriptions.
        simulation.pass(begin).await;
        simulation
    }

    /// Plans `span`, with faults every 20 minutes or, when they are long, every two hours.
    pub(crate) fn plan(&mut self, span: SignedDuration) {
        let begin = start_time() + SignedDuration::from_secs(1);
        let end = begin + span;
        for _ in 0..ACTIVITIES {
            let at = begin + self.rng.seconds(0, span.as_secs().unsigned_abs());
            self.add(at, Step::Activity);
        }
        let (shortest, longest) = self.class.lasts;
        let every = if longest > 600 { 7200 } else { 1200 };
        let mut slot = begin;
        while slot < end {
            // Two within one delivery's retries would be an outage that is longer than those.
            let from = slot + self.rng.seconds(1, every - (longest + APART).min(every - 60));
            let profile = *self.rng.pick(self.class.profiles);
            self.add(from, Step::Begin(profile));
            let to = from + self.rng.seconds(shortest, longest);
            self.add(to, Step::End);
            if matches!(self.class.sender, SenderBehavior::Strict | SenderBehavior::OwnerLeft) {
                let at = from + self.rng.seconds(0, 1000);
                self.add(at, Step::ExternalChange);
            }
            slot += SignedDuration::from_secs(i64::try_from(every).unwrap_or(i64::MAX));
        }
        let every = *self.rng.pick(&[5, 5, 10, 15, 60]);
        let mut at = match self.class.watch_condition {
            WatchCondition::Away => end,
            _ => begin,
        };
        while at < end + CATCH_UP {
            self.add(at, Step::Watch);
            at += SignedDuration::from_mins(every);
        }
    }

    /// Plans one outage of everything behind the gateway, from one hour after the start on, with activities throughout.
    pub(crate) fn plan_outage(&mut self, length: SignedDuration) {
        let begin = start_time() + SignedDuration::from_secs(1);
        let end = begin + SignedDuration::from_hours(2) + length;
        let span = end.duration_since(begin).as_secs().unsigned_abs();
        for _ in 0..ACTIVITIES {
            let at = begin + self.rng.seconds(0, span);
            self.add(at, Step::Activity);
        }
        let from = begin + SignedDuration::from_hours(1);
        self.add(from, Step::Begin(self.class.profiles[0]));
        self.add(from + length, Step::End);
        let mut at = begin;
        while at < end + CATCH_UP {
            self.add(at, Step::Watch);
            at += SignedDuration::from_mins(5);
        }
    }

    /// Makes every call to Azure DevOps take this long.
    pub(crate) fn slow_down(&mut self, each: SignedDuration) {
        self.connector.faults.slow_down(self.clock.clone(), each);
    }

    fn add(&mut self, at: Timestamp, step: Step) {
        let number = self.steps.len();
        self.steps.insert((at, number), step);
    }

    pub(crate) async fn run(mut self) -> Outcome {
        let mut quiet = 0;
        while let Some(((at, _), step)) = self.steps.pop_first() {
            self.deliver_until(at);
            self.clock.set(at);
            self.azure.set_time(at);
            match step {
                Step::Activity => self.happen(at),
                Step::Begin(profile) => self.profile(profile),
                Step::End => {
                    self.profile(FaultProfile::default());
                    self.calm_since = at;
                }
                Step::ExternalChange => self.change_externally(),
                Step::Watch => {
                    let is_over = !self.steps.values().any(|step| !matches!(step, Step::Watch));
                    if is_over {
                        self.connector.faults.set(0, 0);
                        self.checkpoints.fail(0);
                    }
                    let nothing = self.pass(at).await && self.azure.next_due().is_none();
                    quiet = if nothing && is_over { quiet + 1 } else { 0 };
                    if quiet == 2 {
                        break;
                    }
                }
            }
        }
        self.outcome.judgment = self.workload.oracle.judge(&self.sqs.arrived(), self.calm_since);
        self.outcome.held_back = self.sqs.held_back();
        self.outcome.quarantined = self.quarantine.count();
        let last = self.outcome.judgment.last;
        self.outcome.recovery =
            last.map(|last| last.duration_since(self.calm_since).max(SignedDuration::ZERO));
        self.outcome
    }

    fn profile(&mut self, profile: FaultProfile) {
        self.sqs.set_fault(profile.queue);
        self.secrets.set_down(profile.secrets_down);
        self.lambda.fault = profile.lambda;
        self.lambda.odds = if profile.lambda == lambda::LambdaFault::Cold { 70 } else { 100 };
        let (failing, killed) = match self.class.watch_condition {
            WatchCondition::Failing(percent) => (percent, 0),
            WatchCondition::Killed(percent) => (0, percent),
            WatchCondition::Well | WatchCondition::Away => (0, 0),
        };
        self.connector.faults.set(failing, killed);
        self.checkpoints.fail(failing);
    }

    fn happen(&mut self, at: Timestamp) {
        for notification in self.workload.act_at(&self.azure, &mut self.rng, at) {
            self.notify(&notification, at);
        }
    }

    fn notify(&mut self, notification: &Notification, at: Timestamp) {
        let disorderly = self.class.sender == SenderBehavior::Disorderly;
        let wait = if disorderly { self.rng.seconds(0, 90) } else { SignedDuration::ZERO };
        self.azure.schedule_delivery(at + wait, notification);
        if disorderly && self.rng.percent(20) {
            self.azure.schedule_delivery(at + self.rng.seconds(0, 240), notification);
        }
    }

    fn change_externally(&mut self) {
        let hooks = self.azure.subscriptions(ORGANIZATION);
        let hook = self.rng.pick(&hooks).id;
        let status = match self.class.sender {
            SenderBehavior::OwnerLeft => Status::DisabledByInactiveIdentity,
            _ => *self.rng.pick(&[Status::OnProbation, Status::DisabledBySystem]),
        };
        self.azure.set_status(hook, status);
    }

    fn deliver_until(&mut self, until: Timestamp) {
        while let Some(due) = self.azure.take_due(until) {
            let at = due.at();
            self.clock.set(at);
            let subscription = due.notification().subscription_id;
            *(if due.is_first() { &mut self.outcome.deliveries } else { &mut self.outcome.retries }) += 1;
            let before = self.azure.subscription(subscription).map(|hook| hook.status);
            let status = self.lambda.post(due.delivery(), at, &mut self.rng);
            let answer = status.map(answer).ok_or(HttpError::TimedOut(Duration::ZERO));
            self.azure.record_response(due, &answer);
            let after = self.azure.subscription(subscription).map(|hook| hook.status);
            if before == Some(Status::Enabled) && after == Some(Status::OnProbation) {
                self.outcome.probations += 1;
            }
        }
    }

    /// Runs a pass of `watch`; `true` when there was nothing to do.
    async fn pass(&mut self, at: Timestamp) -> bool {
        self.clock.set(at);
        self.azure.forget_calls();
        let watch = Watch::<Simulated> {
            integrations: Integrations {
                organizations: self.connector.clone(),
                secrets: self.secrets.clone(),
                clock: self.clock.clone(),
                random: FixedRandom,
                deployment: Deployment {
                    webhook_base_url: BASE.to_owned(),
                    servers: Servers::Refused,
                    overlap: Duration::from_secs(60),
                },
            },
            events: self.sqs.patient(),
            quarantine: self.sqs.for_quarantine(&self.quarantine),
            checkpoints: self.checkpoints.clone(),
            budget: Duration::from_secs(240),
        };
        self.outcome.passes += 1;
        let ended = tokio::select! {
            ended = watch.run_pass() => ended,
            () = self.connector.faults.killed.notified() => return false,
        };
        match ended {
            Ok(PassOutcome::Completed(all)) => all.iter().all(|seen| self.saw(seen)),
            Ok(PassOutcome::AlreadyRunning) | Err(_) => false,
        }
    }

    fn saw(&mut self, seen: &IntegrationReport) -> bool {
        self.outcome.replayed += seen.replayed;
        self.outcome.reconstructed += seen.reconstructed;
        self.outcome.healed += seen.healed;
        let code = seen.failure.as_ref().map(SetupError::code);
        self.outcome.cut_short += u64::from(code == Some(ErrorCode::OutOfTime));
        let left = [seen.missed, seen.not_enabled, seen.reconstructed, seen.waiting];
        seen.failure.is_none() && left == [0; 4]
    }
}

fn answer(status: u16) -> WebhookResponse {
    WebhookResponse { status, headers: HeaderMap::new(), body: Bytes::new(), elapsed: Duration::ZERO }
}
