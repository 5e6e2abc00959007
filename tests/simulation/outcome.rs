//! The figures of a schedule.

use jiff::SignedDuration;

use crate::oracle::Judgment;

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
    /// Passes of `watch` that ran out of time.
    pub(crate) cut_short: u64,
    pub(crate) held_back: u64,
    pub(crate) quarantined: u64,
    /// From the end of the last fault to the last event.
    pub(crate) recovery: Option<SignedDuration>,
}

impl Outcome {
    /// What no fault excuses; and if the faults are `ours`, what only a fault of Azure DevOps excuses.
    pub(crate) fn violations(&self, ours: bool) -> Vec<String> {
        let judgment = &self.judgment;
        let listed = |what: &str, names: &[String]| {
            names.first().map(|first| format!("{} {what}: {first}", names.len()))
        };
        let count = |what: &str, number: u64| (number > 0).then(|| format!("{number} {what}"));
        let excused = |what: &str, number: u64| count(what, number).filter(|_| ours);
        [
            listed("lost", &judgment.lost),
            listed("doubled", &judgment.doubled),
            listed("out of order and not recognizable as late", &judgment.disordered),
            count("in quarantine", self.quarantined),
            excused("probations for a fault of ours", self.probations),
            excused("neither raised nor listed", judgment.untraceable),
            excused("repeated", judgment.repeated),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
