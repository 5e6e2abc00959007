//! Promises that can be broken on purpose, to see that it shows.

/// What is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Promise {
    /// Nothing.
    AllKept,
    /// A fault of ours is answered 500.
    FiveHundred,
    /// A delivery is acknowledged, whatever becomes of it.
    AcknowledgeFirst,
    /// The checkpoint moves, whether or not the queue has the events.
    CheckpointFirst,
    /// Each message has a deduplication id of its own.
    RandomDeduplication,
}

impl Promise {
    pub(crate) const BROKEN: [Self; 4] =
        [Self::FiveHundred, Self::AcknowledgeFirst, Self::CheckpointFirst, Self::RandomDeduplication];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AllKept => "none",
            Self::FiveHundred => "500 instead of 503",
            Self::AcknowledgeFirst => "acknowledge before send",
            Self::CheckpointFirst => "checkpoint before queue",
            Self::RandomDeduplication => "deduplication id random",
        }
    }
}
