//! Promises broken on purpose, to see that the oracle notices.

use serde_json::{Value, json};

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
    /// Each event has the time of its arrival as its `sequence`.
    SequenceOfArrival,
    /// No thread of a pull request is read.
    ThreadsIgnored,
    /// A failed delivery whose event is hidden counts as delivered.
    HiddenDelivered,
    /// Any delivery stands for the change of its time, even one that failed.
    AnyDelivery,
    /// The relay deletes what a tool does not have yet.
    GivenBackDeleted,
}

impl Mutant {
    /// Changes what `watch` sees of a response. Enough of them are seen by their response alone.
    pub(crate) fn change(self, path: &str, request: &[u8], response: &[u8]) -> Option<String> {
        match self {
            Self::None
            | Self::FiveHundred
            | Self::AcknowledgeFirst
            | Self::CheckpointFirst
            | Self::RandomDeduplication
            | Self::SequenceOfArrival
            | Self::GivenBackDeleted => None,
            Self::ThreadsIgnored => {
                path.ends_with("/threads").then(|| json!({"count": 0, "value": []}).to_string())
            }
            Self::HiddenDelivered | Self::AnyDelivery => {
                if !path.ends_with("/notificationsquery") {
                    return None;
                }
                let request: Value = serde_json::from_slice(request).ok()?;
                let asks_for_any = request["resultType"].is_null();
                if self == Self::AnyDelivery && !asks_for_any {
                    return None;
                }
                let mut response: Value = serde_json::from_slice(response).ok()?;
                for row in response["results"].as_array_mut()? {
                    if self == Self::AnyDelivery || is_hidden(row) {
                        row["result"] = "succeeded".into();
                    }
                }
                Some(response.to_string())
            }
        }
    }
}

/// Whether a delivery has failed, and does not show its event.
fn is_hidden(row: &Value) -> bool {
    row["result"] == "failed" && row["details"]["event"].is_null()
}

/// Every mutant, with its name in the report, and a fault class in which it shows soon.
pub(crate) const MUTANTS: [(Mutant, &str, &str); 9] = [
    (Mutant::FiveHundred, "500 instead of 503", "function killed"),
    (Mutant::AcknowledgeFirst, "acknowledge before send", "queue refuses"),
    (Mutant::CheckpointFirst, "checkpoint before queue", "queue out for up to an hour"),
    (Mutant::RandomDeduplication, "deduplication id random", "function killed"),
    (Mutant::SequenceOfArrival, "sequence by arrival", "delivered twice, late, out of order"),
    (Mutant::ThreadsIgnored, "threads ignored", "queue out for up to an hour"),
    (Mutant::HiddenDelivered, "hidden counted as delivered", "events hidden from the token"),
    (Mutant::AnyDelivery, "any delivery near counts", "events hidden from the token"),
    (Mutant::GivenBackDeleted, "given back, and deleted", "none"),
];
