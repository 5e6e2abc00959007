//! The faults around the real binaries.

use std::time::Duration;

use hookpost_harness::account::Account;
use hookpost_harness::fault_proxy::{Fault, PartialFailure};

use crate::schedule_result::AllowedCost;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BinaryFault {
    None,
    QueueRefuses,
    QueueThrottles,
    QueueHangs,
    QueueSlow,
    Partial,
    AnswerLost,
    SecretsDown,
    KilledMidRequest,
    KilledAfter,
    Throttled,
    BrokenAfter,
    Misrouted,
    QueueOut,
    Hidden,
    TimesOut,
    Renewed,
}

/// All faults, in the order of the seeds, with their names in the report.
pub(crate) const BINARY_FAULTS: [(BinaryFault, &str); 17] = [
    (BinaryFault::None, "none"),
    (BinaryFault::QueueRefuses, "queue refuses"),
    (BinaryFault::QueueThrottles, "queue throttles"),
    (BinaryFault::QueueHangs, "queue does not answer"),
    (BinaryFault::QueueSlow, "queue answers slowly"),
    (BinaryFault::Partial, "part of a batch fails"),
    (BinaryFault::AnswerLost, "queue accepts, connection drops"),
    (BinaryFault::SecretsDown, "Secrets Manager down, instances cold"),
    (BinaryFault::KilledMidRequest, "process killed mid-request"),
    (BinaryFault::KilledAfter, "process killed before its answer is out"),
    (BinaryFault::Throttled, "concurrency throttled"),
    (BinaryFault::BrokenAfter, "connections break"),
    (BinaryFault::Misrouted, "500 for up to an hour, watch killed"),
    (BinaryFault::QueueOut, "queue out for up to ten minutes"),
    (BinaryFault::Hidden, "500 for up to an hour, events hidden from the token"),
    (BinaryFault::TimesOut, "500 for up to an hour, calls time out with effect"),
    (BinaryFault::Renewed, "500 for up to an hour, subscriptions renewed by another owner"),
];

impl BinaryFault {
    /// What the fault may cost. If it is ours, no subscription may be put on probation.
    pub(crate) fn allowed(self) -> AllowedCost {
        match self {
            Self::Misrouted | Self::QueueOut | Self::Hidden | Self::TimesOut | Self::Renewed => {
                AllowedCost::ALL
            }
            _ => AllowedCost::NONE,
        }
    }

    /// Seconds from the beginning of one period of the fault to that of the next, and the shortest and longest period.
    /// If the fault is ours, it is shorter than Azure DevOps's retries.
    pub(crate) fn periods(self) -> (u64, u64, u64) {
        match self {
            Self::Misrouted | Self::Hidden | Self::TimesOut | Self::Renewed => (7200, 1800, 3600),
            Self::QueueOut => (7200, 300, 600),
            _ => (2400, 20, 170),
        }
    }

    /// The receivers' deadline. Azure DevOps's virtual time goes through all retries of a delivery at once, so that a busy
    /// machine must not make every one of them late. A queue that keeps receivers waiting makes each delivery take as long.
    pub(crate) fn deadline_milliseconds(self) -> &'static str {
        if matches!(self, Self::QueueHangs | Self::QueueSlow) { "1000" } else { "4000" }
    }

    /// Whether another answers instead of the receivers, with 500.
    pub(crate) fn is_misrouted(self) -> bool {
        matches!(self, Self::Misrouted | Self::Hidden | Self::TimesOut | Self::Renewed)
    }

    /// Whether the token's owner sees the events of the log.
    pub(crate) fn log_shows_events(self) -> bool {
        !matches!(self, Self::Hidden | Self::Renewed)
    }

    /// Begins the fault if it is one of SQS or Secrets Manager.
    pub(crate) fn begin(self, account: &Account) {
        let batch = |fault| account.sqs.fail_each("SendMessageBatch", fault);
        match self {
            Self::QueueRefuses | Self::QueueOut => batch(Fault::outage()),
            Self::QueueThrottles => batch(Fault::Throttle),
            Self::QueueHangs => batch(Fault::Hang),
            Self::QueueSlow => batch(Fault::Delay(Duration::from_millis(400))),
            Self::Partial => batch(Fault::Partial(vec![PartialFailure::internal(0)])),
            Self::AnswerLost => batch(Fault::DropAfterForward),
            Self::SecretsDown => account.secrets_manager.fail_all(Fault::outage()),
            _ => {}
        }
    }
}
