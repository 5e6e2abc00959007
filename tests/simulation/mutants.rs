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

impl Mutant {
    pub(crate) const ALL: [Self; 4] =
        [Self::FiveHundred, Self::AcknowledgeFirst, Self::CheckpointFirst, Self::RandomDeduplication];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::FiveHundred => "500 instead of 503",
            Self::AcknowledgeFirst => "acknowledge before send",
            Self::CheckpointFirst => "checkpoint before queue",
            Self::RandomDeduplication => "deduplication id random",
        }
    }
}
