//! When each delivery is due. Nobody waits for an answer before the next one is sent: a slow answer delays no other, and
//! what is late is late from when it was due.

use std::time::{Duration, Instant};

use hookpost_stand_in::Notification;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use crate::sending::{Sent, send};

/// How deliveries come.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pace {
    /// Evenly, so many a second.
    PerSecond(u32),
    /// All in the same moment.
    AtOnce,
}

impl Pace {
    fn due(self, number: u32, begin: Instant) -> Instant {
        match self {
            Self::PerSecond(rate) => begin + Duration::from_secs(1) * number / rate,
            Self::AtOnce => begin,
        }
    }
}

/// Sends them all; returns what became of each, and how long it took until nothing was left to do.
pub(crate) async fn run(notifications: Vec<Notification>, pace: Pace) -> (Vec<Sent>, Duration) {
    let handle = Handle::current();
    let begin = Instant::now() + HEAD_START;
    // A thread that sleeps is on time by microseconds; tokio's timer, by a millisecond.
    let starting = tokio::task::spawn_blocking(move || {
        let started = (0..).zip(notifications).map(|(number, notification)| {
            let due = pace.due(number, begin);
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            handle.spawn(send(notification, due))
        });
        started.collect::<Vec<JoinHandle<Sent>>>()
    });
    let mut all = Vec::new();
    for task in starting.await.unwrap_or_default() {
        let failed = |error| Sent { errors: vec![format!("{error:?}")], ..Sent::default() };
        all.push(task.await.unwrap_or_else(failed));
    }
    (all, begin.elapsed())
}

/// So that the first one is no later than the others.
const HEAD_START: Duration = Duration::from_millis(50);
