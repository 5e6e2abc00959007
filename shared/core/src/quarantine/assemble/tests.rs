use serde_json::Value;

use super::*;
use crate::quarantine::pack::pack;
use crate::receiver::outcome::DeliveryRecord;

fn record(received_at: &str) -> DeliveryRecord {
    DeliveryRecord {
        integration: Some("contoso".to_owned()),
        event_type: Some("git.pullrequest.updated".to_owned()),
        event_id: Some("e-1".to_owned()),
        subscription_id: Some("s-1".to_owned()),
        notification_id: Some(7),
        activity_id: Some("a-1".to_owned()),
        change: Some("vote".to_owned()),
        received_at: received_at.parse().ok(),
        ..DeliveryRecord::default()
    }
}

/// The messages of one keeping, with `receipt_handles` that begin with `name`.
fn keep(name: &str, received_at: &str, raw: &[u8]) -> Vec<QuarantineMessage> {
    let kept = pack(Endpoint::PullRequest, &record(received_at), "it has no `resource`", raw);
    let message =
        |(index, message): (usize, crate::message::queue_message::QueueMessage)| QuarantineMessage {
            body: message.body,
            receipt_handle: ReceiptHandle(format!("{name}-{index}")),
            sent_at: None,
            receive_count: 1,
        };
    kept.messages.into_iter().enumerate().map(message).collect()
}

/// A body that does not get shorter by packing.
fn noise(bytes: usize) -> Vec<u8> {
    let mut noise = Vec::with_capacity(bytes + 32);
    for round in 0_u64.. {
        if noise.len() >= bytes {
            break;
        }
        noise.extend_from_slice(&Sha256::digest(round.to_be_bytes()));
    }
    noise.truncate(bytes);
    noise
}

fn receipt_handles(names: &[&str]) -> Vec<ReceiptHandle> {
    names.iter().map(|name| ReceiptHandle((*name).to_owned())).collect()
}

fn edited(message: &QuarantineMessage, edit: impl FnOnce(&mut Value)) -> QuarantineMessage {
    let mut json = serde_json::from_str(&message.body).expect("JSON");
    edit(&mut json);
    QuarantineMessage { body: json.to_string(), ..message.clone() }
}

const MORNING: &str = "2026-11-22T08:00:00Z";
const NOON: &str = "2026-11-22T12:00:00Z";

#[test]
fn what_was_kept_comes_back_with_everything_known_of_it() {
    for raw in [&b"{\"eventType\":\xff"[..], b""] {
        let assembled = assemble(keep("m", MORNING, raw));
        let kept = &assembled.whole[0];
        assert_eq!(kept.raw, raw);
        assert_eq!(kept.endpoint, Endpoint::PullRequest);
        assert_eq!(kept.integration.as_str(), "contoso");
        assert_eq!(kept.change.as_deref(), Some("vote"));
        assert_eq!(kept.reason, "it has no `resource`");
        assert_eq!(kept.received_at, MORNING.parse().ok());
        assert_eq!(kept.notification_id, Some(7));
        assert_eq!(kept.receipt_handles, receipt_handles(&["m-0"]));
        assert!(assembled.incomplete.is_empty() && assembled.unreadable.is_empty());
    }
}

#[test]
fn parts_come_in_any_order_and_more_than_once() {
    let raw = noise(600_000);
    let mut messages = keep("m", MORNING, &raw);
    assert_eq!(messages.len(), 4);
    let mut again = messages[1].clone();
    again.receipt_handle = ReceiptHandle("again".to_owned());
    messages.push(again);
    messages.reverse();
    let assembled = assemble(messages);
    assert_eq!(assembled.whole.len(), 1);
    assert_eq!(assembled.whole[0].raw, raw);
    assert_eq!(assembled.whole[0].receipt_handles, receipt_handles(&["again", "m-0", "m-1", "m-2", "m-3"]));
}

