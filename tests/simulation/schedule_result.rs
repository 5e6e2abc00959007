//! The figures of a schedule.

use jiff::SignedDuration;

use crate::oracle::Judgment;
use crate::relay::RelayJudgment;

#[derive(Clone, Debug, Default)]
pub(crate) struct ScheduleResult {
    pub(crate) judgment: Judgment,
    /// Nothing where raw deliveries are not kept.
    pub(crate) relay: RelayJudgment,
    /// First attempts, and retries.
    pub(crate) deliveries: u64,
    pub(crate) retries: u64,
    /// Subscriptions that a response of ours put on probation.
    pub(crate) probations: u64,
    pub(crate) replayed: u64,
    pub(crate) reconstructed: u64,
    /// Passes of `watch` that ran out of time.
    pub(crate) cut_short: u64,
    pub(crate) held_back: u64,
    pub(crate) quarantined: u64,
    /// From the end of the last fault to the last event.
    pub(crate) recovery: Option<SignedDuration>,
}

/// What a fault may cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AllowedCost {
    /// Probations, and events that leave no trace in one.
    pub(crate) probations: bool,
    /// Messages with the id of an event that was queued before.
    pub(crate) repetitions: bool,
}

impl AllowedCost {
    /// For faults of ours, which cost nothing.
    pub(crate) const NONE: Self = Self { probations: false, repetitions: false };
    /// For faults that last longer than Azure DevOps retries, or that are Azure DevOps's own.
    pub(crate) const ALL: Self = Self { probations: true, repetitions: true };
}

impl ScheduleResult {
    /// What no fault allowed, and what these faults do not excuse.
    pub(crate) fn violations(&self, allowed: AllowedCost) -> Vec<String> {
        let judgment = &self.judgment;
        let listed = |what: &str, names: &[String]| {
            names.first().map(|first| format!("{} {what}: {first}", names.len()))
        };
        let count = |what: &str, number: u64| (number > 0).then(|| format!("{number} {what}"));
        let unless = |is_excused: bool, what: &str, number: u64| count(what, number).filter(|_| !is_excused);
        [
            listed("lost", &judgment.lost),
            listed("doubled", &judgment.doubled),
            listed("lost behind the relay", &self.relay.lost),
            listed("posted twice by one relay", &self.relay.doubled),
            listed("posted out of order", &self.relay.disordered),
            listed("invented", &judgment.unexpected),
            listed("misplaced by their sequence", &judgment.misplaced),
            listed("with several sequences", &judgment.resequenced),
            count("in quarantine", self.quarantined),
            unless(allowed.probations, "probations for a fault of ours", self.probations),
            unless(allowed.probations, "neither raised nor listed", judgment.untraceable),
            unless(allowed.repetitions, "repeated", judgment.repeated),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
