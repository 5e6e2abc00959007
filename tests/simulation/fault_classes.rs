//! The classes of faults: what fails, for how long, and how Azure DevOps and `watch` behave meanwhile.

use crate::lambda::LambdaFault;
use crate::sqs::SqsFault;

/// The faults that are active at the same time.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FaultProfile {
    pub(crate) queue: SqsFault,
    pub(crate) lambda: LambdaFault,
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

impl FaultClass {
    /// Faults of ours, shorter than Azure DevOps's retries, which take 183 s.
    const fn ours(name: &'static str, profiles: &'static [FaultProfile]) -> Self {
        Self {
            name,
            ours: true,
            profiles,
            lasts: (20, 170),
            sender: SenderBehavior::Plain,
            watch_condition: WatchCondition::Well,
        }
    }

    /// Faults that last longer, or that are not ours, so that subscriptions may be put on probation.
    const fn others(name: &'static str, profiles: &'static [FaultProfile]) -> Self {
        Self { ours: false, ..Self::ours(name, profiles) }
    }

    const fn lasting(self, shortest: u64, longest: u64) -> Self {
        Self { lasts: (shortest, longest), ..self }
    }

    const fn sent_by(self, sender: SenderBehavior) -> Self {
        Self { sender, ..self }
    }

    const fn watched_by(self, watch_condition: WatchCondition) -> Self {
        Self { watch_condition, ..self }
    }
}

const NONE: FaultProfile =
    FaultProfile { queue: SqsFault::None, lambda: LambdaFault::None, secrets_down: false };

const fn queue(queue: SqsFault) -> FaultProfile {
    FaultProfile { queue, ..NONE }
}

const fn lambda(lambda: LambdaFault) -> FaultProfile {
    FaultProfile { lambda, ..NONE }
}

const SECRETS_DOWN: FaultProfile = FaultProfile { secrets_down: true, ..lambda(LambdaFault::Cold) };

const MISROUTED: &[FaultProfile] = &[lambda(LambdaFault::Misrouted)];

pub(crate) const FAULT_CLASSES: &[FaultClass] = &[
    FaultClass::ours("none", &[NONE]),
    FaultClass::ours("queue refuses", &[queue(SqsFault::Refuses)]),
    FaultClass::ours("queue throttles", &[queue(SqsFault::Throttles)]),
    FaultClass::ours("queue does not answer", &[queue(SqsFault::Hangs), queue(SqsFault::HangsAfter)]),
    FaultClass::ours("part of a batch fails", &[queue(SqsFault::Partial)]),
    FaultClass::ours("queue accepts, connection drops", &[queue(SqsFault::AnswerLost)]),
    FaultClass::ours("Secrets Manager down, instances cold", &[SECRETS_DOWN]),
    FaultClass::ours(
        "function killed",
        &[lambda(LambdaFault::KilledBefore), lambda(LambdaFault::KilledAfter)],
    ),
    FaultClass::ours("cold starts", &[lambda(LambdaFault::Cold)]),
    FaultClass::ours("concurrency throttled", &[lambda(LambdaFault::Throttled)]),
    FaultClass::ours(
        "connections break",
        &[lambda(LambdaFault::BrokenBefore), lambda(LambdaFault::BrokenAfter)],
    ),
    FaultClass::ours(
        "clock wrong by a day",
        &[lambda(LambdaFault::WrongClock(26)), lambda(LambdaFault::WrongClock(-26))],
    ),
    FaultClass::ours("delivered twice, late, out of order", &[NONE]).sent_by(SenderBehavior::Disorderly),
    FaultClass::others("500 for up to an hour", MISROUTED).lasting(1200, 3600),
    FaultClass::others("queue out for up to an hour", &[queue(SqsFault::Refuses)]).lasting(1200, 3600),
    FaultClass::others("probation and disabling out of the blue", &[NONE]).sent_by(SenderBehavior::Strict),
    FaultClass::others("owner of subscriptions left", &[NONE]).sent_by(SenderBehavior::OwnerLeft),
    FaultClass::others("Azure DevOps's REST fails, too", MISROUTED)
        .sent_by(SenderBehavior::Strict)
        .watched_by(WatchCondition::Failing(8)),
    FaultClass::others("watch killed, too", MISROUTED)
        .lasting(1200, 3600)
        .sent_by(SenderBehavior::OwnerLeft)
        .watched_by(WatchCondition::Killed(4)),
    FaultClass::others("watch away for hours, too", MISROUTED)
        .lasting(1200, 3600)
        .watched_by(WatchCondition::Away),
    FaultClass::others(
        "everything at once",
        &[
            queue(SqsFault::Refuses),
            queue(SqsFault::HangsAfter),
            queue(SqsFault::Partial),
            lambda(LambdaFault::Misrouted),
            lambda(LambdaFault::KilledAfter),
            lambda(LambdaFault::BrokenAfter),
            SECRETS_DOWN,
        ],
    )
    .lasting(20, 1200)
    .sent_by(SenderBehavior::Strict)
    .watched_by(WatchCondition::Failing(3)),
];
