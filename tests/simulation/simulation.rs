//! One schedule: an organization at work for some hours, faults that come and go, and `watch` now and then; then as much
//! time as it takes until nothing is left to do.

use std::collections::BTreeMap;
use std::time::Duration;

use hookpost_azure_devops::{LocalUrl, Patience, RestDirectory};
use hookpost_core::setup::azure_devops::Servers;
use hookpost_core::setup::failure::{Code, SetupError};
use hookpost_core::setup::{Setup, SetupPolicy};
use hookpost_core::watch::{Pass, Seen, Watch};
use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::Answer;
use hookpost_stand_in::http::HttpError;
use hookpost_stand_in::rest::{PersonalAccessToken, StandIn, Status};
use hookpost_stand_in::{Notification, Timestamp};
use hyper::HeaderMap;
use hyper::body::Bytes;
use jiff::SignedDuration;

use crate::chance::Chance;
use crate::checkpoints::Checkpoints;
use crate::classes::{Class, Sender, Watching, Weather};
use crate::clock::Clock;
use crate::lambda::{self, Lambda};
use crate::promise::Promise;
use crate::rest::{Flaky, Luck};
use crate::sqs::{Quarantine, Sqs};
use crate::story::{ORGANIZATION, Story};
use crate::truth::Verdict;
use crate::vault::{BASE, Secrets};

/// Happenings of one schedule; some give several events.
const HAPPENINGS: u64 = 200;

/// How many seconds there are between two faults: more than Azure DevOps tries again for.
pub(crate) const APART: u64 = 200;

/// How much later than the last happening everything has to be done.
const PATIENCE: SignedDuration = SignedDuration::from_hours(8 * 24);

/// What came of a schedule.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) verdict: Verdict,
    /// First tries, and tries after them.
    pub(crate) deliveries: u64,
    pub(crate) retries: u64,
    /// Subscriptions that came onto probation by an answer of ours.
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

/// When something is due that no answer decides about.
enum Step {
    Happen,
    Begin(Weather),
    End,
    Watch,
    Meddle,
}

pub(crate) struct Simulation {
    azure: StandIn,
    story: Story,
    clock: Clock,
    secrets: Secrets,
    sqs: Sqs,
    quarantine: Quarantine,
    checkpoints: Checkpoints,
    directory: Flaky,
    lambda: Lambda,
    chance: Chance,
    class: Class,
    steps: BTreeMap<(Timestamp, usize), Step>,
    calm_since: Timestamp,
    outcome: Outcome,
}

pub(crate) fn beginning() -> Timestamp {
    "2026-03-02T08:00:00Z".parse().expect("a time")
}

impl Simulation {
    pub(crate) async fn prepare(seed: u64, class: Class, promise: Promise) -> Self {
        let mut chance = Chance::new(seed);
        let begin = beginning();
        let (organization, story) = Story::begin(seed, begin);
        let azure = StandIn::start([organization]).await;
        azure.register_pat(PersonalAccessToken::new(canary::PAT, ORGANIZATION, story.ada()));
        azure.set_time(begin);
        azure.quirks(|quirks| quirks.shows_pending_events = seed.is_multiple_of(2));
        let clock = Clock::at(begin);
        let (secrets, quarantine) = (Secrets::new(), Quarantine::default());
        let sqs = Sqs::new(clock.clone(), promise, chance.next());
        let checkpoints = Checkpoints::new(clock.clone(), promise, chance.next());
        let local = LocalUrl::parse(&azure.address()).expect("a local URL");
        let patience = Patience { rate_limit: Duration::ZERO, ..Patience::default() };
        let directory =
            Flaky { directory: RestDirectory::new(Some(local), patience), luck: Luck::new(chance.next()) };
        let lambda = Lambda::new(&secrets, &sqs, &quarantine, promise);
        let mut it = Self {
            azure,
            story,
            clock,
            secrets,
            sqs,
            quarantine,
            checkpoints,
            directory,
            lambda,
            chance,
            class,
            steps: BTreeMap::new(),
            calm_since: begin,
            outcome: Outcome::default(),
        };
        // Makes the subscriptions.
        it.pass(begin).await;
        it
    }

