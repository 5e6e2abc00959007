//! What the log of deliveries shows, with every switch of the stand-in that a question is about.

use hookpost_stand_in::rest::{Audience, Probation};

use crate::answers::{answer, answer_with_all};
use crate::fixture::Fixture;

#[tokio::test]
async fn rows_of_the_log() {
    for (has_details, expected) in [(true, "details with the event"), (false, "no details")] {
        let given = answer_with_all("rows", |behavior| behavior.rows_have_details = has_details).await;
        assert_eq!(given, expected);
    }
}

#[tokio::test]
async fn events_of_pending_deliveries() {
    for (shows, expected) in [(true, "yes"), (false, "no")] {
        let given = answer("pending-events", |behavior| behavior.shows_pending_events = shows).await;
        assert_eq!(given, expected);
    }
}

#[tokio::test]
async fn events_hidden_from_others() {
    for (audience, expected) in
        [(Audience::CreatorAndAdministrators, "hidden"), (Audience::Everyone, "visible")]
    {
        let given = answer_with_all("hidden", |behavior| behavior.events_visible_to = audience).await;
        assert_eq!(given, expected);
    }
}

#[tokio::test]
async fn the_length_of_a_page_of_the_log() {
    for (cap, expected) in [(None, "at least 120"), (Some(100), "100")] {
        assert_eq!(answer("page-cap", |behavior| behavior.page_cap = cap).await, expected);
    }
}

#[tokio::test]
async fn the_summary_of_a_query() {
    for (counts_all, expected) in [(false, "no"), (true, "yes")] {
        let given = answer("summary", |behavior| behavior.summary_counts_all = counts_all).await;
        assert_eq!(given, expected);
    }
}

#[tokio::test]
async fn the_limit_of_kept_content() {
    let limited = |limit| answer_with_all("content-limit", move |behavior| behavior.content_limit = limit);
    let usual = limited(Some(64_000)).await;
    assert!(usual.ends_with("that of a comment of 66000 is not"), "{usual}");
    let small = limited(Some(30_000)).await;
    assert!(small.ends_with("that of a comment of 50000 is not"), "{small}");
    let none = limited(None).await;
    assert!(none.starts_with("no limit up to 14"), "{none}");
}

#[tokio::test]
async fn deliveries_that_do_not_end_are_not_waited_for_for_ever() {
    let retried = Fixture::start().await.ask(&["rows", "retry"]).await;
    for (answer, reason) in retried.iter().zip([
        "the delivery did not end within 360 s; WEBHOOK=https://… names a receiver that answers 200",
        "the log does not show the retry",
    ]) {
        assert_eq!((&*answer.answer, &*answer.evidence), ("not settled here", reason));
    }
    let failed = answer("rows", |behavior| {
        behavior.probation = Probation::Reported;
        behavior.rows_have_details = true;
    })
    .await;
    assert_eq!(failed, "details with the event");
}
