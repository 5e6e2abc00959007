//! With raw deliveries kept, what `watch` and an operator replay is put on their queue, too.

use serde_json::Value;

use crate::deployment::{action, with};
use crate::watched_deployment::WatchedDeployment;

#[tokio::test]
async fn what_is_replayed_is_kept_as_a_raw_delivery() {
    let mut watched = WatchedDeployment::open("raw-deliveries").await;
    let queues = watched.deployment.account.queues.clone();
    let queue =
        queues.create_deliveries_queue("raw-deliveries", 30).await.expect("the emulator makes queues");
    let further = [("HOOKPOST_DELIVERIES_QUEUE_URL", queue.as_str())];
    watched.deployment.restart_setup(&further).await;
    let checkpoints = [("HOOKPOST_CHECKPOINT_QUEUE_URL", watched.checkpoints.as_str()), further[0]];
    watched.watch = watched.deployment.start_operator("watch", &checkpoints).await;
    watched.fail_push_delivery("missed").await;
    watched.run_pass().await;
    let kept = queues.drain(&queue).await.expect("the emulator hands out");
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].json()["replayed"], true);
    let body: Value = serde_json::from_str(kept[0].json()["body"].as_str().expect("text")).expect("JSON");
    assert_eq!(body["resource"]["commits"][0]["comment"], "missed");
    watched.deployment.run_setup(&with(action("replay"), "from", "2026-01-01T00:00:00Z")).await;
    // SQS takes it and drops it, since it knows the id.
    let sent = watched.deployment.account.sqs.calls();
    let to_queue = sent.iter().filter(|call| call.input["QueueUrl"] == queue.as_str()).count();
    assert_eq!((to_queue, queues.count(&queue).await.expect("a number")), (2, 0));
    watched.close().await;
}
