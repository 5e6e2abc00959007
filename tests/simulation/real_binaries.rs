//! Schedules against the real binaries: receivers behind a gateway over HTTP, SQS and Secrets Manager behind fault
//! proxies, `setup` and `watch` as processes. Azure DevOps's time is virtual and ends now, which is when `watch` runs.

use std::sync::Arc;
use std::time::Duration;

use hookpost_harness::account::Account;
use hookpost_harness::crash::Service;
use hookpost_harness::fault_proxy::Fault;
use hookpost_harness::function::{Function, InvokeError};
use hookpost_harness::gateway::Gateway;
use hookpost_harness::runtime_api::Invocation;
use hookpost_stand_in::Timestamp;
use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::WebhookResponse;
use hookpost_stand_in::http::HttpError;
use hookpost_stand_in::rest::{DueDelivery, Fault as AzureFault};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::binary_fault::BinaryFault;
use crate::fault_classes::SenderBehavior;
use crate::oracle::Arrived;
use crate::plan::{ACTIVITIES, APART};
use crate::real_relay::{RealRelay, VISIBILITY_SECONDS};
use crate::schedule_result::ScheduleResult;
use crate::sender::{Sender, response};
use crate::workload::{ORGANIZATION, PROJECT};

/// How long the organization works before now.
const SPAN: SignedDuration = SignedDuration::from_hours(4);

/// Passes in which calls time out, when they do.
const PASSES_WITH_TIMEOUTS: u32 = 5;

/// How long such a call gets no response before the connection closes: less than the functions would wait.
const STALL: Duration = Duration::from_millis(200);

/// A planned step.
enum Step {
    Activity,
    BeginFault,
    EndFault,
}

pub(crate) struct RealBinaries {
    sender: Sender,
    account: Account,
    gateway: Gateway,
    watch: Function,
    checkpoints: String,
    deliveries: String,
    fault: BinaryFault,
    /// Whether the fault is there now.
    active: bool,
    /// Whether another person has subscriptions recreated.
    renewed: bool,
    now: Timestamp,
}

fn connect() -> Value {
    json!({
        "action": "connect",
        "organizationUrl": format!("https://dev.azure.com/{ORGANIZATION}"),
        "pat": canary::PAT,
        "projects": [PROJECT],
    })
}

