//! The classes of faults: what fails, for how long, and how Azure DevOps and `watch` behave meanwhile.

use crate::lambda;
use crate::sqs;

/// The faults that are active at the same time.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FaultProfile {
    pub(crate) queue: sqs::SqsFault,
    pub(crate) lambda: lambda::LambdaFault,
    pub(crate) secrets_down: bool,
}

/// How Azure DevOps behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SenderBehavior {
    /// As documented.
    Plain,
    /// Delivers twice, late and out of order.
    Disorderly,
    /// Puts subscriptions on probation or disables them, for no reason.
    Strict,
    /// Disables subscriptions because their owner left.
    OwnerLeft,
}

/// The condition of `watch`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WatchCondition {
    /// Works.
    Well,
    /// Its calls fail: this many of a hundred.
    Failing(u64),
    /// Passes are killed: at this many calls of a hundred.
    Killed(u64),
    /// Not invoked for hours.
    Away,
}

/// A class of faults.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FaultClass {
    pub(crate) name: &'static str,
    /// Whether the faults are ours and shorter than Azure DevOps's retries, so that no subscription may be put on probation.
    pub(crate) ours: bool,
    /// One of these is active at a time.
    pub(crate) profiles: &'static [FaultProfile],
    /// Shortest and longest duration of a fault, in seconds.
    pub(crate) lasts: (u64, u64),
    pub(crate) sender: SenderBehavior,
    pub(crate) watch_condition: WatchCondition,
}

const CALM: FaultProfile =
    FaultProfile { queue: sqs::SqsFault::None, lambda: lambda::LambdaFault::None, secrets_down: false };

const fn queue(queue: sqs::SqsFault) -> FaultProfile {
    FaultProfile { queue, ..CALM }
}

const fn lambda(lambda: lambda::LambdaFault) -> FaultProfile {
    FaultProfile { lambda, ..CALM }
}

/// Shorter than Azure DevOps's retries, which take 183 s.
const SHORT: (u64, u64) = (20, 170);
const LONG: (u64, u64) = (1200, 3600);

const fn ours(name: &'static str, profiles: &'static [FaultProfile]) -> FaultClass {
    FaultClass {
        name,
        ours: true,
        profiles,
        lasts: SHORT,
        sender: SenderBehavior::Plain,
        watch_condition: WatchCondition::Well,
    }
}

const MISROUTED: &[FaultProfile] = &[lambda(lambda::LambdaFault::Misrouted)];

pub(crate) const FAULT_CLASSES: &[FaultClass] = &[
    ours("none", &[CALM]),
    ours("queue refuses", &[queue(sqs::SqsFault::Refuses)]),
    ours("queue throttles", &[queue(sqs::SqsFault::Throttles)]),
    ours("queue does not answer", &[queue(sqs::SqsFault::Hangs), queue(sqs::SqsFault::HangsAfter)]),
    ours("part of a batch fails", &[queue(sqs::SqsFault::Partial)]),
    ours("queue accepts, connection drops", &[queue(sqs::SqsFault::AnswerLost)]),
    ours(
        "Secrets Manager down, instances cold",
        &[FaultProfile { secrets_down: true, lambda: lambda::LambdaFault::Cold, ..CALM }],
    ),
    ours(
        "function killed",
        &[lambda(lambda::LambdaFault::KilledBefore), lambda(lambda::LambdaFault::KilledAfter)],
    ),
    ours("cold starts", &[lambda(lambda::LambdaFault::Cold)]),
    ours("concurrency throttled", &[lambda(lambda::LambdaFault::Throttled)]),
    ours(
        "connections break",
        &[lambda(lambda::LambdaFault::BrokenBefore), lambda(lambda::LambdaFault::BrokenAfter)],
    ),
    ours(
        "clock wrong by a day",
        &[lambda(lambda::LambdaFault::WrongClock(26)), lambda(lambda::LambdaFault::WrongClock(-26))],
    ),
    FaultClass { sender: SenderBehavior::Disorderly, ..ours("delivered twice, late, out of order", &[CALM]) },
    FaultClass { ours: false, lasts: LONG, ..ours("500 for up to an hour", MISROUTED) },
    FaultClass {
        ours: false,
        lasts: LONG,
        ..ours("queue out for up to an hour", &[queue(sqs::SqsFault::Refuses)])
    },
    FaultClass {
        ours: false,
        sender: SenderBehavior::Strict,
        ..ours("probation and disabling out of the blue", &[CALM])
    },
    FaultClass {
        ours: false,
        sender: SenderBehavior::OwnerLeft,
        ..ours("owner of subscriptions left", &[CALM])
    },
    FaultClass {
        ours: false,
        sender: SenderBehavior::Strict,
        watch_condition: WatchCondition::Failing(8),
        ..ours("Azure DevOps's REST fails, too", MISROUTED)
    },
    FaultClass {
        ours: false,
        sender: SenderBehavior::OwnerLeft,
        watch_condition: WatchCondition::Killed(4),
        lasts: LONG,
        ..ours("watch killed, too", MISROUTED)
    },
    FaultClass {
        ours: false,
        lasts: LONG,
        watch_condition: WatchCondition::Away,
        ..ours("watch away for hours, too", MISROUTED)
    },
    FaultClass {
        ours: false,
        lasts: (20, 1200),
        profiles: &[
            queue(sqs::SqsFault::Refuses),
            queue(sqs::SqsFault::HangsAfter),
            queue(sqs::SqsFault::Partial),
            lambda(lambda::LambdaFault::Misrouted),
            lambda(lambda::LambdaFault::KilledAfter),
            lambda(lambda::LambdaFault::BrokenAfter),
            FaultProfile { secrets_down: true, lambda: lambda::LambdaFault::Cold, ..CALM },
        ],
        sender: SenderBehavior::Strict,
        watch_condition: WatchCondition::Failing(3),
        ..ours("everything at once", &[CALM])
    },
];
