//! The classes of faults: what fails, for how long, and how Azure DevOps and `watch` behave meanwhile.

use crate::entra::EntraFault;
use crate::lambda::LambdaFault;
use crate::schedule_result::AllowedCost;
use crate::sqs::SqsFault;

/// The faults that are active at the same time.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FaultProfile {
    pub(crate) queue: SqsFault,
    pub(crate) lambda: LambdaFault,
    pub(crate) secrets_down: bool,
    pub(crate) entra: EntraFault,
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
    /// Hides events from the owner of the token, who has not made the subscriptions and is no administrator.
    Hiding,
    /// Keeps no content of events in its log.
    Shortening,
    /// Has its project and repositories renamed.
    Renamed,
    /// Refuses one repository for as long as a fault lasts, and some time longer.
    Forbidding,
    /// The token becomes that of another person, and then the owner of the subscriptions leaves.
    Succeeded,
    /// Puts subscriptions on probation as users report it: the first new event after a pause is the probe.
    Probing,
}

impl SenderBehavior {
    /// Whether the log shows the owner of the token the events of its deliveries.
    pub(crate) fn log_shows_events(self) -> bool {
        !matches!(self, Self::Hiding | Self::Shortening | Self::Succeeded)
    }
}

/// The condition of `watch`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WatchCondition {
    /// Its passes complete.
    Well,
    /// Its calls fail: this many of a hundred.
    Failing(u64),
    /// Its calls have their effect, and time out: this many of a hundred.
    TimingOut(u64),
    /// Passes are killed: at this many calls of a hundred.
    Killed(u64),
    /// Each of its calls takes so many seconds, so that passes run out of time, and are killed at their timeout.
    Slow(i64),
    /// Not invoked for hours.
    Away,
}

/// A class of faults.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FaultClass {
    pub(crate) name: &'static str,
    /// Without any, the faults are ours and shorter than Azure DevOps's retries, so that no subscription may be put on
    /// probation.
    pub(crate) allowed: AllowedCost,
    /// One of these is active at a time.
    pub(crate) profiles: &'static [FaultProfile],
    /// Shortest and longest duration of a fault, in seconds.
    pub(crate) lasts: (u64, u64),
    pub(crate) sender: SenderBehavior,
    pub(crate) watch_condition: WatchCondition,
    /// Whether there is one integration, or one for each team of a large organization.
    pub(crate) teams: IntegrationCount,
    /// Whether the integrations are connected by an app in Entra, and not by a token.
    pub(crate) by_app: bool,
}

/// How many integrations there are, each with a project of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IntegrationCount {
    One,
    Many,
}

impl FaultClass {
    /// Faults of ours, shorter than Azure DevOps's retries, which take 183 s.
    const fn ours(name: &'static str, profiles: &'static [FaultProfile]) -> Self {
        Self {
            name,
            allowed: AllowedCost::NONE,
            profiles,
            lasts: (20, 170),
            sender: SenderBehavior::Plain,
            watch_condition: WatchCondition::Well,
            teams: IntegrationCount::One,
            by_app: false,
        }
    }

    /// Faults that last longer, or that are not ours, so that subscriptions may be put on probation.
    const fn others(name: &'static str, profiles: &'static [FaultProfile]) -> Self {
        Self { allowed: AllowedCost::ALL, ..Self::ours(name, profiles) }
    }

    const fn lasting(self, shortest: u64, longest: u64) -> Self {
        Self { lasts: (shortest, longest), ..self }
    }

    const fn excused(self, allowed: AllowedCost) -> Self {
        Self { allowed, ..self }
    }

    const fn sent_by(self, sender: SenderBehavior) -> Self {
        Self { sender, ..self }
    }

    const fn of_many_teams(self) -> Self {
        Self { teams: IntegrationCount::Many, ..self }
    }

    const fn by_app(self) -> Self {
        Self { by_app: true, ..self }
    }

    const fn watched_by(self, watch_condition: WatchCondition) -> Self {
        Self { watch_condition, ..self }
    }
}

const NONE: FaultProfile = FaultProfile {
    queue: SqsFault::None,
    lambda: LambdaFault::None,
    secrets_down: false,
    entra: EntraFault::None,
};

const fn queue(queue: SqsFault) -> FaultProfile {
    FaultProfile { queue, ..NONE }
}

const fn lambda(lambda: LambdaFault) -> FaultProfile {
    FaultProfile { lambda, ..NONE }
}

const SECRETS_DOWN: FaultProfile = FaultProfile { secrets_down: true, ..lambda(LambdaFault::Cold) };

/// Nothing is delivered, and `watch` gets no access token.
const fn and_entra(entra: EntraFault) -> FaultProfile {
    FaultProfile { entra, ..lambda(LambdaFault::Misrouted) }
}

const MISROUTED: &[FaultProfile] = &[lambda(LambdaFault::Misrouted)];

/// Nothing is delivered.
const OUT: &[FaultProfile] = &[lambda(LambdaFault::Misrouted), queue(SqsFault::Refuses)];

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
    // So many notifications are late that `watch` does not read them all: it makes some events a second time.
    FaultClass::ours("delivered twice, late, out of order", &[NONE])
        .excused(AllowedCost { repetitions: true, ..AllowedCost::NONE })
        .sent_by(SenderBehavior::Disorderly),
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
    FaultClass::others("watch slow, killed at its timeout", MISROUTED)
        .lasting(1200, 3600)
        .watched_by(WatchCondition::Slow(5)),
    FaultClass::others("many teams of one organization", OUT)
        .lasting(1200, 3600)
        .sent_by(SenderBehavior::Strict)
        .of_many_teams(),
    FaultClass::others("many teams, watch slow and killed", OUT)
        .lasting(1200, 3600)
        .watched_by(WatchCondition::Slow(1))
        .of_many_teams(),
    FaultClass::others("watch away for hours, too", MISROUTED)
        .lasting(1200, 3600)
        .watched_by(WatchCondition::Away),
    FaultClass::others("calls time out with effect", MISROUTED)
        .sent_by(SenderBehavior::Strict)
        .watched_by(WatchCondition::TimingOut(15)),
    FaultClass::others("events hidden from the token", OUT)
        .lasting(1200, 3600)
        .sent_by(SenderBehavior::Hiding),
    FaultClass::others("events kept without content", OUT)
        .lasting(1200, 3600)
        .sent_by(SenderBehavior::Shortening),
    FaultClass::others("project and repositories renamed", OUT)
        .lasting(1200, 3600)
        .sent_by(SenderBehavior::Renamed),
    FaultClass::others("one repository forbidden for a while", OUT)
        .lasting(1200, 3600)
        .sent_by(SenderBehavior::Forbidding),
    FaultClass::others("another token, then the owner left", MISROUTED).sent_by(SenderBehavior::Succeeded),
    FaultClass::others("probation as reported", OUT).lasting(1200, 3600).sent_by(SenderBehavior::Probing),
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
    FaultClass::others(
        "connected by an app, and Entra out",
        &[and_entra(EntraFault::Out), and_entra(EntraFault::StsOut)],
    )
    .lasting(1200, 3600)
    .by_app(),
    FaultClass::others("connected by an app, and Entra slow", &[and_entra(EntraFault::Slow)])
        .lasting(1200, 3600)
        .by_app()
        .of_many_teams(),
    FaultClass::others(
        "connected by an app, which Entra refuses by turns",
        &[and_entra(EntraFault::Flapping)],
    )
    .lasting(1200, 3600)
    .sent_by(SenderBehavior::Strict)
    .by_app(),
];