#[test]
fn a_missing_part_is_waited_for() {
    let mut messages = keep("m", MORNING, &noise(600_000));
    let missing = messages.remove(2);
    let incomplete = assemble(messages.clone()).incomplete;
    assert_eq!((incomplete[0].have, incomplete[0].parts), (3, 4));
    assert_eq!(incomplete[0].receipt_handles, receipt_handles(&["m-0", "m-1", "m-3"]));
    messages.push(missing);
    assert_eq!(assemble(messages).whole.len(), 1);
}

#[test]
fn a_repeated_delivery_is_one_and_its_parts_are_not_mixed_with_others() {
    let raw = noise(300_000);
    let whole = keep("noon", NOON, &raw);
    // The same body, kept earlier by a receiver that cut it differently.
    let other_cut = edited(&keep("morning", MORNING, &raw)[0], |part| part["parts"] = 3.into());
    let assembled = assemble([vec![other_cut], whole].concat());
    assert_eq!(assembled.whole.len(), 1);
    assert_eq!(assembled.whole[0].received_at, NOON.parse().ok());
    assert_eq!(assembled.whole[0].receipt_handles, receipt_handles(&["morning-0", "noon-0", "noon-1"]));
    assert!(assembled.incomplete.is_empty());
}

#[test]
fn different_deliveries_are_kept_apart() {
    let messages = [keep("a", MORNING, b"a"), keep("b", MORNING, b"b")].concat();
    let mut raws: Vec<_> = assemble(messages).whole.into_iter().map(|kept| kept.raw).collect();
    raws.sort();
    assert_eq!(raws, [b"a", b"b"]);
}

#[test]
fn what_is_not_ours_or_newer_is_left() {
    let ours = &keep("m", MORNING, b"x")[0];
    let newer = edited(ours, |part| part["schema"] = "urn:hookpost:quarantine:2".into());
    let other = edited(ours, |part| part["schema"] = "urn:other".into());
    let text = QuarantineMessage { body: "hello".to_owned(), ..ours.clone() };
    let reasons: Vec<_> =
        assemble(vec![newer, other, text]).unreadable.into_iter().map(|one| (one.id, one.reason)).collect();
    let foreign = (None, UnreadableReason::Foreign);
    assert_eq!(reasons, [(None, UnreadableReason::Newer), foreign.clone(), foreign]);
}

#[test]
fn a_body_is_whole_only_when_length_and_digest_agree() {
    let ours = &keep("m", MORNING, b"some body")[0];
    let other = keep("m", MORNING, b"same size")[0].body.clone();
    let other: Value = serde_json::from_str(&other).expect("JSON");
    let edits: [&dyn Fn(&mut Value); 6] = [
        &|part| part["body"] = other["body"].clone(),
        &|part| part["body"] = "!".into(),
        &|part| part["bytes"] = 8.into(),
        &|part| part["bytes"] = (BODY_BYTES_MAX + 1).into(),
        &|part| part["endpoint"] = "elsewhere".into(),
        &|part| part["integration"] = "../x".into(),
    ];
    for edit in edits {
        let assembled = assemble(vec![edited(ours, edit)]);
        assert!(assembled.whole.is_empty());
        assert_eq!(assembled.unreadable[0].reason, UnreadableReason::Damaged);
        assert!(assembled.unreadable[0].id.is_some());
        assert_eq!(assembled.unreadable[0].receipt_handles, receipt_handles(&["m-0"]));
    }
    for edit in [&|part: &mut Value| part["part"] = 2.into(), &|part: &mut Value| part["parts"] = 0.into()]
        as [&dyn Fn(&mut Value); 2]
    {
        assert_eq!(assemble(vec![edited(ours, edit)]).unreadable[0].reason, UnreadableReason::Damaged);
    }
}

#[test]
fn a_body_that_unpacks_to_more_than_it_says_is_not_unpacked_further() {
    let bomb = edited(&keep("m", MORNING, &b"0".repeat(3_000_000))[0], |part| part["bytes"] = 10.into());
    assert_eq!(assemble(vec![bomb]).unreadable[0].reason, UnreadableReason::Damaged);
}
