//! Passes of the real `watch` binary: one at a time, resumed from a checkpoint, integration by integration.

use hookpost_stand_in::rest::{Fault, Status};
use serde_json::{Value, json};

use crate::deployment::{connect, with};
use crate::watched_deployment::{WatchedDeployment, integration_log_lines, messages};

/// The messages of a pass at work.
const LEASE: &str = r#"{"kind":"lease","revision":1,"integrations":[]}"#;
const CHECKPOINT: &str = r#"{"kind":"checkpoint","integration":"northpeak","revision":1,"checkpoint":{
    "settled_until":"2026-11-01T00:00:00Z","subscriptions_checked_at":null,"replayed":{},"gaps":[]}}"#;

#[tokio::test]
async fn a_pass_ends_at_once_while_another_holds_the_lease() {
    let watched = WatchedDeployment::open("watch-two").await;
    // Somebody else has the right, and a long lease.
    let queues = &watched.deployment.account.queues;
    let queue = queues.create_checkpoint_queue("watch-two-lease", 600).await.expect("a queue");
    queues.send(&queue, LEASE, Some(("pass", "theirs"))).await.expect("sent");
    assert_eq!(queues.receive(&queue).await.expect("received").len(), 1);
    // It has just stored a checkpoint, which it will need again.
    queues.send(&queue, CHECKPOINT, Some(("integration:contoso", "stored"))).await.expect("sent");
    let second = watched.deployment.start_watch(&queue).await;
    let answer = second.invoke(json!({})).await.expect("an answer");
    assert!(answer["summary"].to_string().contains("another pass is running"), "{answer}");
    assert!(answer["integrations"].is_null());
    assert_eq!(queues.receive(&queue).await.expect("received").len(), 1, "the checkpoint was given back");
    watched.deployment.account.close(second).await;
    watched.close().await;
}

