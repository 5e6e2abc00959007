//! Faults of ours are 503, always, and what was half done is found again by the retry.

use hookpost_harness::front::{Fault, PartialFailure};
use hookpost_stand_in::RefChange;
use serde_json::json;

use crate::world::{Contoso, World, told};

const UNAVAILABLE: (u64, &str) = (503, "queue_unavailable");

fn outcome(expected: (u64, &str)) -> (u64, String) {
    (expected.0, expected.1.to_owned())
}

#[tokio::test]
async fn whatever_sqs_does_wrong_is_503_and_the_retry_gets_through() {
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
        let world = World::open_with(&format!("sqs-{name}"), "code-pushed", &settings).await;
        let push = Contoso::subscribed(21).commit("x");
        world.account.sqs.fail_all(fault);
        let reply = world.deliver(&push).await;
        assert_eq!(reply.status, 503, "{name}: {}", reply.json());
        assert!(["queue_unavailable", "deadline_exceeded"].contains(&told(&reply).1.as_str()), "{name}");
        assert!(reply.header("retry-after").is_some(), "{name}");
        world.account.sqs.heal();
        assert_eq!(told(&world.deliver(&push).await), (202, "queued".to_owned()), "{name}");
        assert_eq!(world.account.events().await.len(), 1, "{name}");
        world.close().await;
    }
}

#[tokio::test]
async fn a_connection_lost_after_sqs_took_the_message_makes_no_second_one() {
    let settings = [("HOOKPOST_DEADLINE_MILLISECONDS", "1500")];
    let world = World::open_with("lost-answer", "code-pushed", &settings).await;
    let push = Contoso::subscribed(22).commit("x");
    world.account.sqs.fail_all(Fault::DropAfterForward);
    assert_eq!(world.deliver(&push).await.status, 503);
    world.account.sqs.heal();
    assert_eq!(told(&world.deliver(&push).await), (202, "queued".to_owned()));
    assert_eq!(world.account.events().await.len(), 1);
    world.close().await;
}

#[tokio::test]
async fn a_batch_that_fails_in_part_is_completed_or_503_but_never_half_said() {
    let world = World::open("partial", "code-pushed").await;
    let changes = ["a", "b", "c"].map(|name| RefChange::commit(&format!("refs/heads/{name}"), &["x"]));
    let push = Contoso::subscribed(23).push(&changes).remove(0);

    world.account.sqs.fail_each("SendMessageBatch", Fault::Partial(vec![PartialFailure::internal(0)]));
    let reply = world.deliver(&push).await;
    assert_eq!(told(&reply), outcome(UNAVAILABLE), "one of three never went: {}", reply.json());

    world.account.sqs.heal();
    world.account.sqs.fail_next("SendMessageBatch", Fault::Partial(vec![PartialFailure::internal(2)]));
    let reply = world.deliver(&push).await;
    assert_eq!(told(&reply), (202, "queued".to_owned()), "sent again within the same delivery");
    assert_eq!(reply.json()["events"].as_array().map(Vec::len), Some(3));
    assert_eq!(world.account.events().await.len(), 3);
    world.close().await;
}

#[tokio::test]
async fn a_message_sqs_will_never_take_goes_to_the_quarantine() {
    let world = World::open("poison", "code-pushed").await;
    let changes = ["a", "b"].map(|name| RefChange::commit(&format!("refs/heads/{name}"), &["x"]));
    let push = Contoso::subscribed(24).push(&changes).remove(0);
    world.account.sqs.fail_next("SendMessageBatch", Fault::Partial(vec![PartialFailure::invalid(1)]));
    let reply = world.deliver(&push).await;
    assert_eq!(told(&reply), (202, "quarantined".to_owned()), "{}", reply.json());
    assert_eq!(reply.json()["events"].as_array().map(Vec::len), Some(1));
    assert_eq!(world.account.events().await.len(), 1);
    assert_eq!(world.account.quarantined().await.len(), 1);
    world.close().await;
}

