//! The real `watch` binary replays missed deliveries, reconstructs missed events and heals subscriptions.

use hookpost_stand_in::rest::Status;
use hookpost_stand_in::{Proposal, PullRequestId, RefChange, Timestamp};
use jiff::SignedDuration;
use serde_json::Value;

use crate::deployment::{MAIN, ORGANIZATION, lines, now};
use crate::watched_deployment::{WatchedDeployment, integration_log_lines, messages};

/// Checks figures of a report.
#[track_caller]
fn check_figures(report: &Value, expected: &[(&str, u64)]) {
    for (name, figure) in expected {
        assert_eq!(report[name], *figure, "{name}: {report}");
    }
}

#[tokio::test]
async fn a_failed_delivery_is_replayed_and_its_subscription_enabled() {
    let watched = WatchedDeployment::open("watch-failed").await;
    watched.fail_push_delivery("missed").await;
    let report = watched.run_pass().await;
    check_figures(&report, &[("deliveriesReplayed", 1), ("subscriptionsHealed", 1)]);
    assert_eq!(messages(&watched.events().await), ["missed"]);
    assert_eq!(watched.deployment.push_subscription().status, Status::Enabled);
    check_log(&watched);

    let report = watched.run_pass().await;
    check_figures(&report, &[("deliveriesMissed", 0), ("subscriptionsFoundNotDelivering", 0)]);
    assert!(watched.events().await.is_empty());
    assert_eq!(watched.deployment.push("afterwards").await, [Some(202)]);
    watched.close().await;
}

/// Checks that the pass is one log line with the figures of which CloudWatch makes metrics, and its integration another.
fn check_log(watched: &WatchedDeployment) {
    let logs = watched.watch.logs();
    let ended: Vec<Value> = logs
        .iter()
        .filter(|line| line.contains("\"pass_completed\""))
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let integrations = integration_log_lines(&watched.watch);
    let ([pass], [integration]) = (ended.as_slice(), integrations.as_slice()) else { panic!("{logs:?}") };
    for line in [pass, integration] {
        check_figures(line, &[("DeliveriesReplayed", 1), ("SubscriptionsHealed", 1)]);
        check_figures(line, &[("SubscriptionsNotDelivering", 0), ("WatchFailureAge", 0)]);
    }
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
    check_figures(&report, &[("deliveriesMissed", 1), ("deliveriesReplayed", 0)]);
    assert!(lines(&report["remains"]).contains("it is in quarantine"), "{report}");
    assert_eq!(watched.deployment.account.quarantined().await.len(), 1);
    let events = watched.events().await;
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(events[0]["data"]["azureDevOps"]["reconstructed"], true);
    watched.close().await;
}

/// Pushes a topic and proposes it. The subscriptions are on probation, so Azure DevOps raises nothing.
fn propose_unnoticed(watched: &WatchedDeployment, at: Timestamp) -> PullRequestId {
    let fixture = &watched.deployment.fixture;
    watched.deployment.azure.organization(ORGANIZATION, |organization| {
        let topic = "refs/heads/topic";
        let change = RefChange::commit(topic, &["Topic"]);
        assert!(organization.push(at, &fixture.ada, fixture.web, &[change]).is_empty());
        let proposal = Proposal::new(fixture.web, topic, MAIN, "Unseen");
        organization.create_pull_request(at, &fixture.ada, proposal).0
    })
}

#[tokio::test]
async fn events_not_raised_on_probation_are_reconstructed() {
    // Longer ago than Azure DevOps may be late with it.
    let earlier = now() - SignedDuration::from_mins(20);
    let watched = WatchedDeployment::open_since("watch-gap", earlier - SignedDuration::from_mins(20)).await;
    watched.deployment.push("before").await;
    assert_eq!(watched.events().await.len(), 1, "the push before");
    watched.deployment.set_status_of_all(Status::OnProbation);
    assert!(watched.deployment.push_notifications("unseen").is_empty());
    let id = propose_unnoticed(&watched, earlier);
    watched.deployment.azure.organization(ORGANIZATION, |organization| {
        organization.abandon(earlier, &watched.deployment.fixture.ada, id);
    });
    let report = watched.run_pass().await;
    check_figures(&report, &[("eventsReconstructed", 4)]);
    let mut events = watched.events().await;
    for event in &events {
        assert_eq!(event["data"]["azureDevOps"]["reconstructed"], true, "{event}");
        assert_eq!(event["data"]["azureDevOps"]["eventId"], Value::Null, "{event}");
    }
    events.sort_by_key(|event| (event["type"].to_string(), event["subject"].to_string()));
    let what = |event: &Value| {
        let action = event["data"]["action"].as_str().or(event["data"]["change"].as_str());
        format!("{} {}", event["subject"].as_str().unwrap_or_default(), action.unwrap_or_default())
    };
    let subject = events[0]["subject"].as_str().expect("a subject");
    assert_eq!(
        events.iter().map(what).collect::<Vec<_>>(),
        [
            format!("{subject} created"),
            format!("{subject} abandoned"),
            format!("{MAIN} updated"),
            "refs/heads/topic created".to_owned(),
        ]
    );
    check_figures(&watched.run_pass().await, &[("eventsReconstructed", 0)]);
    watched.close().await;
}

#[tokio::test]
async fn a_pull_request_that_may_be_delivered_late_is_not_reconstructed() {
    let watched = WatchedDeployment::open("watch-late").await;
    watched.deployment.set_status_of_all(Status::OnProbation);
    propose_unnoticed(&watched, now());
    let report = watched.run_pass().await;
    check_figures(&report, &[("eventsReconstructed", 1), ("eventsPending", 1)]);
    let events = watched.events().await;
    assert_eq!(events.iter().map(|event| &event["type"]).collect::<Vec<_>>(), ["com.azure.dev.git.push"]);
    check_figures(&watched.run_pass().await, &[("eventsPending", 1)]);
    watched.close().await;
}

#[tokio::test]
async fn a_subscription_without_owner_is_recreated_and_others_are_left() {
    let watched = WatchedDeployment::open("watch-recreated").await;
    let azure = &watched.deployment.azure;
    let status = |id| azure.subscription(id).map(|hook| hook.status);
    let foreign = watched.deployment.add_foreign_subscription();
    azure.set_status(foreign, Status::DisabledBySystem);
    let hooks = azure.subscriptions(ORGANIZATION);
    let of_type = |event_type| hooks.iter().find(|hook| hook.inputs.event_type == event_type);
    let switched_off = of_type("ms.vss-code.git-pullrequest-comment-event").expect("a subscription").id;
    azure.set_status(switched_off, Status::DisabledByUser);
    let left = watched.deployment.push_subscription().id;
    azure.set_status(left, Status::DisabledByInactiveIdentity);
    let report = watched.run_pass().await;
    check_figures(&report, &[("subscriptionsFoundNotDelivering", 2), ("subscriptionsHealed", 1)]);
    assert!(status(left).is_some(), "its log may have something yet");
    assert_eq!(status(foreign), Some(Status::DisabledBySystem));
    assert_eq!(status(switched_off), Some(Status::DisabledByUser));
    assert!(lines(&report["remains"]).contains("somebody disabled it"), "{report}");
    assert_eq!(watched.deployment.push("delivered").await, [Some(202)]);
    watched.run_pass().await;
    assert!(status(left).is_none(), "its owner is gone, and so is it");
    watched.close().await;
}
