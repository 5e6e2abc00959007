use std::collections::HashSet;
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context as TaskContext, Poll, Waker};

use serde_json::json;

use super::*;
use crate::message::queue_message::QueueMessage;
use crate::ports::{SendFailure, SendResult, Sent};

/// A queue that keeps the event ids of each call, and refuses every call after some.
struct ChunkQueue {
    chunks: Mutex<Vec<Vec<String>>>,
    calls_max: usize,
}

impl ChunkQueue {
    fn new(calls_max: usize) -> Self {
        Self { chunks: Mutex::default(), calls_max }
    }

    fn chunks(&self) -> Vec<Vec<String>> {
        self.chunks.lock().expect("not poisoned").clone()
    }
}

impl MessageQueue for ChunkQueue {
    async fn send(&self, messages: Vec<QueueMessage>) -> Vec<SendResult> {
        let mut chunks = self.chunks.lock().expect("not poisoned");
        if chunks.len() == self.calls_max {
            return messages.iter().map(|_| Err(SendFailure::Unavailable("down".to_owned()))).collect();
        }
        let ids = messages.into_iter().filter_map(|message| Some(message.fifo?.deduplication_id));
        chunks.push(ids.collect());
        let sent = chunks.last().into_iter().flatten();
        sent.map(|id| Ok(Sent { message_id: id.clone() })).collect()
    }

    async fn probe(&self) -> Result<(), SendFailure> {
        Ok(())
    }
}

/// A push of this many tags, of which one update cannot be read if `is_damaged`.
fn mirror(refs: usize, is_damaged: bool) -> String {
    let after = "2".repeat(40);
    let name = |number: usize| format!("refs/tags/{number}");
    let mut updates: Vec<_> = (0..refs)
        .map(|number| json!({"name": name(number), "oldObjectId": "0".repeat(40), "newObjectId": after}))
        .collect();
    if is_damaged {
        updates[7]["newObjectId"] = json!("0".repeat(40));
    }
    let repository = json!({"remoteUrl": "https://dev.azure.com/contoso/Shop/_git/web"});
    let resource = json!({"refUpdates": updates, "repository": repository, "pushId": 7});
    json!({"id": "e1", "eventType": "git.push", "resource": resource}).to_string()
}

fn redeliver(body: &str, queue: Option<&ChunkQueue>) -> Result<RedeliveryOutcome, String> {
    redeliver_to(body, queue.map(|events| Queues { events, deliveries: None }))
}

fn redeliver_to(body: &str, queues: Option<Queues<'_, ChunkQueue>>) -> Result<RedeliveryOutcome, String> {
    let integration = IntegrationName::parse("contoso").expect("a name");
    let received_at = "2026-03-01T12:00:00Z".parse().expect("a timestamp");
    let redelivery = Redelivery {
        integration: &integration,
        body: body.as_bytes(),
        change: None,
        activity_id: None,
        received_at,
    };
    let mut future = pin!(redelivery.process(queues));
    match future.as_mut().poll(&mut TaskContext::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => panic!("the queue never waits"),
    }
}

#[test]
fn a_mirror_is_taken_apart() {
    for refs in [1001, 2500] {
        let queue = ChunkQueue::new(usize::MAX);
        let outcome = redeliver(&mirror(refs, false), Some(&queue));
        assert!(matches!(outcome, Ok(RedeliveryOutcome::Queued(queued)) if queued == refs), "{refs}");
        assert!(queue.chunks().iter().all(|chunk| chunk.len() <= CHUNK_MESSAGES), "constant memory");
        let ids: HashSet<String> = queue.chunks().into_iter().flatten().collect();
        assert_eq!(ids.len(), refs);
    }
    let outcome = redeliver(&mirror(1001, false), None);
    assert!(matches!(outcome, Ok(RedeliveryOutcome::Queued(1001))), "a dry run counts");
}

#[test]
fn after_an_outage_a_mirror_begins_again_with_the_same_ids() {
    let (first, second) = (ChunkQueue::new(1), ChunkQueue::new(usize::MAX));
    assert!(redeliver(&mirror(1001, false), Some(&first)).is_err());
    assert!(redeliver(&mirror(1001, false), Some(&second)).is_ok());
    assert_eq!(first.chunks()[..], second.chunks()[..1]);
}

#[test]
fn a_bad_ref_update_of_a_mirror_does_not_prevent_the_others() {
    let queue = ChunkQueue::new(usize::MAX);
    let Ok(RedeliveryOutcome::Unreadable(reason)) = redeliver(&mirror(1001, true), Some(&queue)) else {
        panic!("the delivery stays in quarantine")
    };
    assert_eq!(reason, "`resource.refUpdates[7]` is zero on both sides");
    assert_eq!(queue.chunks().iter().map(Vec::len).sum::<usize>(), 1000);
}

#[test]
fn an_event_type_that_is_not_forwarded_is_kept_as_a_raw_delivery() {
    let (events, deliveries) = (ChunkQueue::new(usize::MAX), ChunkQueue::new(usize::MAX));
    let body = json!({"id": "e1", "eventType": "build.complete", "resource": {}}).to_string();
    let queues = Queues { events: &events, deliveries: Some(&deliveries) };
    assert!(matches!(redeliver_to(&body, Some(queues)), Ok(RedeliveryOutcome::Skipped(_))));
    assert_eq!((events.chunks().len(), deliveries.chunks().len()), (0, 1));
    let (events, deliveries) = (ChunkQueue::new(0), ChunkQueue::new(0));
    let queues = Queues { events: &events, deliveries: Some(&deliveries) };
    assert!(redeliver_to(&body, Some(queues)).is_err(), "it stays where it is stored");
}