#[tokio::test]
async fn a_quarantine_that_cannot_be_reached_is_503() {
    let world = World::open("no-quarantine", "code-pushed").await;
    world.account.sqs.fail_all(Fault::outage());
    let reply = world.send(&world.request("not json")).await;
    assert_eq!(told(&reply), outcome(UNAVAILABLE));
    world.close().await;
}

#[tokio::test]
async fn a_test_button_without_permission_to_send_is_503() {
    let world = World::open("test-denied", "code-pushed").await;
    world.account.sqs.fail_all(Fault::Refuse { status: 403, code: "AccessDenied" });
    let body = json!({"subscriptionId": "00000000-0000-0000-0000-000000000000", "eventType": "git.push"});
    let reply = world.send(&world.request(body.to_string())).await;
    assert_eq!(told(&reply), outcome(UNAVAILABLE));
    world.close().await;
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
        let world = World::open_with(&format!("sm-{name}"), "code-pushed", &settings).await;
        world.account.secrets_manager.fail_all(fault);
        let reply = world.deliver(&Contoso::subscribed(25).commit("x")).await;
        assert_eq!(reply.status, 503, "{name}: {}", reply.json());
        assert!(
            ["password_store_unavailable", "deadline_exceeded"].contains(&told(&reply).1.as_str()),
            "{name}"
        );
        world.close().await;
    }
}

#[tokio::test]
async fn secrets_manager_down_with_a_password_cached_is_not_noticed() {
    let settings = [("HOOKPOST_PASSWORD_TTL_SECONDS", "1")];
    let world = World::open_with("sm-cached", "code-pushed", &settings).await;
    let mut contoso = Contoso::subscribed(26);
    assert_eq!(world.deliver(&contoso.commit("before")).await.status, 202);
    world.account.secrets_manager.fail_all(Fault::outage());
    assert_eq!(told(&world.deliver(&contoso.commit("during")).await), (202, "queued".to_owned()));
    let stranger = world.request_with_password("{}", hookpost_stand_in::canary::WRONG_PASSWORD);
    let reply = world.send(&stranger).await;
    assert_eq!(
        told(&reply),
        outcome((503, "password_store_unavailable")),
        "it may be a password not known yet"
    );
    world.close().await;
}

#[tokio::test]
async fn secrets_manager_that_hangs_is_not_noticed_even_after_a_stranger_guessed() {
    let settings = [("HOOKPOST_PASSWORD_TTL_SECONDS", "1"), ("HOOKPOST_PASSWORD_REFETCH_SECONDS", "1")];
    let world = World::open_with("sm-hangs", "code-pushed", &settings).await;
    let mut contoso = Contoso::subscribed(28);
    assert_eq!(world.deliver(&contoso.commit("before")).await.status, 202);
    let stranger = world.request_with_password("{}", hookpost_stand_in::canary::WRONG_PASSWORD);
    assert_eq!(world.send(&stranger).await.status, 401);
    world.account.secrets_manager.fail_all(Fault::Hang);
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(4);
    while std::time::Instant::now() < deadline {
        let reply = world.deliver(&contoso.commit("during")).await;
        assert_eq!(told(&reply), (202, "queued".to_owned()), "{}", reply.json());
    }
    world.close().await;
}

#[tokio::test]
async fn a_secret_that_is_no_password_is_503_and_says_so_in_the_log_without_showing_it() {
    let world = World::open("malformed-secret", "code-pushed").await;
    let secrets = &world.account.secrets;
    let name = hookpost_harness::secrets::webhook_secret(
        &world.account.prefix,
        hookpost_harness::account::INTEGRATION,
    );
    let value = json!({"passwort": hookpost_stand_in::canary::PASSWORD}).to_string();
    secrets
        .put(&name, &value, hookpost_harness::secrets::Stage::Current)
        .await
        .expect("the emulator stores it");
    let reply = world.deliver(&Contoso::subscribed(27).commit("x")).await;
    assert_eq!(told(&reply), outcome((503, "password_store_unavailable")));
    let log = world.close().await.join("\n");
    assert!(log.contains(&name) && log.contains("password"), "{log}");
}
