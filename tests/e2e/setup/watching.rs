//! The real `watch` binary replays missed deliveries, reconstructs missed events and heals subscriptions.

use hookpost_harness::queues::Message;
use hookpost_stand_in::Proposal;
use hookpost_stand_in::rest::Status;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::deployment::{MAIN, ORGANIZATION, connect, expect_report, now, texts, with};
use crate::watched_deployment::{WatchedDeployment, messages};

#[tokio::test]
async fn a_failed_delivery_is_replayed_and_its_subscription_enabled() {
    let watched = WatchedDeployment::open("watch-failed").await;
    watched.fail_push_delivery("missed").await;
    let report = watched.run_pass().await;
    assert_eq!(report["deliveriesReplayed"], 1, "{report}");
    assert_eq!(report["subscriptionsHealed"], 1, "{report}");
    let events = watched.deployment.account.events().await;
    assert_eq!(messages(&events), ["missed"]);
    assert_eq!(watched.pushes().status, Status::Enabled);
    let again = watched.run_pass().await;
    assert_eq!(
        (&again["deliveriesMissed"], &again["subscriptionsNotEnabled"]),
        (&json!(0), &json!(0)),
        "{again}"
    );
    assert!(watched.deployment.account.events().await.is_empty());
    assert_eq!(watched.deployment.push("afterwards").await, [Some(202)]);
    watched.close().await;
}

#[tokio::test]
async fn an_unreadable_failed_delivery_is_quarantined_and_reconstructed() {
    let watched = WatchedDeployment::open("watch-odd").await;
    let odd = |body: &[u8]| {
        let mut body: Value = serde_json::from_slice(body).expect("JSON");
        body["resource"] = Value::Null;
        body.to_string().into_bytes()
    };
    let mut notifications = watched.deployment.push_notifications("odd");
    for notification in &mut notifications {
        notification.body = odd(&notification.body);
        notification.event = odd(&notification.event);
    }
    watched.fail_deliveries(&notifications).await;
    let report = watched.run_pass().await;
    assert_eq!(
        (&report["deliveriesMissed"], &report["deliveriesReplayed"]),
        (&json!(1), &json!(0)),
        "{report}"
    );
    assert!(texts(&report["remains"]).join("\n").contains("it is in quarantine"), "{report}");
    assert_eq!(watched.deployment.account.quarantined().await.len(), 1);
    let made: Vec<Value> = watched.deployment.account.events().await.iter().map(Message::json).collect();
    let reconstructed: Vec<&Value> =
        made.iter().map(|event| &event["data"]["azureDevOps"]["reconstructed"]).collect();
    assert_eq!(reconstructed, [true], "{made:?}");
    watched.close().await;
}

#[tokio::test]
async fn events_not_raised_on_probation_are_reconstructed() {
    // Longer ago than Azure DevOps may be late with it.
    let earlier = now() - SignedDuration::from_mins(20);
    let watched = WatchedDeployment::open_since("watch-gap", earlier - SignedDuration::from_mins(20)).await;
    let fixture = watched.deployment.fixture.clone();
    watched.deployment.push("before").await;
    for hook in watched.deployment.azure.subscriptions(ORGANIZATION) {
        watched.deployment.azure.set_status(hook.id, Status::OnProbation);
    }
    let notifications = watched.deployment.push_notifications("unseen");
    assert!(notifications.is_empty(), "Azure DevOps raises nothing on probation");
    watched.deployment.azure.organization(ORGANIZATION, |organization| {
        let topic = "refs/heads/topic";
        let change = hookpost_stand_in::RefChange::commit(topic, &["Topic"]);
        organization.push(earlier, &fixture.ada, fixture.web, &[change]);
        let proposal = Proposal::new(fixture.web, topic, MAIN, "Unseen");
        let (id, _) = organization.create_pull_request(earlier, &fixture.ada, proposal);
        organization.abandon(earlier, &fixture.ada, id);
    });
    let seen = watched.deployment.account.events().await.len();
    assert_eq!(seen, 1, "the push before");
    let report = watched.run_pass().await;
    assert_eq!(report["eventsReconstructed"], 4, "{report}");
    let mut events: Vec<Value> =
        watched.deployment.account.events().await.iter().map(Message::json).collect();
    for event in &events {
        assert_eq!(event["data"]["azureDevOps"]["reconstructed"], true, "{event}");
        assert_eq!(event["data"]["azureDevOps"]["eventId"], Value::Null, "{event}");
    }
    events.sort_by_key(|event| (event["type"].to_string(), event["subject"].to_string()));
    let what = |event: &Value| {
        let data = &event["data"];
        let action = data["action"].as_str().or(data["change"].as_str()).unwrap_or_default().to_owned();
        (event["subject"].as_str().unwrap_or_default().to_owned(), action)
    };
    let subject = events[0]["subject"].as_str().expect("a subject").to_owned();
    assert_eq!(
        events.iter().map(what).collect::<Vec<_>>(),
        [
            (subject.clone(), "created".to_owned()),
            (subject, "abandoned".to_owned()),
            (MAIN.to_owned(), "updated".to_owned()),
            ("refs/heads/topic".to_owned(), "created".to_owned()),
        ]
    );
    assert_eq!(watched.run_pass().await["eventsReconstructed"], 0, "once");
    watched.close().await;
}

