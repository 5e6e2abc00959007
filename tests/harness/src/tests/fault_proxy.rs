use std::time::Duration;

use hookpost_stand_in::http;
use http_body_util::Full;
use hyper::Request;
use serde_json::{Value, json};

use crate::aws::AwsError;
use crate::emulators::emulators;
use crate::fault_proxy::{Fault, FaultProxy, PartialFailure};
use crate::federation::Federation;
use crate::queues::Queues;

const WITHIN: Duration = Duration::from_secs(10);

/// A queue, reached through a proxy.
async fn proxied_queue(name: &str) -> (FaultProxy, Queues, String) {
    let proxy = FaultProxy::start(emulators().sqs()).await;
    let queues = Queues::at(&proxy.endpoint());
    let url = queues.create_events_queue(name).await.unwrap();
    proxy.forget();
    (proxy, queues, url)
}

#[tokio::test]
async fn calls_are_forwarded_and_recorded() {
    let (proxy, queues, url) = proxied_queue("remembered").await;
    queues.send(&url, "hello", Some(("g", "1"))).await.unwrap();
    let calls = proxy.calls_of("SendMessage");
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].input["MessageBody"], "hello");
    assert_eq!(calls[0].status, Some(200));
    assert!(calls[0].output["MessageId"].is_string());
    assert_eq!(queues.drain(&url).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_operation_of_the_query_protocol_is_in_the_form() {
    let federation = Federation::open().await;
    let form = Full::from("Action=GetWebIdentityToken&Version=2011-06-15");
    let request = Request::post(federation.sts_proxy.endpoint()).body(form).unwrap();
    let status = http::send(request, WITHIN).await.unwrap().status();
    let calls = federation.sts_proxy.calls_of("GetWebIdentityToken");
    assert_eq!(calls.len(), 1);
    assert_eq!((calls[0].status, status.as_u16()), (Some(403), 403), "STS refuses what is not signed");
}

#[tokio::test]
async fn a_fault_hits_one_call_and_an_outage_all() {
    let (proxy, queues, url) = proxied_queue("faults").await;
    proxy.fail_next("SendMessage", Fault::Refuse { status: 403, code: "AccessDenied" });
    assert_eq!(queues.count(&url).await.unwrap(), 0);
    let refused = queues.send(&url, "1", Some(("g", "1"))).await.unwrap_err();
    assert!(matches!(&refused, AwsError::Refused { status: 403, code, .. } if code == "AccessDenied"));
    queues.send(&url, "1", Some(("g", "1"))).await.unwrap();
    proxy.fail_all(Fault::outage());
    assert!(queues.count(&url).await.is_err());
    assert!(queues.count(&url).await.is_err());
    proxy.heal();
    assert_eq!(queues.count(&url).await.unwrap(), 1);
}

#[tokio::test]
async fn a_connection_is_dropped_before_or_after_the_call() {
    let (proxy, queues, url) = proxied_queue("dropped").await;
    proxy.fail_next("SendMessage", Fault::Drop);
    proxy.fail_next("SendMessage", Fault::DropAfterForward);
    for id in ["1", "2"] {
        let lost = queues.send(&url, id, Some(("g", id))).await.unwrap_err();
        assert!(matches!(lost, AwsError::Unreachable(_)), "{lost}");
    }
    let arrived = queues.drain(&url).await.unwrap();
    assert_eq!(arrived.len(), 1);
    assert_eq!(arrived[0].body, "2");
    assert!(proxy.calls_of("SendMessage").iter().all(|call| call.status.is_none()));
}

#[tokio::test]
async fn a_hanging_call_is_recorded_without_a_status() {
    let (proxy, queues, url) = proxied_queue("hanging").await;
    proxy.fail_each("SendMessage", Fault::Hang);
    let before = proxy.calls().len();
    tokio::select! {
        _ = queues.send(&url, "1", Some(("g", "1"))) => panic!("there should be no answer"),
        called = proxy.called(1, WITHIN) => assert!(called),
    }
    assert_eq!(proxy.calls().len(), before + 1);
    assert_eq!(proxy.calls()[before].status, None);
}

#[tokio::test]
async fn a_batch_fails_in_part_and_the_rest_is_really_sent() {
    let (proxy, queues, url) = proxied_queue("partial").await;
    let failures = vec![PartialFailure::internal(0), PartialFailure::invalid(2)];
    proxy.fail_next("SendMessageBatch", Fault::Partial(failures));
    let output = queues.send_batch(&url, &["a", "b", "c"]).await.unwrap();
    let ids = |key: &str| -> Vec<Value> {
        output[key].as_array().unwrap().iter().map(|entry| entry["Id"].clone()).collect()
    };
    assert_eq!(ids("Successful"), [json!("1")]);
    assert_eq!(ids("Failed"), [json!("0"), json!("2")]);
    assert_eq!(output["Failed"][1]["SenderFault"], true);
    let arrived = queues.drain(&url).await.unwrap();
    assert_eq!(arrived.len(), 1);
    assert_eq!(arrived[0].body, "b");
}
