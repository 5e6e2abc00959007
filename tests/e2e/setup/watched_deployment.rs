//! A deployment with `watch`, and the faults that `watch` repairs.

use hookpost_harness::fault_proxy::Fault;
use hookpost_harness::function::{Function, InvokeError};
use hookpost_harness::queues::Message;
use hookpost_stand_in::canary;
use hookpost_stand_in::rest::Status;
use hookpost_stand_in::{Notification, Subscription, Timestamp};
use serde_json::{Value, json};

use crate::deployment::{Deployment, ORGANIZATION, now};

/// A connected deployment with `watch`.
pub(crate) struct WatchedDeployment {
    pub(crate) deployment: Deployment,
    pub(crate) watch: Function,
    pub(crate) checkpoints: String,
}

impl WatchedDeployment {
    pub(crate) async fn open(name: &str) -> Self {
        Self::open_since(name, now()).await
    }

    /// The same, connected at an earlier time.
    pub(crate) async fn open_since(name: &str, connected_at: Timestamp) -> Self {
        let deployment = Deployment::open(name).await;
        deployment.azure.set_time(connected_at);
        deployment.connect().await;
        deployment.azure.set_time(now());
        // A short lease, so that a pass can follow one that was killed.
        let made = deployment.account.queues.create_checkpoint_queue(name, 1).await;
        let checkpoints = made.expect("the emulator makes queues");
        let watch = deployment.start_watch(&checkpoints).await;
        Self { deployment, watch, checkpoints }
    }

    pub(crate) async fn run_pass(&self) -> Value {
        let answer = self.watch.invoke(json!({})).await;
        let report = answer.unwrap_or_else(|failure| panic!("a pass: {failure}"));
        canary::assert_absent("a report", report.to_string());
        report["integrations"][0].clone()
    }

    /// The subscription to pushes.
    pub(crate) fn pushes(&self) -> Subscription {
        let hooks = self.deployment.azure.subscriptions(ORGANIZATION);
        hooks.into_iter().find(|hook| hook.inputs.event_type == "git.push").expect("a subscription")
    }

    /// Pushes, and fails the delivery with 503 until Azure DevOps puts the subscription on probation.
    pub(crate) async fn fail_push_delivery(&self, comment: &str) {
        self.fail_deliveries(&self.deployment.push_notifications(comment)).await;
    }

    pub(crate) async fn fail_deliveries(&self, notifications: &[Notification]) {
        self.deployment.account.sqs.fail_all(Fault::outage());
        for notification in notifications {
            while self.pushes().status == Status::Enabled {
                self.deployment.azure.deliver(notification).await;
            }
        }
        self.deployment.account.sqs.heal();
        assert!(self.deployment.account.events().await.is_empty());
    }

    pub(crate) async fn close(self) {
        self.deployment.account.close(self.watch).await;
        self.deployment.close().await;
    }
}

pub(crate) fn messages(events: &[Message]) -> Vec<String> {
    let first = |event: &Message| event.json()["data"]["commits"][0]["message"].clone();
    events.iter().map(|event| first(event).as_str().unwrap_or_default().to_owned()).collect()
}

impl WatchedDeployment {
    /// Kills `watch` while its call `at` to Azure DevOps hangs, after the call had its effect. `false` when a pass makes fewer
    /// calls.
    pub(crate) async fn killed_at_azure_devops_call(&self, at: usize) -> bool {
        use hookpost_stand_in::rest::Fault;
        use std::time::Duration;
        let azure = &self.deployment.azure;
        azure.forget_calls();
        let reached = async {
            let timeout = Duration::from_secs(30);
            assert!(
                azure.wait_until(timeout, |azure| azure.calls().len() >= at).await,
                "call {at} never came"
            );
            azure.fail_all(Fault::StallAfter(Duration::from_secs(60)));
            assert!(
                azure.wait_until(timeout, |azure| azure.calls().len() > at).await,
                "call {at} was the last"
            );
        };
        let killed = tokio::select! {
            ended = self.watch.invoke(json!({})) => matches!(ended, Err(InvokeError::TimedOut)),
            () = reached => true,
        };
        azure.clear_faults();
        killed
    }
}