#[tokio::test]
async fn a_subscription_without_owner_is_recreated_and_others_are_left() {
    let watched = WatchedDeployment::open("watch-recreated").await;
    let foreign = json!({
        "publisherId": "tfs", "eventType": "git.push", "resourceVersion": "1.0", "consumerId": "webHooks",
        "consumerActionId": "httpRequest", "publisherInputs": {"projectId": ""},
        "consumerInputs": {"url": "https://ci.example.com/hook"},
    });
    let foreign =
        watched.deployment.azure.create_subscription(ORGANIZATION, &watched.deployment.fixture.ada, &foreign);
    watched.deployment.azure.set_status(foreign, Status::DisabledBySystem);
    let switched_off = watched
        .deployment
        .azure
        .subscriptions(ORGANIZATION)
        .into_iter()
        .find(|hook| hook.inputs.event_type == "ms.vss-code.git-pullrequest-comment-event");
    let switched_off = switched_off.expect("a subscription").id;
    watched.deployment.azure.set_status(switched_off, Status::DisabledByUser);
    let left = watched.pushes().id;
    watched.deployment.azure.set_status(left, Status::DisabledByInactiveIdentity);
    let report = watched.run_pass().await;
    assert_eq!(
        (&report["subscriptionsNotEnabled"], &report["subscriptionsHealed"]),
        (&json!(2), &json!(1)),
        "{report}"
    );
    assert!(watched.deployment.azure.subscription(left).is_some(), "its log may have something yet");
    assert_eq!(
        watched.deployment.azure.subscription(foreign).map(|hook| hook.status),
        Some(Status::DisabledBySystem)
    );
    assert_eq!(
        watched.deployment.azure.subscription(switched_off).map(|hook| hook.status),
        Some(Status::DisabledByUser)
    );
    assert!(texts(&report["remains"]).join("\n").contains("somebody disabled it"), "{report}");
    assert_eq!(watched.deployment.push("delivered").await, [Some(202)]);
    watched.run_pass().await;
    assert!(watched.deployment.azure.subscription(left).is_none(), "its owner is gone, and so is it");
    watched.close().await;
}

#[tokio::test]
async fn a_pull_request_that_may_be_delivered_late_is_not_reconstructed() {
    let watched = WatchedDeployment::open("watch-late").await;
    let (fixture, now) = (watched.deployment.fixture.clone(), now());
    for hook in watched.deployment.azure.subscriptions(ORGANIZATION) {
        watched.deployment.azure.set_status(hook.id, Status::OnProbation);
    }
    watched.deployment.azure.organization(ORGANIZATION, |organization| {
        let topic = "refs/heads/topic";
        let change = hookpost_stand_in::RefChange::commit(topic, &["Topic"]);
        organization.push(now, &fixture.ada, fixture.web, &[change]);
        organization.create_pull_request(
            now,
            &fixture.ada,
            Proposal::new(fixture.web, topic, MAIN, "A moment ago"),
        );
    });
    let report = watched.run_pass().await;
    assert_eq!(
        (&report["eventsReconstructed"], &report["eventsPending"]),
        (&json!(1), &json!(1)),
        "{report}"
    );
    let made: Vec<Value> = watched.deployment.account.events().await.iter().map(Message::json).collect();
    assert_eq!(made.iter().map(|event| &event["type"]).collect::<Vec<_>>(), ["com.azure.dev.git.push"]);
    assert_eq!(watched.run_pass().await["eventsPending"], 1, "and is not forgotten");
    watched.close().await;
}

#[tokio::test]
async fn a_pass_ends_at_once_while_another_holds_the_lease() {
    let watched = WatchedDeployment::open("watch-two").await;
    // Somebody else has the right, and a long lease.
    let made = watched.deployment.account.queues.create_checkpoint_queue("watch-two-lease", 600).await;
    let queue = made.expect("the emulator makes queues");
    watched
        .deployment
        .account
        .queues
        .send(&queue, "{\"integrations\":{}}", Some(("pass", "theirs")))
        .await
        .expect("sent");
    assert_eq!(watched.deployment.account.queues.receive(&queue).await.expect("received").len(), 1);
    let second = watched.deployment.start_watch(&queue).await;
    let answer = second.invoke(json!({})).await.expect("an answer");
    assert!(
        answer["summary"].as_str().is_some_and(|text| text.contains("another pass is running")),
        "{answer}"
    );
    assert!(answer["integrations"].is_null());
    watched.deployment.account.close(second).await;
    watched.close().await;
}

