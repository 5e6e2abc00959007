//! One schedule on virtual time: an organization at work for some hours, faults that come and go, and passes of
//! `watch`; then further passes until nothing is left to do.

use std::time::Duration;

use hookpost_azure_devops::RestConnector;
use hookpost_core::azure_devops::organization_url::Servers;
use hookpost_core::error::{ErrorCode, OperatorError};
use hookpost_core::integration::open::{Deployment, Integrations};
use hookpost_core::invocation::InvocationDeadline;
use hookpost_core::overview::queue::OverviewQueue;
use hookpost_core::ports::Ports;
use hookpost_core::watch::report::IntegrationReport;
use hookpost_core::watch::{PassOutcome, Watch};
use hookpost_stand_in::Timestamp;
use hookpost_stand_in::rest::Status;
use jiff::SignedDuration;

use crate::checkpoints::Checkpoints;
use crate::clock::{FixedRandom, VirtualClock};
use crate::entra::Entra;
use crate::fault_classes::{FaultClass, FaultProfile, IntegrationCount, SenderBehavior, WatchCondition};
use crate::fault_injector::FaultInjector;
use crate::lambda::{Lambda, LambdaFault};
use crate::mutants::Mutant;
use crate::plan::{Plan, Step, start_time};
use crate::relay::RelayAtWork;
use crate::rng::Rng;
use crate::schedule_result::ScheduleResult;
use crate::secrets::{self, BASE, Secrets};
use crate::sender::{Sender, response};
use crate::settings;
use crate::sqs::{Quarantine, Sqs};

/// The adapters of a simulation.
#[derive(Debug)]
struct Simulated;

impl Ports for Simulated {
    type Organizations = RestConnector;
    type Identity = Entra;
    type Entra = Entra;
    type Secrets = Secrets;
    type Queue = Sqs;
    type QueueReceiver = Quarantine;
    type Checkpoints = Checkpoints;
    type Clock = VirtualClock;
    type Random = FixedRandom;
}

pub(crate) struct Simulation {
    class: FaultClass,
    sender: Sender,
    lambda: Lambda,
    sqs: Sqs,
    quarantine: Quarantine,
    deliveries: Option<Sqs>,
    relay: Option<RelayAtWork>,
    secrets: Secrets,
    entra: Entra,
    checkpoints: Checkpoints,
    watch_faults: FaultInjector,
    clock: VirtualClock,
    last_fault_end: Timestamp,
}

impl Simulation {
    pub(crate) async fn prepare(seed: u64, class: FaultClass, mutant: Mutant) -> Self {
        let begin = start_time();
        let teams = if class.teams == IntegrationCount::Many { settings::teams() } else { 1 };
        let mut sender = Sender::start(seed, begin, teams).await;
        let clock = VirtualClock::at(begin);
        let entra = Entra::new(&sender.azure, clock.clone(), !seed);
        let credential = if class.by_app { entra.credential() } else { secrets::token() };
        let (secrets, quarantine) = (Secrets::new(sender.project_ids(), credential), Quarantine::default());
        let sqs = Sqs::new(clock.clone(), mutant, sender.rng.next());
        let checkpoints = Checkpoints::new(clock.clone(), mutant, sender.rng.next());
        let watch_faults =
            FaultInjector::start(&sender.azure, clock.clone(), mutant, sender.rng.next()).await;
        // Off in half of the schedules. A mutant of the relay needs it.
        let mut switches = Rng::new(seed.rotate_left(32));
        let is_kept = switches.percent(50) || mutant == Mutant::GivenBackDeleted;
        let deliveries = is_kept.then(|| Sqs::new(clock.clone(), mutant, switches.next()));
        let relay = deliveries.clone().map(|kept| RelayAtWork::new(kept, begin, switches.next(), mutant));
        let lambda = Lambda::new(&secrets, &sqs, &quarantine, deliveries.as_ref(), mutant);
        let mut simulation = Self {
            class,
            sender,
            lambda,
            sqs,
            quarantine,
            deliveries,
            relay,
            secrets,
            entra,
            checkpoints,
            watch_faults,
            clock,
            last_fault_end: begin,
        };
        // Makes the subscriptions.
        simulation.run_pass(begin).await;
        simulation.sender.behave(class.sender);
        simulation
    }

