//! Several targets: each has messages and an order of its own.

use super::*;

fn two_targets() -> Value {
    json!([
        {"url": "https://a.internal", "preset": "plain", "name": "a"},
        {"url": "https://b.internal", "preset": "plain", "name": "b", "only": {"projects": ["Shop"]}},
    ])
}

/// The messages of targets since the last call, as a relay receives them.
fn addressed(fixture: &Fixture) -> Vec<QueuedDelivery> {
    let sent = std::mem::take(&mut *fixture.queue.sent.lock().expect("not poisoned"));
    let received = sent.into_iter().map(|message| QueuedDelivery {
        group_id: message.fifo.expect("a FIFO queue").group_id,
        target: message.attributes.into_iter().find(|(name, _)| *name == "target").map(|(_, value)| value),
        body: message.body,
        ..push("g", "addressed")
    });
    received.collect()
}

#[test]
fn each_of_several_targets_has_messages_and_an_order_of_its_own() {
    let fixture = Fixture::default();
    let relay = fixture.relay(&two_targets());
    assert_eq!(done(&forward(&relay, vec![push("g", "x"), push("g", "y")])), ["m-x", "m-y"]);
    assert_eq!(fixture.posted(), [], "the messages are posted, and this one is done");
    let messages = addressed(&fixture);
    let indices: Vec<_> = messages.iter().map(|message| message.target.as_deref().expect("one")).collect();
    assert_eq!(indices, ["a", "b", "a", "b"]);
    assert_ne!(messages[0].group_id, messages[1].group_id);
    assert_eq!(messages[0].group_id, messages[2].group_id);
    fixture.answer(&[(503, "")]);
    let report = forward(&relay, vec![messages[0].clone(), messages[1].clone()]);
    assert_eq!((report.done.len(), report.given_back.len()), (1, 1), "one is down, and the other has it");
    let again = report.given_back.into_iter().map(|given| given.delivery).collect();
    assert_eq!(forward(&relay, again).done.len(), 1);
    let mut posted = fixture.posted();
    posted.sort();
    posted.dedup();
    assert_eq!(posted, [(0, "x".to_owned()), (1, "x".to_owned())]);
}

#[test]
fn a_message_for_a_target_is_the_same_at_every_try() {
    let fixture = Fixture::default();
    let relay = fixture.relay(&two_targets());
    for _ in 0..2 {
        forward(&relay, vec![push("g", "x")]);
    }
    let sent = fixture.queue.sent.lock().expect("not poisoned");
    assert_eq!((&sent[0], &sent[1]), (&sent[2], &sent[3]), "SQS holds the second back");
    assert_eq!(sent[0].body, push("g", "x").body);
}

#[test]
fn what_the_queue_does_not_take_for_every_target_comes_again() {
    let fixture = Fixture::default();
    let refused = SendFailure::Unavailable("RequestThrottled".to_owned());
    fixture.queue.failures.lock().expect("not poisoned").insert(1, refused);
    let report = forward(&fixture.relay(&two_targets()), vec![push("g", "x"), push("g", "y")]);
    assert_eq!((outcomes(&report), done(&report).len()), (vec!["not_addressed"], 0));
    assert_eq!(given_back(&report), [("m-x", 30), ("m-y", 30)]);
}

#[test]
fn a_delivery_that_no_target_wants_is_done() {
    let fixture = Fixture::default();
    let only = json!({"projects": ["Lab"]});
    let relay = fixture.relay(&json!([
        {"url": "https://a.internal", "preset": "plain", "name": "a", "only": only},
        {"url": "https://b.internal", "preset": "plain", "name": "b", "only": only},
    ]));
    assert_eq!(done(&forward(&relay, vec![push("g", "x")])), ["m-x"]);
    assert_eq!(addressed(&fixture), []);
}

#[test]
fn what_waits_for_a_target_that_was_removed_is_dropped_and_logged() {
    let fixture = Fixture::default();
    forward(&fixture.relay(&two_targets()), vec![push("g", "x")]);
    let messages = addressed(&fixture);
    let relay = fixture.relay(&json!([{"url": "https://b.internal", "preset": "plain", "name": "b"}]));
    let report = forward(&relay, messages);
    let mut seen: Vec<_> =
        report.postings.iter().map(|posting| (posting.target.as_deref(), posting.outcome.as_str())).collect();
    seen.sort_unstable();
    assert_eq!(seen, [(Some("a"), "no_target"), (Some("b"), "accepted")]);
    assert_eq!((report.done.len(), fixture.posted().len()), (2, 1));
}
