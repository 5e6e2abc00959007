//! A town with somebody who watches it, and what may happen to both.

use hookpost_harness::front::Fault;
use hookpost_harness::function::{Failure, Function};
use hookpost_harness::queues::Message;
use hookpost_stand_in::canary;
use hookpost_stand_in::rest::{Hook, Status};
use hookpost_stand_in::{Notification, Timestamp};
use serde_json::{Value, json};

use crate::town::{ORGANIZATION, Town, now};

/// A town with somebody who watches it.
pub(crate) struct Watched {
    pub(crate) town: Town,
    pub(crate) watch: Function,
    pub(crate) checkpoints: String,
}

impl Watched {
    pub(crate) async fn open(name: &str) -> Self {
        Self::open_since(name, now()).await
    }

    /// Connected at a time.
    pub(crate) async fn open_since(name: &str, begin: Timestamp) -> Self {
        let town = Town::open(name).await;
        town.azure.set_time(begin);
        town.connect().await;
        town.azure.set_time(now());
        // A lease that is over at once: whoever was killed is followed by the next.
        let made = town.account.queues.create_checkpoint_queue(name, 1).await;
        let checkpoints = made.expect("the emulator makes queues");
        let watch = town.start_watch(&checkpoints).await;
        Self { town, watch, checkpoints }
    }

    pub(crate) async fn pass(&self) -> Value {
        let answer = self.watch.invoke(json!({})).await;
        let report = answer.unwrap_or_else(|failure| panic!("a pass: {failure}"));
        canary::assert_absent("a report", report.to_string());
        report["integrations"][0].clone()
    }

    /// The subscription to pushes.
    pub(crate) fn pushes(&self) -> Hook {
        let hooks = self.town.azure.hooks(ORGANIZATION);
        hooks.into_iter().find(|hook| hook.terms.event_type == "git.push").expect("a subscription")
    }

    /// A push whose delivery fails for good with 503, after which Azure DevOps puts the subscription on probation.
    pub(crate) async fn lose_a_push(&self, comment: &str) {
        self.lose(&self.town.told(comment)).await;
    }

    pub(crate) async fn lose(&self, notifications: &[Notification]) {
        self.town.account.sqs.fail_all(Fault::outage());
        for notification in notifications {
            while self.pushes().status == Status::Enabled {
                self.town.azure.deliver(notification).await;
            }
        }
        self.town.account.sqs.heal();
        assert!(self.town.account.events().await.is_empty());
    }

    pub(crate) async fn close(self) {
        self.town.account.close(self.watch).await;
        self.town.close().await;
    }
}

pub(crate) fn messages(events: &[Message]) -> Vec<String> {
    let first = |event: &Message| event.json()["data"]["commits"][0]["message"].clone();
    events.iter().map(|event| first(event).as_str().unwrap_or_default().to_owned()).collect()
}

impl Watched {
    /// Kills `watch` while its call number `at` to Azure DevOps hangs, after it had its effect. `false` when a pass needs
    /// fewer calls.
    pub(crate) async fn killed_at(&self, at: usize) -> bool {
        use hookpost_stand_in::rest::Fault;
        use std::time::Duration;
        let azure = &self.town.azure;
        azure.forget_calls();
        let reached = async {
            let patience = Duration::from_secs(30);
            assert!(azure.until(patience, |it| it.calls().len() >= at).await, "call {at} never came");
            azure.fail_all(Fault::StallAfter(Duration::from_secs(60)));
            assert!(azure.until(patience, |it| it.calls().len() > at).await, "call {at} was the last");
        };
        let killed = tokio::select! {
            ended = self.watch.invoke(json!({})) => matches!(ended, Err(Failure::TimedOut)),
            () = reached => true,
        };
        azure.heal();
        killed
    }
}