    /// Lays out `span`, with faults every 20 minutes or, when they are long, every two hours.
    pub(crate) fn plan(&mut self, span: SignedDuration) {
        let begin = beginning() + SignedDuration::from_secs(1);
        let end = begin + span;
        for _ in 0..HAPPENINGS {
            let at = begin + self.chance.seconds(0, span.as_secs().unsigned_abs());
            self.add(at, Step::Happen);
        }
        let (shortest, longest) = self.class.lasts;
        let every = if longest > 600 { 7200 } else { 1200 };
        let mut slot = begin;
        while slot < end {
            // Two within one delivery's retries would be an outage that is longer than those.
            let from = slot + self.chance.seconds(1, every - (longest + APART).min(every - 60));
            let weather = *self.chance.pick(self.class.weathers);
            self.add(from, Step::Begin(weather));
            let to = from + self.chance.seconds(shortest, longest);
            self.add(to, Step::End);
            if matches!(self.class.sender, Sender::Strict | Sender::Bereft) {
                let at = from + self.chance.seconds(0, 1000);
                self.add(at, Step::Meddle);
            }
            slot += SignedDuration::from_secs(i64::try_from(every).unwrap_or(i64::MAX));
        }
        let every = *self.chance.pick(&[5, 5, 10, 15, 60]);
        let mut at = match self.class.watching {
            Watching::Away => end,
            _ => begin,
        };
        while at < end + PATIENCE {
            self.add(at, Step::Watch);
            at += SignedDuration::from_mins(every);
        }
    }

    /// One outage of everything behind the gateway, from one hour after the beginning on, with a happening every so
    /// often.
    pub(crate) fn plan_outage(&mut self, length: SignedDuration) {
        let begin = beginning() + SignedDuration::from_secs(1);
        let end = begin + SignedDuration::from_hours(2) + length;
        let span = end.duration_since(begin).as_secs().unsigned_abs();
        for _ in 0..HAPPENINGS {
            let at = begin + self.chance.seconds(0, span);
            self.add(at, Step::Happen);
        }
        let from = begin + SignedDuration::from_hours(1);
        self.add(from, Step::Begin(self.class.weathers[0]));
        self.add(from + length, Step::End);
        let mut at = begin;
        while at < end + PATIENCE {
            self.add(at, Step::Watch);
            at += SignedDuration::from_mins(5);
        }
    }