#[tokio::test]
async fn empty_placeholders_do_not_hide_the_checkpoint() {
    let mut watched = WatchedDeployment::open("watch-placeholders").await;
    watched.fail_push_delivery("once").await;
    assert_eq!(watched.run_pass().await["deliveriesReplayed"], 1);
    let queues = &watched.deployment.account.queues;
    let stored = queues.receive(&watched.checkpoints).await.expect("received");
    let queue = queues.create_checkpoint_queue("watch-placeholders", 1).await.expect("a queue");
    // As many as SQS hands out at once.
    for number in 0..10 {
        let (id, placeholder) =
            (format!("in-vain-{number}"), r#"{"kind":"lease","revision":0,"integrations":[]}"#);
        queues.send(&queue, placeholder, Some(("pass", &id))).await.expect("sent");
    }
    for (number, message) in stored.iter().enumerate() {
        let is_lease = message.body.contains(r#""kind":"lease""#);
        let group = if is_lease { "pass" } else { "integration:contoso" };
        queues.send(&queue, &message.body, Some((group, &number.to_string()))).await.expect("sent");
    }
    watched.watch = watched.deployment.start_watch(&queue).await;
    let report = watched.run_pass().await;
    assert_eq!(report["deliveriesReplayed"], 0, "it is done: {report}");
    watched.close().await;
}

#[tokio::test]
async fn the_overview_of_the_last_pass_is_on_its_queue() {
    let watched = WatchedDeployment::open("watch-overview").await;
    let deployment = &watched.deployment;
    let queues = &deployment.account.queues;
    watched.run_pass().await;
    watched.fail_push_delivery("once").await;
    assert_eq!(watched.run_pass().await["deliveriesReplayed"], 1);
    let count = queues.count(&deployment.account.overview_url).await.expect("counted");
    assert_eq!(count, 1, "the second pass has replaced the message of the first");
    let messages = queues.receive(&deployment.account.overview_url).await.expect("received");
    let [message] = &*messages else { panic!("{messages:?}") };
    deployment.assert_secret("the overview", &message.body);
    let overview = message.json();
    let entry = &overview["integrations"][0];
    assert_eq!(entry["integration"], "contoso", "{overview}");
    assert_eq!(entry["organizationUrl"], "https://dev.azure.com/contoso");
    assert_eq!(entry["connectedBy"], json!({"token": {"expiresOn": "2099-01-01"}}));
    assert_eq!(
        (&entry["subscriptions"]["wanted"], &entry["subscriptions"]["delivering"]),
        (&json!(8), &json!(8))
    );
    assert_eq!(entry["lastWork"]["replayed"], 1);
    let failed = entry["failedDeliveries"][0]["description"].to_string();
    assert!(
        failed.contains("git.push of project `Shop`") && failed.contains("its event was queued"),
        "{failed}"
    );
    watched.close().await;
}

#[tokio::test]
async fn a_pass_that_cannot_write_the_overview_completes_and_says_so() {
    let mut watched = WatchedDeployment::open("watch-no-overview").await;
    let missing = watched.deployment.account.overview_url.replace("-overview", "-gone-overview");
    let further = [
        ("HOOKPOST_CHECKPOINT_QUEUE_URL", &*watched.checkpoints),
        ("HOOKPOST_OVERVIEW_QUEUE_URL", &*missing),
    ];
    watched.watch = watched.deployment.start_operator("watch", &further).await;
    watched.fail_push_delivery("once").await;
    let report = watched.run_pass().await;
    assert_eq!((&report["failure"], &report["deliveriesReplayed"]), (&Value::Null, &json!(1)), "{report}");
    watched.watch.idle().await.expect("the function goes on");
    let lines = watched.watch.logs();
    let line = lines.iter().find(|line| line.contains("overview_not_written")).expect("a line");
    let line: Value = serde_json::from_str(line).expect("JSON");
    assert_eq!(line["level"], "WARN");
    assert!(line["reason"].to_string().contains("HOOKPOST_OVERVIEW_QUEUE_URL"), "{line}");
    watched.close().await;
}

#[tokio::test]
async fn an_expired_token_is_reported_and_other_integrations_are_checked() {
    let watched = WatchedDeployment::open("watch-token").await;
    let second = with(with(connect(), "integration", "second"), "patExpiresOn", "2020-01-01");
    watched.deployment.run_setup(&second).await;
    watched.deployment.azure.fail_next("GET connectionData", Fault::Expired);
    let answer = watched.watch.invoke(json!({})).await.expect("an answer");
    let all = answer["integrations"].as_array().expect("integrations");
    let failures = all.iter().filter(|report| report["failure"].to_string().contains("token"));
    assert_eq!(failures.count(), 1, "{answer}");
    let checked = all.iter().find(|report| report["failure"] == Value::Null).expect("the other one");
    assert!(checked["tokenDaysLeft"].is_i64(), "{answer}");
    let lines = integration_log_lines(&watched.watch);
    assert_eq!(lines.iter().map(|line| &line["level"]).collect::<Vec<_>>(), ["ERROR", "INFO"], "{lines:?}");
    assert!(lines[0]["reason"].to_string().contains("token"), "{lines:?}");
    watched.close().await;
}

#[tokio::test]
async fn a_pass_killed_at_any_call_is_repeated_without_loss() {
    let mut watched = WatchedDeployment::open("watch-crash").await;
    for call in 0..60 {
        watched.fail_push_delivery(&format!("crash {call}")).await;
        let killed = watched.kill_watch_at(call).await;
        // Until the lease of the killed pass expires, another pass seems to be running.
        while watched.run_pass().await.is_null() {}
        assert_eq!(messages(&watched.events().await), [format!("crash {call}")], "killed at call {call}");
        let status = watched.deployment.push_subscription().status;
        assert_eq!(status, Status::Enabled, "killed at call {call}");
        if !killed {
            assert!(call > 8, "a pass takes more than {call} calls");
            return watched.close().await;
        }
    }
    panic!("a pass does not end");
}
