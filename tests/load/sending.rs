//! One delivery, tried as often as Azure DevOps tries it.

use std::time::{Duration, Instant};

use hookpost_stand_in::Notification;
use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::{Answer, Delivery};
use hookpost_stand_in::expectation;
use hookpost_stand_in::http::HttpError;
use hookpost_stand_in::rest::TRANSIENT;

/// What became of a delivery.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sent {
    /// From when it was due to the answer that it is queued, retries included.
    pub(crate) took: Option<Duration>,
    /// Requests, the first one included.
    pub(crate) requests: u32,
    /// Answers 503 of the gateway: no instance was free.
    pub(crate) turned_away: u32,
    /// Answers 503 of a receiver, which says by them that it could not queue it.
    pub(crate) put_off: u32,
    /// Anything else that is not what it should be, in words.
    pub(crate) errors: Vec<String>,
}

enum Verdict {
    Queued,
    TurnedAway,
    PutOff,
    Wrong(String),
}

/// Posts a notification, and again after each 503 when Azure DevOps would.
pub(crate) async fn send(notification: Notification, due: Instant) -> Sent {
    let mut sent = Sent::default();
    for pause in TRANSIENT.into_iter().map(Some).chain([None]) {
        sent.requests += 1;
        let answer = Delivery::attempt(&notification, canary::PASSWORD, sent.requests).send().await;
        match judge(&notification, answer) {
            Verdict::Queued => {
                sent.took = Some(due.elapsed());
                return sent;
            }
            Verdict::TurnedAway => sent.turned_away += 1,
            Verdict::PutOff => sent.put_off += 1,
            // It puts the subscription on probation, or is the harness's own fault.
            Verdict::Wrong(how) => {
                sent.errors.push(how);
                return sent;
            }
        }
        if let Some(pause) = pause {
            tokio::time::sleep(pause.unsigned_abs()).await;
        }
    }
    sent
}

fn judge(notification: &Notification, answer: Result<Answer, HttpError>) -> Verdict {
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return Verdict::Wrong(format!("{error:?}")),
    };
    let told = answer.json();
    let events = told["events"].as_array().map_or(0, Vec::len);
    match (answer.status, told["status"].as_str(), told["code"].as_str()) {
        (202, Some("queued"), _) if events == expectation::events(notification).len() => Verdict::Queued,
        (503, _, Some("gateway_error")) => Verdict::TurnedAway,
        (503, ..) => Verdict::PutOff,
        (status, ..) => Verdict::Wrong(format!("{status} {told}")),
    }
}