#[tokio::test]
async fn empty_placeholders_do_not_hide_the_checkpoint() {
    let watched = WatchedDeployment::open("watch-junk").await;
    watched.fail_push_delivery("once").await;
    assert_eq!(watched.run_pass().await["deliveriesReplayed"], 1);
    let queues = &watched.deployment.account.queues;
    let checkpoint = queues.receive(&watched.checkpoints).await.expect("received");
    let checkpoint = checkpoint.first().expect("the checkpoint").json().to_string();
    let junk_queue = queues.create_checkpoint_queue("watch-junk-junk_queue", 1).await.expect("a queue");
    // As many as SQS hands out at once.
    for number in 0..10 {
        let id = format!("in-vain-{number}");
        let junk = "{\"revision\":0,\"integrations\":{}}";
        queues.send(&junk_queue, junk, Some(("pass", &id))).await.expect("sent");
    }
    queues.send(&junk_queue, &checkpoint, Some(("pass", "memory"))).await.expect("sent");
    let second = watched.deployment.start_watch(&junk_queue).await;
    let answer = second.invoke(json!({})).await.expect("an answer");
    assert_eq!(answer["integrations"][0]["deliveriesReplayed"], 0, "it is done: {answer}");
    watched.deployment.account.close(second).await;
    watched.close().await;
}

#[tokio::test]
async fn an_expired_token_is_reported_and_other_integrations_are_checked() {
    let watched = WatchedDeployment::open("watch-token").await;
    let second = with(with(connect(), "integration", "second"), "patExpiresOn", "2020-01-01");
    expect_report(watched.deployment.invoke_setup(&second).await);
    watched.deployment.azure.fail_next("GET connectionData", hookpost_stand_in::rest::Fault::Expired);
    let answer = watched.watch.invoke(json!({})).await.expect("an answer");
    let all = answer["integrations"].as_array().expect("integrations");
    assert!(all[0]["failure"].as_str().is_some_and(|why| why.contains("token")), "{answer}");
    assert_eq!(all[1]["failure"], Value::Null, "{answer}");
    assert!(all[1]["tokenDaysLeft"].as_i64().is_some_and(|days| days < 0), "{answer}");
    let notifications: Vec<Value> =
        watched.watch.logs().iter().filter_map(|line| integration_log_line(line)).collect();
    let levels: Vec<&Value> = notifications.iter().map(|line| &line["level"]).collect();
    assert_eq!(levels, ["ERROR", "INFO"], "{notifications:?}");
    assert!(
        notifications[0]["reason"].as_str().is_some_and(|why| why.contains("token")),
        "{notifications:?}"
    );
    watched.close().await;
}

#[tokio::test]
async fn a_checked_integration_is_one_log_line_with_metrics() {
    let watched = WatchedDeployment::open("watch-metrics").await;
    watched.fail_push_delivery("missed").await;
    watched.run_pass().await;
    let ended = |line: &&String| line.contains("\"PassesCompleted\":1");
    assert_eq!(watched.watch.logs().iter().filter(ended).count(), 1);
    let lines: Vec<Value> =
        watched.watch.logs().iter().filter_map(|line| integration_log_line(line)).collect();
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    let metrics = line["_aws"]["CloudWatchMetrics"].as_array().expect("directives");
    let dimensions: Vec<&Value> = metrics.iter().map(|directive| &directive["Dimensions"]).collect();
    assert_eq!(dimensions, [&json!([[]])]);
    for metric in metrics.iter().flat_map(|directive| directive["Metrics"].as_array().expect("metrics")) {
        let name = metric["Name"].as_str().expect("a name");
        assert!(line[name].is_number(), "{name}: {line}");
    }
    let figure = |name: &str| line[name].as_u64();
    assert_eq!([figure("DeliveriesReplayed"), figure("SubscriptionsHealed")], [Some(1), Some(1)], "{line}");
    assert_eq!(
        [figure("SubscriptionsNotDelivering"), figure("WatchFailureAge")],
        [Some(0), Some(0)],
        "{line}"
    );
    watched.close().await;
}

/// A log line about an integration.
fn integration_log_line(line: &str) -> Option<Value> {
    let line: Value = serde_json::from_str(line).ok()?;
    (line["event"] == "integration_checked").then_some(line)
}

#[tokio::test]
async fn a_pass_killed_at_any_call_is_repeated_without_loss() {
    let mut watched = WatchedDeployment::open("watch-crash").await;
    for at in 0..60 {
        watched.fail_push_delivery(&format!("crash {at}")).await;
        let killed = watched.killed_at_azure_devops_call(at).await;
        watched.watch = watched.deployment.start_watch(&watched.checkpoints).await;
        // Until the lease of the killed pass expires, another pass seems to be running.
        while watched.run_pass().await.is_null() {}
        let events = messages(&watched.deployment.account.events().await);
        assert_eq!(events, [format!("crash {at}")], "killed at call {at}");
        assert_eq!(watched.pushes().status, Status::Enabled, "killed at call {at}");
        if !killed {
            assert!(at > 8, "a pass takes more than {at} calls");
            return watched.close().await;
        }
    }
    panic!("a pass does not end");
}
