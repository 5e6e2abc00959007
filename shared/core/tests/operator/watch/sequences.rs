//! Any sequence of outages, passes and kills: nothing is skipped, what comes twice was queued by a pass that could not
//! remember it, and the checkpoint fits its message.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::time::Duration;

use hookpost_core::azure_devops::deliveries::{DeliveryResult, LoggedEvent};
use hookpost_core::azure_devops::subscription::SubscriptionStatus;
use hookpost_core::subscriptions::kind::SubscriptionKind;
use jiff::SignedDuration;
use proptest::prelude::{Just, ProptestConfig, Strategy, any};
use proptest::{prop_assert, prop_assert_eq, prop_oneof, proptest};
use serde_json::Value;

use crate::fakes::contents::event;
use crate::fakes::subscriptions::ReEnable;
use crate::fixture::{Fixture, fields};
use crate::interleaving::finish;

const PUSH: SubscriptionKind = SubscriptionKind::Push;

/// Largest message of the checkpoint queue, in bytes.
const CHECKPOINT_BYTES_MAX: usize = 240_000;

/// Passes after which nothing is left to do, however much a sequence left.
const PASSES_MAX: usize = 12;

#[derive(Clone, Debug)]
enum Step {
    /// A push, ten seconds after what was before.
    Push { accepted: bool },
    /// Azure DevOps disables the subscription to pushes.
    Disable,
    /// What the attempt to enable a subscription comes to from now on.
    ReEnable { works: bool },
    /// A pass that has so many seconds, at a second for each call.
    Pass { seconds: u64 },
    /// A pass that is killed before one of its calls.
    Killed { calls: usize },
    /// A pass that can store no checkpoint.
    Unstored,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => any::<bool>().prop_map(|accepted| Step::Push { accepted }),
        2 => Just(Step::Disable),
        1 => any::<bool>().prop_map(|works| Step::ReEnable { works }),
        2 => (1_u64..240).prop_map(|seconds| Step::Pass { seconds }),
        3 => (0_usize..20).prop_map(|calls| Step::Killed { calls }),
        1 => Just(Step::Unstored),
    ];
    proptest::collection::vec(step, 1..40)
}

/// A sequence at work.
struct Sequence {
    fixture: Fixture,
    pushes: u64,
    /// The pushes that no receiver accepted.
    missed: BTreeSet<String>,
    /// The pushes that passes have queued, in order.
    queued: Vec<String>,
    /// Those that a pass queued which could not remember it.
    unremembered: BTreeSet<String>,
}

impl Sequence {
    fn new() -> Self {
        let fixture = Fixture::watching(&["web", "api"]);
        fixture.slow_down(SignedDuration::from_secs(1));
        let (missed, queued, unremembered) = Default::default();
        Self { fixture, pushes: 0, missed, queued, unremembered }
    }

    fn run(&mut self, step: &Step) {
        match *step {
            Step::Push { accepted } => self.push(accepted),
            Step::Disable => self.fixture.set_status(PUSH, SubscriptionStatus::DisabledBySystem),
            Step::ReEnable { works } => {
                self.fixture.azure.lock().re_enable =
                    if works { ReEnable::Enables } else { ReEnable::Ignores };
            }
            Step::Pass { seconds } => {
                self.fixture.watch.budget = Duration::from_secs(seconds);
                self.later(SignedDuration::from_mins(5));
                self.fixture.pass_over_all_in_place();
                self.take_events();
            }
            Step::Killed { calls } => {
                self.later(SignedDuration::from_mins(5));
                self.fixture.cut_off(calls, self.fixture.pass_of_watch());
                let events = self.take_events();
                self.unremembered.extend(events);
            }
            Step::Unstored => {
                self.later(SignedDuration::from_mins(5));
                self.fixture.watch.checkpoints.refuses.store(true, Ordering::Relaxed);
                // Without a lease on the queue it is an error, and nothing is done.
                let _ = finish(self.fixture.watch.run_pass());
                self.fixture.watch.checkpoints.refuses.store(false, Ordering::Relaxed);
                let events = self.take_events();
                self.unremembered.extend(events);
            }
        }
    }

    /// Lets time pass.
    fn later(&self, by: SignedDuration) {
        let mut organization = self.fixture.azure.lock();
        organization.began = organization.now() + by;
        organization.calls.clear();
    }

    fn push(&mut self, accepted: bool) {
        self.later(SignedDuration::from_secs(10));
        self.pushes += 1;
        let mut organization = self.fixture.azure.lock();
        let (number, time) = (self.pushes, organization.now());
        let push = organization.push(if number % 2 == 0 { "web" } else { "api" }, number, time);
        let subscriptions = organization.subscriptions.iter();
        let mut of_kind = subscriptions.filter(|existing| existing.kind() == Some(PUSH));
        let enabled = of_kind.find(|existing| existing.status == SubscriptionStatus::Enabled);
        let Some(id) = enabled.map(|existing| existing.id.clone()) else {
            self.missed.insert(number.to_string());
            return;
        };
        let result = if accepted { DeliveryResult::Succeeded } else { DeliveryResult::Failed };
        let resource: Value = serde_json::from_str(&push).expect("JSON");
        organization.deliver_to(id, time, result, LoggedEvent::Whole(event(PUSH, number, time, &resource)));
        if !accepted {
            self.missed.insert(number.to_string());
        }
    }

    /// Takes the pushes that were queued since the last time.
    fn take_events(&mut self) -> Vec<String> {
        let pushes = fields(&self.fixture.take_events(), "/pushId");
        self.queued.extend(pushes.clone());
        pushes
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_skipped_and_what_comes_twice_could_not_be_remembered(steps in steps()) {
        let mut sequence = Sequence::new();
        for step in &steps {
            sequence.run(step);
            prop_assert!(sequence.fixture.checkpoint_size() <= CHECKPOINT_BYTES_MAX);
        }
        for _ in 0..PASSES_MAX {
            sequence.run(&Step::Pass { seconds: 240 });
        }
        let queued: BTreeSet<String> = sequence.queued.iter().cloned().collect();
        prop_assert_eq!(&queued, &sequence.missed, "each push that was missed, and no other");
        let mut seen = BTreeSet::new();
        for push in &sequence.queued {
            let is_first = seen.insert(push);
            prop_assert!(is_first || sequence.unremembered.contains(push), "{push} came twice");
        }
    }
}
