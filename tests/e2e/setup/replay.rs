//! An operator replays deliveries: from Azure DevOps's log, and from the quarantine.

use hookpost_harness::fault_proxy::Fault;

use crate::deployment::{Deployment, action, with};

#[tokio::test]
async fn a_failed_delivery_is_replayed_once_from_azure_devopss_log() {
    let deployment = Deployment::open("replay").await;
    deployment.connect().await;
    deployment.account.sqs.fail_all(Fault::outage());
    let sent = deployment.azure.deliver_all(deployment.push_notifications("missed")).await;
    assert_eq!(sent, [Some(503)]);
    deployment.account.sqs.heal();
    assert!(deployment.account.events().await.is_empty());
    let replay = with(action("replay"), "from", "2026-01-01T00:00:00Z");
    let planned = deployment.run_setup(&with(replay.clone(), "dryRun", true)).await;
    assert!(planned["summary"].to_string().starts_with("\"1 events would"), "{planned}");
    deployment.run_setup(&replay).await;
    deployment.run_setup(&replay).await;
    let events = deployment.account.events().await;
    assert_eq!(events.len(), 1, "once, however often it is replayed");
    assert_eq!(events[0].json()["data"]["commits"][0]["message"], "missed");
    deployment.close().await;
}

#[tokio::test]
async fn a_quarantined_delivery_is_replayed_and_deleted() {
    let deployment = Deployment::open("replay-quarantine").await;
    deployment.connect().await;
    // Somebody points the subscription to pushes at the other endpoint, which keeps what it gets.
    let hook = deployment.push_subscription();
    let url = hook.inputs.consumer_inputs["url"].replace("code-pushed", "pull-request");
    deployment.azure.edit_subscription(hook.id, |inputs| {
        inputs.consumer_inputs.insert("url".to_owned(), url);
    });
    assert_eq!(deployment.push("astray").await, [Some(202)]);
    assert!(deployment.account.events().await.is_empty());
    let replay = with(action("replay"), "quarantine", true);
    deployment.run_setup(&with(replay.clone(), "dryRun", true)).await;
    assert!(deployment.account.events().await.is_empty(), "a dry run queues nothing");
    deployment.run_setup(&replay).await;
    let events = deployment.account.events().await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].json()["data"]["commits"][0]["message"], "astray");
    assert!(deployment.account.quarantined().await.is_empty());
    deployment.close().await;
}
