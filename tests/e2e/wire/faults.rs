//! Every fault of ours is 503, and the retry completes the delivery.

use hookpost_harness::fault_proxy::{Fault, PartialFailure};
use hookpost_stand_in::RefChange;
use serde_json::json;

use crate::fixture::{Contoso, ReceiverFixture, status_and_code};

const UNAVAILABLE: (u64, &str) = (503, "queue_unavailable");

fn outcome(expected: (u64, &str)) -> (u64, String) {
    (expected.0, expected.1.to_owned())
}

#[tokio::test]
async fn every_sqs_failure_is_503_and_the_retry_is_queued() {
    let faults = [
        ("outage", Fault::outage()),
        ("throttle", Fault::Throttle),
        ("denied", Fault::Refuse { status: 403, code: "AccessDenied" }),
        ("no-queue", Fault::Refuse { status: 400, code: "QueueDoesNotExist" }),
        ("kms", Fault::Refuse { status: 400, code: "KmsAccessDenied" }),
        ("drop", Fault::Drop),
        ("garbage", Fault::Garbage),
        ("hang", Fault::Hang),
    ];
    for (name, fault) in faults {
        let settings = [("HOOKPOST_DEADLINE_MILLISECONDS", "1000")];
        let fixture = ReceiverFixture::open_with(&format!("sqs-{name}"), "code-pushed", &settings).await;
        let push = Contoso::subscribed(21).commit("x");
        fixture.account.sqs.fail_all(fault);
        let response = fixture.deliver(&push).await;
        assert_eq!(response.status, 503, "{name}: {}", response.json());
        assert!(
            ["queue_unavailable", "deadline_exceeded"].contains(&status_and_code(&response).1.as_str()),
            "{name}"
        );
        assert!(response.header("retry-after").is_some(), "{name}");
        fixture.account.sqs.heal();
        assert_eq!(status_and_code(&fixture.deliver(&push).await), (202, "queued".to_owned()), "{name}");
        assert_eq!(fixture.account.events().await.len(), 1, "{name}");
        fixture.close().await;
    }
}

#[tokio::test]
async fn a_partly_failed_batch_is_completed_or_503() {
    let fixture = ReceiverFixture::open("partial", "code-pushed").await;
    let changes = ["a", "b", "c"].map(|name| RefChange::commit(&format!("refs/heads/{name}"), &["x"]));
    let push = Contoso::subscribed(23).push(&changes).remove(0);

    fixture.account.sqs.fail_each("SendMessageBatch", Fault::Partial(vec![PartialFailure::internal(0)]));
    let response = fixture.deliver(&push).await;
    assert_eq!(
        status_and_code(&response),
        outcome(UNAVAILABLE),
        "one of three never went: {}",
        response.json()
    );

    fixture.account.sqs.heal();
    fixture.account.sqs.fail_next("SendMessageBatch", Fault::Partial(vec![PartialFailure::internal(2)]));
    let response = fixture.deliver(&push).await;
    assert_eq!(status_and_code(&response), (202, "queued".to_owned()), "sent again within the same delivery");
    assert_eq!(response.json()["events"].as_array().map(Vec::len), Some(3));
    assert_eq!(fixture.account.events().await.len(), 3);
    fixture.close().await;
}

#[tokio::test]
async fn secrets_manager_down_with_nothing_cached_is_503() {
    let faults = [
        ("outage", Fault::outage()),
        ("throttle", Fault::Throttle),
        ("denied", Fault::Refuse { status: 400, code: "AccessDeniedException" }),
        ("kms", Fault::Refuse { status: 400, code: "DecryptionFailure" }),
        ("drop", Fault::Drop),
        ("hang", Fault::Hang),
    ];
    for (name, fault) in faults {
        let settings = [("HOOKPOST_DEADLINE_MILLISECONDS", "1000")];
        let fixture = ReceiverFixture::open_with(&format!("sm-{name}"), "code-pushed", &settings).await;
        fixture.account.secrets_manager.fail_all(fault);
        let response = fixture.deliver(&Contoso::subscribed(25).commit("x")).await;
        assert_eq!(response.status, 503, "{name}: {}", response.json());
        assert!(
            ["password_store_unavailable", "deadline_exceeded"]
                .contains(&status_and_code(&response).1.as_str()),
            "{name}"
        );
        fixture.close().await;
    }
}

#[tokio::test]
async fn a_malformed_secret_is_503_and_logged_without_its_value() {
    let fixture = ReceiverFixture::open("malformed-secret", "code-pushed").await;
    let secrets = &fixture.account.secrets;
    let name = hookpost_harness::secrets::webhook_secret(
        &fixture.account.prefix,
        hookpost_harness::account::INTEGRATION,
    );
    let value = json!({"passwort": hookpost_stand_in::canary::PASSWORD}).to_string();
    secrets
        .put(&name, &value, hookpost_harness::secrets::Stage::Current)
        .await
        .expect("the emulator stores it");
    let response = fixture.deliver(&Contoso::subscribed(27).commit("x")).await;
    assert_eq!(status_and_code(&response), outcome((503, "password_store_unavailable")));
    let log = fixture.close().await.join("\n");
    assert!(log.contains(&name) && log.contains("password"), "{log}");
}

#[tokio::test]
async fn a_hanging_secrets_manager_delays_no_delivery_with_a_cached_password() {
    let settings = [("HOOKPOST_PASSWORD_TTL_SECONDS", "1"), ("HOOKPOST_PASSWORD_REFETCH_SECONDS", "1")];
    let fixture = ReceiverFixture::open_with("sm-hangs", "code-pushed", &settings).await;
    let mut contoso = Contoso::subscribed(28);
    assert_eq!(fixture.deliver(&contoso.commit("before")).await.status, 202);
    let stranger = fixture.request_with_password("{}", hookpost_stand_in::canary::WRONG_PASSWORD);
    assert_eq!(fixture.send(&stranger).await.status, 401);
    fixture.account.secrets_manager.fail_all(Fault::Hang);
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(4);
    while std::time::Instant::now() < deadline {
        let response = fixture.deliver(&contoso.commit("during")).await;
        assert_eq!(status_and_code(&response), (202, "queued".to_owned()), "{}", response.json());
    }
    fixture.close().await;
}
