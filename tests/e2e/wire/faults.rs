//! Every fault of ours is 503, and the retry completes the delivery.

use hookpost_harness::account::INTEGRATION;
use hookpost_harness::api_gateway::ApiRequest;
use hookpost_harness::fault_proxy::{Call, Fault};
use hookpost_harness::secrets::{VersionStage, webhook_secret};
use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::Delivery;
use serde_json::json;

use crate::fixture::{Contoso, ReceiverFixture, result, send_to};

/// As short as it may be, for calls that hang.
const DEADLINE: [(&str, &str); 1] = [("HOOKPOST_DEADLINE_MILLISECONDS", "1000")];

fn denied(status: u16, code: &'static str) -> Fault {
    Fault::Refuse { status, code }
}

#[tokio::test]
async fn every_sqs_failure_is_503_and_the_retry_is_queued() {
    let faults = [
        ("outage", Fault::outage()),
        ("throttle", Fault::Throttle),
        ("denied", denied(403, "AccessDenied")),
        ("no-queue", denied(400, "QueueDoesNotExist")),
        ("kms", denied(400, "KmsAccessDenied")),
        ("drop", Fault::Drop),
        ("garbage", Fault::Garbage),
        ("hang", Fault::Hang),
    ];
    let fixture = ReceiverFixture::open_with("sqs-fails", "code-pushed", &DEADLINE).await;
    let mut contoso = Contoso::subscribed(21);
    for (name, fault) in faults {
        let push = contoso.commit(name);
        fixture.account.sqs.fail_all(fault);
        let response = fixture.deliver(&push).await;
        let expected = ["503 queue_unavailable", "503 deadline_exceeded"];
        assert!(expected.contains(&&*result(&response)), "{name}: {}", response.json());
        assert!(response.header("retry-after").is_some(), "{name}");
        fixture.account.sqs.heal();
        assert_eq!(result(&fixture.deliver(&push).await), "202 queued", "{name}");
        assert_eq!(fixture.account.events().await.len(), 1, "{name}");
    }
    fixture.close().await;
}

/// The function gets a header as Lambda sends it. What SQS refuses may be the header, so the event goes without it.
#[tokio::test]
async fn a_trace_header_that_sqs_refuses_costs_no_event() {
    let fixture = ReceiverFixture::open("trace-header", "code-pushed").await;
    fixture.account.sqs.fail_next("SendMessageBatch", denied(400, "InvalidParameterValue"));
    let response = fixture.deliver(&Contoso::subscribed(23).commit("x")).await;
    assert_eq!(result(&response), "202 queued");
    let calls = fixture.account.sqs.calls_of("SendMessageBatch");
    let header = |call: &Call| {
        call.input["Entries"][0]["MessageSystemAttributes"]["AWSTraceHeader"]["StringValue"].clone()
    };
    let rebuilt = json!("Root=1-6741f0aa-2f1d0c7b9e8a4d5c6b7a8f90;Parent=53995c3f42cd8ad8");
    assert_eq!(calls.iter().map(header).collect::<Vec<_>>(), [rebuilt, json!(null)]);
    assert_eq!(fixture.account.events().await.len(), 1);
    assert_eq!(fixture.account.quarantined().await.len(), 0);
    fixture.close().await;
}

#[tokio::test]
async fn secrets_manager_down_with_nothing_cached_is_503() {
    let faults = [
        ("outage", Fault::outage()),
        ("throttle", Fault::Throttle),
        ("denied", denied(400, "AccessDeniedException")),
        ("kms", denied(400, "DecryptionFailure")),
        ("drop", Fault::Drop),
        ("hang", Fault::Hang),
    ];
    let fixture = ReceiverFixture::open("secrets-manager-fails", "code-pushed").await;
    let push = ApiRequest::of(&Delivery::of(&Contoso::subscribed(25).commit("x"), canary::PASSWORD));
    for (name, fault) in faults {
        let cold = fixture.account.start("code-pushed", &DEADLINE).await;
        fixture.account.secrets_manager.fail_all(fault);
        let response = send_to(&cold, &push).await;
        let expected = ["503 password_store_unavailable", "503 deadline_exceeded"];
        assert!(expected.contains(&&*result(&response)), "{name}: {}", response.json());
        fixture.account.secrets_manager.heal();
        fixture.account.close(cold).await;
    }
    fixture.close().await;
}

#[tokio::test]
async fn a_malformed_secret_is_503_and_logged_without_its_value() {
    let fixture = ReceiverFixture::open("malformed-secret", "code-pushed").await;
    let name = webhook_secret(&fixture.account.prefix, INTEGRATION);
    let value = json!({"passwort": canary::PASSWORD}).to_string();
    fixture.account.secrets.put(&name, &value, VersionStage::Current).await.expect("the emulator stores it");
    let response = fixture.deliver(&Contoso::subscribed(27).commit("x")).await;
    assert_eq!(result(&response), "503 password_store_unavailable");
    let log = fixture.close().await.join("\n");
    assert!(log.contains(&name) && log.contains("password"), "{log}");
}