    /// From now on every call to Azure DevOps takes so long.
    pub(crate) fn slow_down(&mut self, each: SignedDuration) {
        self.directory.luck.slow_down(self.clock.clone(), each);
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
                Step::Happen => self.happen(at),
                Step::Begin(weather) => self.weather(weather),
                Step::End => {
                    self.weather(Weather::default());
                    self.calm_since = at;
                }
                Step::Meddle => self.meddle(),
                Step::Watch => {
                    let is_over = !self.steps.values().any(|step| !matches!(step, Step::Watch));
                    if is_over {
                        self.directory.luck.set(0, 0);
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
        self.outcome.verdict = self.story.truth.judge(&self.sqs.arrived(), self.calm_since);
        self.outcome.held_back = self.sqs.held_back();
        self.outcome.quarantined = self.quarantine.count();
        let last = self.outcome.verdict.last;
        self.outcome.recovery =
            last.map(|last| last.duration_since(self.calm_since).max(SignedDuration::ZERO));
        self.outcome
    }

    fn weather(&mut self, weather: Weather) {
        self.sqs.be(weather.queue);
        self.secrets.set_down(weather.secrets_down);
        self.lambda.trouble = weather.lambda;
        self.lambda.odds = if weather.lambda == lambda::Trouble::Cold { 70 } else { 100 };
        let (failing, killed) = match self.class.watching {
            Watching::Failing(percent) => (percent, 0),
            Watching::Killed(percent) => (0, percent),
            Watching::Well | Watching::Away => (0, 0),
        };
        self.directory.luck.set(failing, killed);
        self.checkpoints.fail(failing);
    }

    fn happen(&mut self, at: Timestamp) {
        for notification in self.story.happen(&self.azure, &mut self.chance, at) {
            self.notify(&notification, at);
        }
    }

    fn notify(&mut self, notification: &Notification, at: Timestamp) {
        let disorderly = self.class.sender == Sender::Disorderly;
        let wait = if disorderly { self.chance.seconds(0, 90) } else { SignedDuration::ZERO };
        self.azure.notify_at(at + wait, notification);
        if disorderly && self.chance.percent(20) {
            self.azure.notify_at(at + self.chance.seconds(0, 240), notification);
        }
    }

    fn meddle(&mut self) {
        let hooks = self.azure.hooks(ORGANIZATION);
        let hook = self.chance.pick(&hooks).id;
        let status = match self.class.sender {
            Sender::Bereft => Status::DisabledByInactiveIdentity,
            _ => *self.chance.pick(&[Status::OnProbation, Status::DisabledBySystem]),
        };
        self.azure.set_status(hook, status);
    }

    fn deliver_until(&mut self, until: Timestamp) {
        while let Some(due) = self.azure.take_due(until) {
            let at = due.at();
            self.clock.set(at);
            let subscription = due.notification().subscription_id;
            *(if due.is_first() { &mut self.outcome.deliveries } else { &mut self.outcome.retries }) += 1;
            let before = self.azure.hook(subscription).map(|hook| hook.status);
            let status = self.lambda.post(due.delivery(), at, &mut self.chance);
            let answer = status.map(answer).ok_or(HttpError::TimedOut(Duration::ZERO));
            self.azure.answered(due, &answer);
            let after = self.azure.hook(subscription).map(|hook| hook.status);
            if before == Some(Status::Enabled) && after == Some(Status::OnProbation) {
                self.outcome.probations += 1;
            }
        }
    }

    /// Whether there was nothing to do.
    async fn pass(&mut self, at: Timestamp) -> bool {
        self.clock.set(at);
        self.azure.forget_calls();
        let setup = Setup {
            directory: self.directory.clone(),
            vault: self.secrets.clone(),
            events: self.sqs.patient(),
            quarantine: (),
            world: self.clock.clone(),
            policy: SetupPolicy {
                webhook_base_url: BASE.to_owned(),
                servers: Servers::Refused,
                overlap: Duration::from_secs(60),
            },
        };
        let watch = Watch {
            setup,
            quarantine: self.sqs.for_quarantine(&self.quarantine),
            passes: self.checkpoints.clone(),
            budget: Duration::from_secs(240),
        };
        self.outcome.passes += 1;
        let ended = tokio::select! {
            ended = watch.pass() => ended,
            () = self.directory.luck.killed.notified() => return false,
        };
        match ended {
            Ok(Pass::Done(all)) => all.iter().all(|seen| self.saw(seen)),
            Ok(Pass::AnotherIsRunning) | Err(_) => false,
        }
    }

    fn saw(&mut self, seen: &Seen) -> bool {
        self.outcome.replayed += seen.replayed;
        self.outcome.reconstructed += seen.reconstructed;
        self.outcome.healed += seen.healed;
        let code = seen.failure.as_ref().map(SetupError::code);
        self.outcome.cut_short += u64::from(code == Some(Code::OutOfTime));
        let left = [seen.missed, seen.not_enabled, seen.reconstructed, seen.waiting];
        seen.failure.is_none() && left == [0; 4]
    }
}

fn answer(status: u16) -> Answer {
    Answer { status, headers: HeaderMap::new(), body: Bytes::new(), elapsed: Duration::ZERO }
}
