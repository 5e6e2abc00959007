use serde_json::Value;

use super::*;
use crate::message::queue_message::QueueMessage;
use crate::quarantine::pack::pack;
use crate::receiver::outcome::DeliveryRecord;
use crate::receiver::request::BODY_BYTES_MAX;

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

/// The messages of one copy of a delivery, with receipt handles that begin with `name`.
fn packed(name: &str, received_at: &str, raw: &[u8]) -> Vec<ReceivedMessage> {
    let packed = pack(Endpoint::PullRequest, &record(received_at), "it has no `resource`", raw);
    let message = |(index, message): (usize, QueueMessage)| ReceivedMessage {
        body: message.body,
        receipt_handle: ReceiptHandle(format!("{name}-{index}")),
        sent_at: None,
        receive_count: 1,
    };
    packed.messages.into_iter().enumerate().map(message).collect()
}

/// A body that compression does not make shorter.
fn incompressible(bytes: usize) -> Vec<u8> {
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

fn edited(message: &ReceivedMessage, edit: impl FnOnce(&mut Value)) -> ReceivedMessage {
    let mut json = serde_json::from_str(&message.body).expect("JSON");
    edit(&mut json);
    ReceivedMessage { body: json.to_string(), ..message.clone() }
}

const MORNING: &str = "2026-11-22T08:00:00Z";
const NOON: &str = "2026-11-22T12:00:00Z";

#[test]
fn a_packed_delivery_is_assembled_with_all_its_fields() {
    for raw in [&b"{\"eventType\":\xff"[..], b""] {
        let assembled = assemble(packed("m", MORNING, raw));
        let delivery = &assembled.whole[0];
        assert_eq!(delivery.raw, raw);
        assert_eq!(delivery.endpoint, Endpoint::PullRequest);
        assert_eq!(delivery.integration.as_str(), "contoso");
        assert_eq!(delivery.change.as_deref(), Some("vote"));
        assert_eq!(delivery.reason, "it has no `resource`");
        assert_eq!(delivery.received_at, MORNING.parse().ok());
        assert_eq!(delivery.notification_id, Some(7));
        assert_eq!(delivery.receipt_handles, receipt_handles(&["m-0"]));
        assert!(assembled.incomplete.is_empty() && assembled.unreadable.is_empty());
    }
}

#[test]
fn parts_are_joined_in_any_order_and_with_repetitions() {
    let raw = incompressible(600_000);
    let mut messages = packed("m", MORNING, &raw);
    assert_eq!(messages.len(), 4);
    let mut repetition = messages[1].clone();
    repetition.receipt_handle = ReceiptHandle("again".to_owned());
    messages.push(repetition);
    messages.reverse();
    let assembled = assemble(messages);
    assert_eq!(assembled.whole.len(), 1);
    assert_eq!(assembled.whole[0].raw, raw);
    assert_eq!(assembled.whole[0].receipt_handles, receipt_handles(&["again", "m-0", "m-1", "m-2", "m-3"]));
}

#[test]
fn a_delivery_with_a_missing_part_is_incomplete() {
    let mut messages = packed("m", MORNING, &incompressible(600_000));
    let missing = messages.remove(2);
    let incomplete = assemble(messages.clone()).incomplete;
    assert_eq!((incomplete[0].have, incomplete[0].parts), (3, 4));
    assert_eq!(incomplete[0].receipt_handles, receipt_handles(&["m-0", "m-1", "m-3"]));
    messages.push(missing);
    assert_eq!(assemble(messages).whole.len(), 1);
}

#[test]
fn parts_of_different_copies_are_not_mixed() {
    let raw = incompressible(300_000);
    let whole = packed("noon", NOON, &raw);
    // The same body, packed earlier by a receiver that splits it differently.
    let earlier_copy = edited(&packed("morning", MORNING, &raw)[0], |part| part["parts"] = 3.into());
    let assembled = assemble([vec![earlier_copy], whole].concat());
    assert_eq!(assembled.whole.len(), 1);
    assert_eq!(assembled.whole[0].received_at, NOON.parse().ok());
    assert_eq!(assembled.whole[0].receipt_handles, receipt_handles(&["morning-0", "noon-0", "noon-1"]));
    assert!(assembled.incomplete.is_empty());
}

#[test]
fn deliveries_with_different_ids_stay_separate() {
    let messages = [packed("a", MORNING, b"a"), packed("b", MORNING, b"b")].concat();
    let mut raws: Vec<_> = assemble(messages).whole.into_iter().map(|delivery| delivery.raw).collect();
    raws.sort();
    assert_eq!(raws, [b"a", b"b"]);
}

#[test]
fn messages_of_other_senders_or_schemas_are_unreadable() {
    let message = &packed("m", MORNING, b"x")[0];
    let newer = edited(message, |part| part["schema"] = "urn:hookpost:quarantine:2".into());
    let foreign_schema = edited(message, |part| part["schema"] = "urn:other".into());
    let not_json = ReceivedMessage { body: "hello".to_owned(), ..message.clone() };
    let unreadable = assemble(vec![newer, foreign_schema, not_json]).unreadable;
    let reasons: Vec<_> = unreadable.into_iter().map(|entry| (entry.id, entry.reason)).collect();
    let foreign = (None, UnreadableReason::Foreign);
    assert_eq!(reasons, [(None, UnreadableReason::Newer), foreign.clone(), foreign]);
}

#[test]
fn a_wrong_length_digest_or_field_makes_a_delivery_unreadable() {
    let message = &packed("m", MORNING, b"some body")[0];
    let same_size = packed("m", MORNING, b"same size")[0].body.clone();
    let same_size: Value = serde_json::from_str(&same_size).expect("JSON");
    let edits: [&dyn Fn(&mut Value); 6] = [
        &|part| part["body"] = same_size["body"].clone(),
        &|part| part["body"] = "!".into(),
        &|part| part["bytes"] = 8.into(),
        &|part| part["bytes"] = (BODY_BYTES_MAX + 1).into(),
        &|part| part["endpoint"] = "elsewhere".into(),
        &|part| part["integration"] = "../x".into(),
    ];
    for edit in edits {
        let assembled = assemble(vec![edited(message, edit)]);
        assert!(assembled.whole.is_empty());
        assert_eq!(assembled.unreadable[0].reason, UnreadableReason::Damaged);
        assert!(assembled.unreadable[0].id.is_some());
        assert_eq!(assembled.unreadable[0].receipt_handles, receipt_handles(&["m-0"]));
    }
    for edit in [&|part: &mut Value| part["part"] = 2.into(), &|part: &mut Value| part["parts"] = 0.into()]
        as [&dyn Fn(&mut Value); 2]
    {
        assert_eq!(assemble(vec![edited(message, edit)]).unreadable[0].reason, UnreadableReason::Damaged);
    }
}

#[test]
fn decompression_stops_at_the_recorded_length() {
    let bomb = edited(&packed("m", MORNING, &b"0".repeat(3_000_000))[0], |part| part["bytes"] = 10.into());
    assert_eq!(assemble(vec![bomb]).unreadable[0].reason, UnreadableReason::Damaged);
}