    /// Makes every call to Azure DevOps take this long.
    pub(crate) fn slow_down(&self, each: SignedDuration) {
        self.watch_faults.slow_down(each);
    }

    /// Runs the schedule of the fault class.
    pub(crate) async fn run(mut self) -> ScheduleResult {
        let plan = Plan::of_class(&self.class, &mut self.sender.rng);
        self.follow(plan).await
    }

    /// Runs a schedule with one outage.
    pub(crate) async fn run_outage(mut self, length: SignedDuration) -> ScheduleResult {
        let plan = Plan::of_outage(self.class.profiles[0], length, &mut self.sender.rng);
        self.follow(plan).await
    }

    async fn follow(mut self, mut plan: Plan) -> ScheduleResult {
        let mut idle_passes = 0;
        while let Some((at, step)) = plan.next() {
            self.deliver_until(at).await;
            self.clock.set(at);
            self.sender.azure.set_time(at);
            match step {
                Step::Activity => self.act(at),
                Step::BeginFault(profile) => self.set_faults(profile),
                Step::EndFault => {
                    self.set_faults(FaultProfile::default());
                    self.last_fault_end = at;
                }
                Step::ExternalChange => self.change_externally(),
                Step::Pass => {
                    let is_over = plan.has_only_passes();
                    if is_over {
                        self.watch_faults.set(0, 0, 0);
                        if matches!(self.class.watch_condition, WatchCondition::Slow(_)) {
                            self.slow_down(SignedDuration::ZERO);
                        }
                        self.sender.end_refusals();
                        self.checkpoints.fail(0);
                    }
                    let is_idle = self.run_pass(at).await
                        && self.sender.azure.next_due().is_none()
                        && !self.checkpoints.has_unread_repositories();
                    idle_passes = if is_idle && is_over { idle_passes + 1 } else { 0 };
                    if idle_passes == 2 {
                        break;
                    }
                }
            }
        }
        let mut outcome = self.sender.outcome;
        if let Some(relay) = self.relay {
            outcome.relay = relay.judge(&self.sqs.arrived()).await;
        }
        let log_shows_events = self.class.sender.log_shows_events();
        outcome.judgment =
            self.sender.workload.oracle.judge(&self.sqs.arrived(), self.last_fault_end, log_shows_events);
        outcome.held_back = self.sqs.held_back();
        outcome.quarantined = self.quarantine.count();
        let last = outcome.judgment.last;
        outcome.recovery =
            last.map(|last| last.duration_since(self.last_fault_end).max(SignedDuration::ZERO));
        outcome
    }

    fn set_faults(&mut self, profile: FaultProfile) {
        for queue in [&self.sqs].into_iter().chain(&self.deliveries) {
            queue.set_fault(profile.queue);
        }
        self.secrets.set_down(profile.secrets_down);
        self.entra.set_fault(profile.entra);
        self.lambda.fault = profile.lambda;
        self.lambda.odds = if profile.lambda == LambdaFault::Cold { 70 } else { 100 };
        let (failing, timing_out, killed) = match self.class.watch_condition {
            WatchCondition::Failing(percent) => (percent, 0, 0),
            WatchCondition::TimingOut(percent) => (0, percent, 0),
            WatchCondition::Killed(percent) => (0, 0, percent),
            WatchCondition::Slow(seconds) => {
                self.slow_down(SignedDuration::from_secs(seconds));
                (0, 0, 0)
            }
            WatchCondition::Well | WatchCondition::Away => (0, 0, 0),
        };
        self.watch_faults.set(failing, timing_out, killed);
        self.checkpoints.fail(failing);
    }