fn receiver_settings(fault: BinaryFault, deliveries: &str) -> [(&'static str, &str); 3] {
    [
        ("HOOKPOST_PASSWORD_REFETCH_SECONDS", "1"),
        ("HOOKPOST_DEADLINE_MILLISECONDS", fault.deadline_milliseconds()),
        ("HOOKPOST_DELIVERIES_QUEUE_URL", deliveries),
    ]
}

#[expect(clippy::disallowed_methods, reason = "the binaries look at the clock of this machine")]
fn now() -> Timestamp {
    Timestamp::now()
}

impl RealBinaries {
    pub(crate) async fn prepare(seed: u64, fault: BinaryFault) -> Self {
        let now = now();
        let sender = Sender::start(seed, now - SPAN, 1).await;
        let name = format!("faults-{seed}");
        let account = Account::open(&name).await;
        let deliveries = account.queues.create_deliveries_queue(&name, VISIBILITY_SECONDS).await;
        let deliveries = deliveries.expect("a queue");
        let gateway = account.start_receivers(&receiver_settings(fault, &deliveries)).await;
        let setup = account.start_operator("setup", &sender.azure, &gateway, &[]).await;
        setup.invoke_with(Invocation::with_long_timeout(connect())).await.expect("connected");
        account.close(setup).await;
        let checkpoints = account.queues.create_checkpoint_queue(&name, 1).await.expect("a queue");
        let further = [
            ("HOOKPOST_CHECKPOINT_QUEUE_URL", &*checkpoints),
            ("HOOKPOST_DELIVERIES_QUEUE_URL", &*deliveries),
        ];
        let watch = account.start_operator("watch", &sender.azure, &gateway, &further).await;
        Self {
            sender,
            account,
            gateway,
            watch,
            checkpoints,
            deliveries,
            fault,
            active: false,
            renewed: false,
            now,
        }
    }

    pub(crate) async fn run(mut self) -> ScheduleResult {
        let begin = self.now - SPAN + SignedDuration::from_secs(1);
        let work = SPAN - SignedDuration::from_mins(30);
        for (offset, step) in self.plan(work.as_secs().unsigned_abs()) {
            let at = begin + SignedDuration::from_secs(i64::try_from(offset).unwrap_or_default());
            self.deliver_until(at).await;
            self.sender.azure.set_time(at);
            match step {
                Step::BeginFault => self.set_active(true).await,
                Step::EndFault => {
                    self.set_active(false).await;
                    if self.fault == BinaryFault::Renewed && !self.renewed {
                        self.renew_subscriptions().await;
                    }
                }
                Step::Activity => {
                    for notification in self.sender.act(at) {
                        self.sender.azure.schedule_delivery(at, &notification);
                    }
                }
            }
        }
        self.set_active(false).await;
        self.deliver_until(self.now - SignedDuration::from_secs(1)).await;
        self.sender.azure.set_time(self.now);
        self.watch_until_idle().await;
        self.judge().await
    }

    /// Plans activities and periods of the fault.
    fn plan(&mut self, seconds: u64) -> Vec<(u64, Step)> {
        let rng = &mut self.sender.rng;
        let mut steps: Vec<(u64, Step)> =
            (0..ACTIVITIES).map(|_| (rng.below(seconds), Step::Activity)).collect();
        let (every, shortest, longest) = self.fault.periods();
        for slot in 0..seconds / every {
            let from = slot * every + rng.below(every - longest - APART);
            steps.push((from, Step::BeginFault));
            steps.push((from + shortest + rng.below(longest - shortest), Step::EndFault));
        }
        steps.sort_by_key(|(offset, _)| *offset);
        steps
    }

    /// Another person, who is no administrator, has subscriptions recreated.
    async fn renew_subscriptions(&mut self) {
        self.sender.behave(SenderBehavior::Hiding);
        let mut request = connect();
        request["renewSubscriptions"] = true.into();
        let setup = self.account.start_operator("setup", &self.sender.azure, &self.gateway, &[]).await;
        setup.invoke_with(Invocation::with_long_timeout(request)).await.expect("renewed");
        self.account.close(setup).await;
        self.renewed = true;
    }

    async fn set_active(&mut self, active: bool) {
        if self.active == active {
            return;
        }
        self.active = active;
        self.account.sqs.heal();
        self.account.secrets_manager.heal();
        if active {
            self.fault.begin(&self.account);
        }
        if self.fault == BinaryFault::SecretsDown {
            // New instances at the start, so that no password is cached; and at the end, because an instance waits a second
            // after a failed fetch, in which Azure DevOps's virtual time goes through all retries. That an instance recovers
            // is shown in one process, where both share one clock.
            self.replace_instance("code-pushed").await;
            self.replace_instance("pull-request").await;
        }
    }

    /// Replaces the instance behind an endpoint; the old one is killed.
    async fn replace_instance(&self, endpoint: &'static str) {
        let settings = receiver_settings(self.fault, &self.deliveries);
        let fresh = Arc::new(self.account.start(endpoint, &settings).await);
        if let Some(old) = self.gateway.replace(endpoint, fresh) {
            canary::assert_absent("the log of a receiver", old.logs().join("\n"));
        }
    }

    async fn deliver_until(&mut self, until: Timestamp) {
        while let Some(due) = self.sender.take_due(until) {
            let response = self.post(&due).await;
            self.sender.record(due, &response);
        }
    }

    async fn post(&mut self, due: &DueDelivery) -> Result<WebhookResponse, HttpError> {
        let endpoint =
            if due.delivery().url.contains("/pull-request") { "pull-request" } else { "code-pushed" };
        let fault = if self.active { self.fault } else { BinaryFault::None };
        match fault {
            BinaryFault::Throttled => response(Some(503)),
            fault if fault.is_misrouted() => response(Some(500)),
            BinaryFault::KilledMidRequest if self.sender.rng.percent(70) => {
                self.account.sqs.fail_next("SendMessageBatch", Fault::Hang);
                let called = self.account.sqs.reached("SendMessageBatch");
                tokio::select! {
                    answer = due.delivery().send() => return answer,
                    () = called => {}
                }
                self.replace_instance(endpoint).await;
                response(Some(503))
            }
            BinaryFault::KilledAfter if self.sender.rng.percent(70) => {
                let _ = due.delivery().send().await;
                self.replace_instance(endpoint).await;
                response(Some(503))
            }
            BinaryFault::BrokenAfter => {
                let _ = due.delivery().send().await;
                response(None)
            }
            _ => due.delivery().send().await,
        }
    }

    async fn watch_until_idle(&mut self) {
        match self.fault {
            BinaryFault::Misrouted => self.kill_watch().await,
            BinaryFault::Hidden => self.sender.behave(SenderBehavior::Hiding),
            _ => {}
        }
        let mut idle_passes = 0;
        for pass in 0..60 {
            if self.fault == BinaryFault::TimesOut {
                self.sender.azure.clear_faults();
                if pass < PASSES_WITH_TIMEOUTS {
                    self.let_calls_time_out();
                }
            }
            let report = self.run_pass().await;
            // Deliveries that wait for a retry get it now.
            self.deliver_until(Timestamp::MAX).await;
            let figures = [
                "deliveriesMissed",
                "subscriptionsFoundNotDelivering",
                "eventsReconstructed",
                "eventsPending",
            ];
            let is_idle = report["failure"].is_null() && figures.iter().all(|name| report[name] == 0);
            idle_passes = if is_idle { idle_passes + 1 } else { 0 };
            if idle_passes == 2 {
                return;
            }
        }
        panic!("`watch` does not come to rest");
    }

    /// Makes a call of the next pass have its effect and no response.
    fn let_calls_time_out(&mut self) {
        let operations = [
            "PUT hooks/subscriptions/{id}",
            "POST hooks/subscriptions",
            "DELETE hooks/subscriptions/{id}",
            "GET hooks/subscriptions",
            "POST hooks/notificationsquery",
        ];
        let operation = *self.sender.rng.pick(&operations);
        self.sender.azure.fail_next(operation, AzureFault::StallAfter(STALL));
        self.sender.azure.fail_next(operations[0], AzureFault::StallAfter(STALL));
    }

    async fn run_pass(&mut self) -> Value {
        let answer = self.watch.invoke_with(Invocation::with_long_timeout(json!({}))).await;
        let report = answer.unwrap_or_else(|failure| panic!("a pass: {failure}"));
        let all = report["integrations"].as_array().cloned().unwrap_or_default();
        let mine = all.into_iter().find(|report| report["integration"] == ORGANIZATION).unwrap_or_default();
        let figure = |name: &str| mine[name].as_u64().unwrap_or_default();
        self.sender.outcome.replayed += figure("deliveriesReplayed");
        self.sender.outcome.reconstructed += figure("eventsReconstructed");
        mine
    }

    /// Kills `watch` in a pass, at a random call to Azure DevOps.
    async fn kill_watch(&mut self) {
        let call = usize::try_from(self.sender.rng.below(30)).unwrap_or_default();
        let service = Service::AzureDevOps(&self.sender.azure);
        let ended = service.hang_at(call, self.watch.invoke(json!({}))).await;
        assert!(!matches!(ended, Some(Err(InvokeError::Reported(_)))), "a pass");
        let further = [
            ("HOOKPOST_CHECKPOINT_QUEUE_URL", &*self.checkpoints),
            ("HOOKPOST_DELIVERIES_QUEUE_URL", &*self.deliveries),
        ];
        let fresh = self.account.start_operator("watch", &self.sender.azure, &self.gateway, &further).await;
        let killed = std::mem::replace(&mut self.watch, fresh);
        self.account.close(killed).await;
        service.heal();
    }

    async fn judge(mut self) -> ScheduleResult {
        let messages = self.account.events().await;
        let arrived = messages.iter().map(|message| Arrived {
            body: message.json(),
            group: message.group.clone(),
            at: self.now,
        });
        let arrived: Vec<Arrived> = arrived.collect();
        self.sender.outcome.judgment =
            self.sender.workload.oracle.judge(&arrived, self.now, self.fault.log_shows_events());
        self.sender.outcome.quarantined = self.account.quarantined().await.len() as u64;
        let relay = RealRelay::new(&self.account, &self.deliveries, self.sender.rng.next()).await;
        self.sender.outcome.relay = relay.judge(&arrived).await;
        self.account.close(self.watch).await;
        self.sender.outcome
    }
}
