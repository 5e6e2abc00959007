//! The steps of a schedule on virtual time, planned in advance.

use std::collections::BTreeMap;

use hookpost_stand_in::Timestamp;
use jiff::SignedDuration;

use crate::fault_classes::{FaultClass, FaultProfile, SenderBehavior, WatchCondition};
use crate::rng::Rng;

/// Activities of one schedule; some give several events.
pub(crate) const ACTIVITIES: u64 = 200;

/// Seconds between two faults: more than Azure DevOps's retries take.
pub(crate) const APART: u64 = 200;

/// How long the organization works in one schedule.
const SPAN: SignedDuration = SignedDuration::from_hours(3);

/// Time from the last activity until everything has to be done.
const CATCH_UP: SignedDuration = SignedDuration::from_hours(8 * 24);

pub(crate) enum Step {
    Activity,
    BeginFault(FaultProfile),
    EndFault,
    /// Somebody changes something at Azure DevOps, such as a subscription.
    ExternalChange,
    /// A pass of `watch`.
    Pass,
}

#[derive(Default)]
pub(crate) struct Plan {
    steps: BTreeMap<(Timestamp, usize), Step>,
}

/// When the subscriptions are made. The organization begins to work a second later.
pub(crate) fn start_time() -> Timestamp {
    "2026-03-02T08:00:00Z".parse().expect("a time")
}

impl Plan {
    /// Faults every 20 minutes or, when they are long, every two hours.
    pub(crate) fn of_class(class: &FaultClass, rng: &mut Rng) -> Self {
        let begin = start_time() + SignedDuration::from_secs(1);
        let end = begin + SPAN;
        let mut plan = Self::default();
        plan.add_activities(begin, end, rng);
        let (shortest, longest) = class.lasts;
        let every = if longest > 600 { 7200 } else { 1200 };
        let mut slot = begin;
        while slot < end {
            // Two within one delivery's retries would be an outage that is longer than those.
            let from = slot + rng.seconds(1, every - (longest + APART).min(every - 60));
            plan.add(from, Step::BeginFault(*rng.pick(class.profiles)));
            plan.add(from + rng.seconds(shortest, longest), Step::EndFault);
            match class.sender {
                // Refuses, and allows again.
                SenderBehavior::Forbidding => {
                    plan.add(from + rng.seconds(0, 600), Step::ExternalChange);
                    plan.add(from + rng.seconds(longest, longest + 3000), Step::ExternalChange);
                }
                _ => plan.add(from + rng.seconds(0, 1000), Step::ExternalChange),
            }
            slot += SignedDuration::from_secs(i64::try_from(every).unwrap_or(i64::MAX));
        }
        let every = *rng.pick(&[5, 5, 10, 15, 60]);
        let first_pass = if class.watch_condition == WatchCondition::Away { end } else { begin };
        plan.add_passes(first_pass, end, every);
        plan
    }

    /// One outage of everything behind the gateway, from one hour after the start on, with activities throughout.
    pub(crate) fn of_outage(outage: FaultProfile, length: SignedDuration, rng: &mut Rng) -> Self {
        let begin = start_time() + SignedDuration::from_secs(1);
        let end = begin + SignedDuration::from_hours(2) + length;
        let mut plan = Self::default();
        plan.add_activities(begin, end, rng);
        let from = begin + SignedDuration::from_hours(1);
        plan.add(from, Step::BeginFault(outage));
        plan.add(from + length, Step::EndFault);
        plan.add_passes(begin, end, 5);
        plan
    }

    /// The next step, and when it happens.
    pub(crate) fn next(&mut self) -> Option<(Timestamp, Step)> {
        self.steps.pop_first().map(|((at, _), step)| (at, step))
    }

    /// Whether only passes are left.
    pub(crate) fn has_only_passes(&self) -> bool {
        self.steps.values().all(|step| matches!(step, Step::Pass))
    }

    fn add(&mut self, at: Timestamp, step: Step) {
        let number = self.steps.len();
        self.steps.insert((at, number), step);
    }

    fn add_activities(&mut self, begin: Timestamp, end: Timestamp, rng: &mut Rng) {
        let seconds = end.duration_since(begin).as_secs().unsigned_abs();
        for _ in 0..ACTIVITIES {
            let within = SignedDuration::from_millis(i64::try_from(rng.below(1000)).unwrap_or_default());
            self.add(begin + rng.seconds(0, seconds) + within, Step::Activity);
        }
    }

    /// Passes every so many minutes, until long after the last activity.
    fn add_passes(&mut self, first: Timestamp, end: Timestamp, every: i64) {
        let mut at = first;
        while at < end + CATCH_UP {
            self.add(at, Step::Pass);
            at += SignedDuration::from_mins(every);
        }
    }
}