    fn act(&mut self, at: Timestamp) {
        let disorderly = self.class.sender == SenderBehavior::Disorderly;
        for notification in self.sender.act(at) {
            let Sender { azure, rng, .. } = &mut self.sender;
            let wait = if disorderly { rng.seconds(0, 90) } else { SignedDuration::ZERO };
            azure.schedule_delivery(at + wait, &notification);
            if disorderly && rng.percent(20) {
                azure.schedule_delivery(at + rng.seconds(0, 240), &notification);
            }
        }
    }

    fn change_externally(&mut self) {
        match self.class.sender {
            SenderBehavior::Plain
            | SenderBehavior::Disorderly
            | SenderBehavior::Hiding
            | SenderBehavior::Shortening
            | SenderBehavior::Probing => {}
            SenderBehavior::Strict => {
                self.sender.change_a_status(&[Status::OnProbation, Status::DisabledBySystem]);
            }
            SenderBehavior::OwnerLeft => self.sender.change_a_status(&[Status::DisabledByInactiveIdentity]),
            SenderBehavior::Renamed => self.sender.rename(),
            SenderBehavior::Forbidding => self.sender.refuse_or_allow(),
            SenderBehavior::Succeeded => self.sender.succeed(),
        }
    }

    async fn deliver_until(&mut self, until: Timestamp) {
        while let Some(due) = self.sender.take_due(until) {
            if let Some(relay) = &mut self.relay {
                relay.work_until(due.at()).await;
            }
            self.clock.set(due.at());
            let status = self.lambda.post(due.delivery(), due.at(), &mut self.sender.rng);
            self.sender.record(due, &response(status));
        }
        if let Some(relay) = &mut self.relay {
            relay.work_until(until).await;
        }
    }

    /// Runs a pass of `watch`; `true` when there was nothing to do.
    async fn run_pass(&mut self, at: Timestamp) -> bool {
        self.clock.set(at);
        self.sender.azure.forget_calls();
        self.watch_faults.begin_pass();
        let watch = Watch::<Simulated> {
            integrations: Integrations {
                organizations: self.watch_faults.connector(),
                sign_in: self.entra.sign_in(),
                secrets: self.secrets.clone(),
                clock: self.clock.clone(),
                random: FixedRandom,
                deployment: Deployment {
                    webhook_base_url: BASE.to_owned(),
                    servers: Servers::Refused,
                    overlap: Duration::from_secs(60),
                },
                deadline: InvocationDeadline::default(),
            },
            events: self.sqs.for_watch(),
            deliveries: self.deliveries.as_ref().map(Sqs::for_watch),
            quarantine: self.sqs.for_quarantine(&self.quarantine),
            checkpoints: self.checkpoints.clone(),
            overview: OverviewQueue {
                sender: self.sqs.for_quarantine(&Quarantine::default()),
                receiver: Quarantine::default(),
            },
            budget: Duration::from_secs(240),
        };
        let ended = tokio::select! {
            ended = Box::pin(watch.run_pass()) => ended,
            () = self.watch_faults.killed() => return false,
        };
        if let Ok(outcome) = &ended {
            watch.write_overview(outcome).await.expect("the queue takes every overview");
        }
        match ended {
            Ok(PassOutcome::Completed(reports)) => reports.iter().all(|report| self.count(report)),
            Ok(PassOutcome::AlreadyRunning | PassOutcome::NotStored { .. }) | Err(_) => false,
        }
    }

    /// Counts what a pass did for the integration; `true` when there was nothing to do.
    fn count(&mut self, report: &IntegrationReport) -> bool {
        let outcome = &mut self.sender.outcome;
        outcome.replayed += report.replayed;
        outcome.reconstructed += report.reconstructed;
        let code = report.failure.as_ref().map(OperatorError::code);
        outcome.cut_short += u64::from(code == Some(ErrorCode::OutOfTime));
        let left = [report.missed, report.found_not_delivering, report.reconstructed, report.waiting];
        report.failure.is_none() && left == [0; 4]
    }
}
