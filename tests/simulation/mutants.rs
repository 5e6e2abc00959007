//! Promises broken on purpose, to see that the oracle notices.

/// The promise that is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mutant {
    /// None: the real behavior.
    None,
    /// A fault of ours is answered with 500.
    FiveHundred,
    /// A delivery is acknowledged even if SQS did not accept its events.
    AcknowledgeFirst,
    /// The checkpoint moves even if SQS did not accept the events.
    CheckpointFirst,
    /// Each message has a deduplication id of its own.
    RandomDeduplication,
}

/// Every mutant, with its name in the report.
pub(crate) const MUTANTS: [(Mutant, &str); 4] = [
    (Mutant::FiveHundred, "500 instead of 503"),
    (Mutant::AcknowledgeFirst, "acknowledge before send"),
    (Mutant::CheckpointFirst, "checkpoint before queue"),
    (Mutant::RandomDeduplication, "deduplication id random"),
];
