//! Deliveries on the stand-in's own time: when they are tried again, and what comes of it.

use std::time::Duration;

use hookpost_stand_in::delivery::Answer;
use hookpost_stand_in::http::HttpError;
use hookpost_stand_in::inbox::Inbox;
use hookpost_stand_in::rest::{Outcome, Status};
use hookpost_stand_in::{Guid, Timestamp};
use hyper::HeaderMap;
use hyper::body::Bytes;
use jiff::SignedDuration;

use crate::office::{AT, ORGANIZATION, Office};

/// Seconds between the tries of one push, while it is answered as `answer` says of each try.
fn tries(office: &Office, answer: impl Fn(usize) -> Option<u16>) -> Vec<i64> {
    for notification in office.push() {
        office.it.notify_at(AT, &notification);
    }
    let mut at = Vec::new();
    while let Some(due) = office.it.take_due(Timestamp::MAX) {
        at.push(due.at());
        let status = answer(at.len());
        let answer = status.map(answered).ok_or(HttpError::TimedOut(Duration::ZERO));
        office.it.answered(due, &answer);
    }
    at.windows(2).map(|pair| pair[1].duration_since(pair[0]).as_secs()).collect()
}

fn answered(status: u16) -> Answer {
    Answer { status, headers: HeaderMap::default(), body: Bytes::default(), elapsed: Duration::ZERO }
}

async fn subscribed() -> (Office, Guid) {
    let office = Office::open().await;
    let id = office.subscribe(&office.body("https://hooks.example/x")).await;
    (office, id)
}

fn status(office: &Office, id: Guid) -> Status {
    office.it.hook(id).expect("a subscription").status
}

#[tokio::test]
async fn a_passing_fault_is_tried_again_for_three_minutes() {
    let (office, id) = subscribed().await;
    let waits = tries(&office, |count| if count < 9 { Some(503) } else { Some(202) });
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
    assert_eq!(status(&office, id), Status::Enabled);
    assert_eq!(office.it.history(ORGANIZATION)[0].outcome, Outcome::Succeeded);
}

#[tokio::test]
async fn no_answer_counts_like_503() {
    let (office, id) = subscribed().await;
    assert_eq!(tries(&office, |count| (count > 2).then_some(202)), [1, 2]);
    assert_eq!(status(&office, id), Status::Enabled);
}

#[tokio::test]
async fn any_other_failure_is_probation_which_ends_in_a_day_and_a_half() {
    let (office, id) = subscribed().await;
    let waits = tries(&office, |_| Some(500));
    let minutes = [20, 40, 80, 160, 320, 640, 900];
    assert_eq!(waits, minutes.map(|minute| minute * 60));
    assert_eq!(status(&office, id), Status::DisabledBySystem);
    assert!(matches!(office.it.history(ORGANIZATION)[0].outcome, Outcome::Failed(_)));
}

#[tokio::test]
async fn on_probation_nothing_new_is_told_until_a_retry_succeeds() {
    let (office, id) = subscribed().await;
    let waits = tries(&office, |count| {
        let on_probation = status(&office, id) == Status::OnProbation;
        assert_eq!(on_probation, count > 1);
        assert_eq!(office.push().is_empty(), on_probation);
        Some(if count == 3 { 202 } else { 429 })
    });
    assert_eq!(waits, [20 * 60, 40 * 60]);
    assert_eq!(status(&office, id), Status::Enabled);
}

#[tokio::test]
async fn gone_is_gone() {
    let (office, id) = subscribed().await;
    assert!(tries(&office, |_| Some(410)).is_empty());
    assert_eq!(status(&office, id), Status::DisabledBySystem);
}

#[tokio::test]
async fn time_passes_as_deliveries_are_posted() {
    let (office, inbox) = (Office::open().await, Inbox::open().await);
    office.subscribe(&office.body(&inbox.address())).await;
    for notification in office.push() {
        office.it.notify_at(AT, &notification);
    }
    inbox.answer(Some(503));
    office.it.run_until(AT + SignedDuration::from_secs(10)).await;
    assert_eq!(inbox.letters().len(), 4, "at 0, 1, 3 and 7 seconds");
    inbox.answer(Some(202));
    office.it.run_until(AT + SignedDuration::from_secs(60)).await;
    assert_eq!(inbox.letters().len(), 5);
    let attempt = &office.it.history(ORGANIZATION)[0];
    assert_eq!((attempt.posts, attempt.modified), (5, AT + SignedDuration::from_secs(15)));
}
