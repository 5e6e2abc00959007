use std::time::Duration;

use serde_json::{Value, json};

use crate::aws::AwsError;
use crate::emulators::emulators;
use crate::front::{Fault, Front, PartialFailure};
use crate::queues::Queues;

const WITHIN: Duration = Duration::from_secs(10);

/// A queue, reached through a front.
async fn fronted(name: &str) -> (Front, Queues, String) {
    let front = Front::start(emulators().sqs()).await;
    let queues = Queues::at(&front.endpoint());
    let url = queues.create_events_queue(name).await.unwrap();
    front.forget();
    (front, queues, url)
}

#[tokio::test]
async fn calls_are_forwarded_and_remembered() {
    let (front, queues, url) = fronted("remembered").await;
    queues.send(&url, "hello", Some(("g", "1"))).await.unwrap();
    let calls = front.calls_of("SendMessage");
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].input["MessageBody"], "hello");
    assert_eq!(calls[0].status, Some(200));
    assert!(calls[0].output["MessageId"].is_string());
    assert_eq!(queues.drain(&url).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_fault_hits_its_operation_once_and_an_outage_everything() {
    let (front, queues, url) = fronted("faults").await;
    front.fail_next("SendMessage", Fault::Refuse { status: 403, code: "AccessDenied" });
    assert_eq!(queues.count(&url).await.unwrap(), 0);
    let refused = queues.send(&url, "1", Some(("g", "1"))).await.unwrap_err();
    assert!(matches!(&refused, AwsError::Refused { status: 403, code, .. } if code == "AccessDenied"));
    queues.send(&url, "1", Some(("g", "1"))).await.unwrap();
    front.fail_all(Fault::outage());
    assert!(queues.count(&url).await.is_err());
    assert!(queues.count(&url).await.is_err());
    front.heal();
    assert_eq!(queues.count(&url).await.unwrap(), 1);
}

#[tokio::test]
async fn a_dropped_connection_may_or_may_not_have_sent() {
    let (front, queues, url) = fronted("dropped").await;
    front.fail_next("SendMessage", Fault::Drop);
    front.fail_next("SendMessage", Fault::DropAfterForward);
    for id in ["1", "2"] {
        let lost = queues.send(&url, id, Some(("g", id))).await.unwrap_err();
        assert!(matches!(lost, AwsError::Unreachable(_)), "{lost}");
    }
    let arrived = queues.drain(&url).await.unwrap();
    assert_eq!(arrived.len(), 1);
    assert_eq!(arrived[0].body, "2");
    assert!(front.calls_of("SendMessage").iter().all(|call| call.status.is_none()));
}

#[tokio::test]
async fn a_hanging_call_is_remembered_without_an_answer() {
    let (front, queues, url) = fronted("hanging").await;
    front.fail_each("SendMessage", Fault::Hang);
    let before = front.calls().len();
    tokio::select! {
        _ = queues.send(&url, "1", Some(("g", "1"))) => panic!("there should be no answer"),
        called = front.called(2, WITHIN) => assert!(called),
    }
    assert_eq!(front.calls().len(), before + 1);
    assert_eq!(front.calls()[before].status, None);
}

#[tokio::test]
async fn a_batch_fails_in_part_and_the_rest_is_really_sent() {
    let (front, queues, url) = fronted("partial").await;
    let failures = vec![PartialFailure::internal(0), PartialFailure::invalid(2)];
    front.fail_next("SendMessageBatch", Fault::Partial(failures));
    let output = queues.send_batch(&url, &["a", "b", "c"]).await.unwrap();
    let ids = |key: &str| -> Vec<Value> {
        output[key].as_array().unwrap().iter().map(|one| one["Id"].clone()).collect()
    };
    assert_eq!(ids("Successful"), [json!("1")]);
    assert_eq!(ids("Failed"), [json!("0"), json!("2")]);
    assert_eq!(output["Failed"][1]["SenderFault"], true);
    let arrived = queues.drain(&url).await.unwrap();
    assert_eq!(arrived.len(), 1);
    assert_eq!(arrived[0].body, "b");
}

#[tokio::test]
async fn a_batch_can_fail_as_a_whole_under_200() {
    let (front, queues, url) = fronted("whole").await;
    let failures = (0..2).map(PartialFailure::internal).collect();
    front.fail_next("SendMessageBatch", Fault::Partial(failures));
    let output = queues.send_batch(&url, &["a", "b"]).await.unwrap();
    assert_eq!(output["Failed"].as_array().unwrap().len(), 2);
    assert!(queues.drain(&url).await.unwrap().is_empty());
}
