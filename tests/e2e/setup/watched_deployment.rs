//! A deployment with `watch`, and the faults that `watch` repairs.

use hookpost_harness::crash::Service;
use hookpost_harness::fault_proxy::Fault;
use hookpost_harness::function::Function;
use hookpost_harness::queues::Message;
use hookpost_harness::runtime_api::Invocation;
use hookpost_stand_in::rest::Status;
use hookpost_stand_in::{Notification, Timestamp};
use serde_json::{Value, json};

use crate::deployment::{Deployment, connect, now};

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
        Self::open_with(name, connected_at, &connect()).await
    }

    /// The same, connected with another request.
    pub(crate) async fn open_with(name: &str, connected_at: Timestamp, request: &Value) -> Self {
        let deployment = Deployment::open(name).await;
        deployment.azure.set_time(connected_at);
        deployment.run_setup(request).await;
        deployment.azure.set_time(now());
        Self::of(deployment, name).await
    }

    /// A deployment that is connected, with `watch`.
    pub(crate) async fn of(deployment: Deployment, name: &str) -> Self {
        // A short lease, so that a pass can follow one that was killed.
        let made = deployment.account.queues.create_checkpoint_queue(name, 1).await;
        let checkpoints = made.expect("the emulator makes queues");
        let watch = deployment.start_watch(&checkpoints).await;
        Self { deployment, watch, checkpoints }
    }

    /// The report of a pass about the first integration; null while another pass seems to be running.
    pub(crate) async fn run_pass(&self) -> Value {
        let answer = self.watch.invoke_with(Invocation::with_long_timeout(json!({}))).await;
        let report = answer.unwrap_or_else(|failure| panic!("a pass: {failure}"));
        self.deployment.assert_secret("a report", report.to_string());
        report["integrations"][0].clone()
    }

    /// Starts `watch` again, in a process that has no access token.
    pub(crate) async fn restart_watch(&mut self) {
        let successor = self.deployment.start_watch(&self.checkpoints).await;
        let former = std::mem::replace(&mut self.watch, successor);
        self.deployment.assert_secret("the output of `watch`", former.stop().await.lines.join("\n"));
    }

    /// Receives and deletes the events on the queue.
    pub(crate) async fn events(&self) -> Vec<Value> {
        self.deployment.account.events().await.iter().map(Message::json).collect()
    }

    /// Pushes, and fails the delivery with 503 until Azure DevOps puts the subscription on probation.
    pub(crate) async fn fail_push_delivery(&self, comment: &str) {
        self.fail_deliveries(&self.deployment.push_notifications(comment)).await;
        assert!(self.events().await.is_empty());
    }

    /// Fails deliveries with 503 until Azure DevOps puts their subscriptions on probation.
    pub(crate) async fn fail_deliveries(&self, notifications: &[Notification]) {
        let azure = &self.deployment.azure;
        let status = |id| azure.subscription(id).expect("a subscription").status;
        self.deployment.account.sqs.fail_all(Fault::outage());
        for notification in notifications {
            while status(notification.subscription_id) == Status::Enabled {
                azure.deliver(notification).await;
            }
        }
        self.deployment.account.sqs.heal();
    }

    /// Kills `watch` while its call with this number to Azure DevOps hangs, after the call had its effect, and starts
    /// it again. `false` when a pass makes fewer calls.
    pub(crate) async fn kill_watch_at(&mut self, call: usize) -> bool {
        let service = Service::AzureDevOps(&self.deployment.azure);
        let killed = service.hang_at(call, self.watch.invoke(json!({}))).await.is_none();
        self.restart_watch().await;
        Service::AzureDevOps(&self.deployment.azure).heal();
        killed
    }

    pub(crate) async fn close(self) {
        let exit = self.deployment.account.close(self.watch).await;
        self.deployment.federation.assert_secret("the output of `watch`", exit.lines.join("\n"));
        self.deployment.close().await;
    }
}

/// The first commit message of each event.
pub(crate) fn messages(events: &[Value]) -> Vec<&str> {
    events.iter().filter_map(|event| event["data"]["commits"][0]["message"].as_str()).collect()
}

/// The log lines about integrations.
pub(crate) fn integration_log_lines(watch: &Function) -> Vec<Value> {
    let lines = watch.logs();
    let lines = lines.iter().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines.filter(|line| line["event"] == "integration_checked").collect()
}
