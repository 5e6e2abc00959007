//! The classes of faults, each a kind of weather that comes and goes.

use crate::lambda;
use crate::sqs;

/// What is out of order for a while.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Weather {
    pub(crate) queue: sqs::Trouble,
    pub(crate) lambda: lambda::Trouble,
    pub(crate) secrets_down: bool,
}

/// What Azure DevOps does by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sender {
    /// What is documented.
    Plain,
    /// Delivers twice, late, and in another order.
    Disorderly,
    /// Puts subscriptions on probation, or disables them.
    Strict,
    /// Disables subscriptions because whoever made them left.
    Bereft,
}

/// What is wrong with `watch`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Watching {
    /// Nothing.
    Well,
    /// Its calls fail: so many of a hundred.
    Failing(u64),
    /// It is killed in the middle: at so many calls of a hundred.
    Killed(u64),
    /// Nobody calls it for hours.
    Away,
}

/// One class.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Class {
    pub(crate) name: &'static str,
    /// Faults on our side that last less than Azure DevOps tries again for: no subscription may suffer.
    pub(crate) ours: bool,
    /// One of these at a time.
    pub(crate) weathers: &'static [Weather],
    /// For how long, in seconds.
    pub(crate) lasts: (u64, u64),
    pub(crate) sender: Sender,
    pub(crate) watching: Watching,
}

const CALM: Weather =
    Weather { queue: sqs::Trouble::None, lambda: lambda::Trouble::None, secrets_down: false };

const fn queue(queue: sqs::Trouble) -> Weather {
    Weather { queue, ..CALM }
}

const fn lambda(lambda: lambda::Trouble) -> Weather {
    Weather { lambda, ..CALM }
}

/// Shorter than Azure DevOps's retries, which take 183 s.
const SHORT: (u64, u64) = (20, 170);
const LONG: (u64, u64) = (1200, 3600);

const fn ours(name: &'static str, weathers: &'static [Weather]) -> Class {
    Class { name, ours: true, weathers, lasts: SHORT, sender: Sender::Plain, watching: Watching::Well }
}

const MISROUTED: &[Weather] = &[lambda(lambda::Trouble::Misrouted)];

pub(crate) const CLASSES: &[Class] = &[
    ours("none", &[CALM]),
    ours("queue refuses", &[queue(sqs::Trouble::Refuses)]),
    ours("queue throttles", &[queue(sqs::Trouble::Throttles)]),
    ours("queue does not answer", &[queue(sqs::Trouble::Hangs), queue(sqs::Trouble::HangsAfter)]),
    ours("part of a batch fails", &[queue(sqs::Trouble::Partial)]),
    ours("queue accepts, connection drops", &[queue(sqs::Trouble::AnswerLost)]),
    ours(
        "Secrets Manager down, instances cold",
        &[Weather { secrets_down: true, lambda: lambda::Trouble::Cold, ..CALM }],
    ),
    ours("function killed", &[lambda(lambda::Trouble::KilledBefore), lambda(lambda::Trouble::KilledAfter)]),
    ours("cold starts", &[lambda(lambda::Trouble::Cold)]),
    ours("concurrency throttled", &[lambda(lambda::Trouble::Throttled)]),
    ours("connections break", &[lambda(lambda::Trouble::BrokenBefore), lambda(lambda::Trouble::BrokenAfter)]),
    ours(
        "clock wrong by a day",
        &[lambda(lambda::Trouble::WrongClock(26)), lambda(lambda::Trouble::WrongClock(-26))],
    ),
    Class { sender: Sender::Disorderly, ..ours("delivered twice, late, out of order", &[CALM]) },
    Class { ours: false, lasts: LONG, ..ours("500 for up to an hour", MISROUTED) },
    Class {
        ours: false,
        lasts: LONG,
        ..ours("queue out for up to an hour", &[queue(sqs::Trouble::Refuses)])
    },
    Class { ours: false, sender: Sender::Strict, ..ours("probation and disabling out of the blue", &[CALM]) },
    Class { ours: false, sender: Sender::Bereft, ..ours("creator of hooks left", &[CALM]) },
    Class {
        ours: false,
        sender: Sender::Strict,
        watching: Watching::Failing(8),
        ..ours("Azure DevOps's REST fails, too", MISROUTED)
    },
    Class {
        ours: false,
        sender: Sender::Bereft,
        watching: Watching::Killed(4),
        lasts: LONG,
        ..ours("watch killed, too", MISROUTED)
    },
    Class {
        ours: false,
        lasts: LONG,
        watching: Watching::Away,
        ..ours("watch away for hours, too", MISROUTED)
    },
    Class {
        ours: false,
        lasts: (20, 1200),
        weathers: &[
            queue(sqs::Trouble::Refuses),
            queue(sqs::Trouble::HangsAfter),
            queue(sqs::Trouble::Partial),
            lambda(lambda::Trouble::Misrouted),
            lambda(lambda::Trouble::KilledAfter),
            lambda(lambda::Trouble::BrokenAfter),
            Weather { secrets_down: true, lambda: lambda::Trouble::Cold, ..CALM },
        ],
        sender: Sender::Strict,
        watching: Watching::Failing(3),
        ..ours("everything at once", &[CALM])
    },
];
