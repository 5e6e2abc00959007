//! Schedules against the real binaries: receivers behind a gateway over HTTP, SQS and Secrets Manager behind fault proxies, `setup`
//! and `watch` as processes. Azure DevOps's time is virtual and ends now, which is when `watch` runs.

use std::sync::Arc;
use std::time::Duration;

use hookpost_harness::account::Account;
use hookpost_harness::fault_proxy::{Fault, PartialFailure};
use hookpost_harness::function::{Function, InvokeError};
use hookpost_harness::gateway::Gateway;
use hookpost_harness::runtime_api::Invocation;
use hookpost_stand_in::Timestamp;
use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::WebhookResponse;
use hookpost_stand_in::http::HttpError;
use hookpost_stand_in::rest::{self, DueDelivery, PersonalAccessToken, StandIn, Status};
use hyper::HeaderMap;
use hyper::body::Bytes;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::oracle::Arrived;
use crate::rng::Rng;
use crate::simulation::{APART, Outcome};
use crate::workload::{ORGANIZATION, PROJECT, Workload};

const ACTIVITIES: u64 = 200;

/// How long the organization works before now.
const SPAN: SignedDuration = SignedDuration::from_hours(4);

/// All faults, in the order of the seeds.
pub(crate) const BINARY_FAULTS: [BinaryFault; 14] = [
    BinaryFault::None,
    BinaryFault::QueueRefuses,
    BinaryFault::QueueThrottles,
    BinaryFault::QueueHangs,
    BinaryFault::QueueSlow,
    BinaryFault::Partial,
    BinaryFault::AnswerLost,
    BinaryFault::SecretsDown,
    BinaryFault::KilledMidRequest,
    BinaryFault::KilledAfter,
    BinaryFault::Throttled,
    BinaryFault::BrokenAfter,
    BinaryFault::Misrouted,
    BinaryFault::QueueOut,
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BinaryFault {
    None,
    QueueRefuses,
    QueueThrottles,
    QueueHangs,
    QueueSlow,
    Partial,
    AnswerLost,
    SecretsDown,
    KilledMidRequest,
    KilledAfter,
    Throttled,
    BrokenAfter,
    Misrouted,
    QueueOut,
}

impl BinaryFault {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::QueueRefuses => "queue refuses",
            Self::QueueThrottles => "queue throttles",
            Self::QueueHangs => "queue does not answer",
            Self::QueueSlow => "queue answers slowly",
            Self::Partial => "part of a batch fails",
            Self::AnswerLost => "queue accepts, connection drops",
            Self::SecretsDown => "Secrets Manager down, instances cold",
            Self::KilledMidRequest => "process killed mid-request",
            Self::KilledAfter => "process killed before its answer is out",
            Self::Throttled => "concurrency throttled",
            Self::BrokenAfter => "connections break",
            Self::Misrouted => "500 for up to an hour, watch killed",
            Self::QueueOut => "queue out for up to ten minutes",
        }
    }

    /// Whether the fault is ours, so that no subscription may be put on probation.
    pub(crate) fn is_ours(self) -> bool {
        !matches!(self, Self::Misrouted | Self::QueueOut)
    }
}

/// A planned step.
enum Step {
    Activity,
    Begin,
    End,
}

pub(crate) struct RealBinaries {
    azure: StandIn,
    workload: Workload,
    account: Account,
    gateway: Gateway,
    watch: Function,
    checkpoints: String,
    rng: Rng,
    fault: BinaryFault,
    active: bool,
    now: Timestamp,
    outcome: Outcome,
}

#[expect(clippy::disallowed_methods, reason = "the binaries look at the clock of this machine")]
fn now() -> Timestamp {
    Timestamp::now()
}

impl RealBinaries {
    pub(crate) async fn prepare(seed: u64, fault: BinaryFault) -> Self {
        let now = now();
        let begin = now - SPAN;
        let (organization, workload) = Workload::begin(seed, begin);
        let azure = StandIn::start([organization]).await;
        azure.register_pat(PersonalAccessToken::new(canary::PAT, ORGANIZATION, workload.ada()));
        azure.set_time(begin);
        azure.configure(|behavior| behavior.shows_pending_events = seed.is_multiple_of(2));
        let name = format!("faults-{seed}");
        let account = Account::open(&name).await;
        let gateway = Gateway::start(
            Arc::new(account.start("code-pushed", RECEIVER).await),
            Arc::new(account.start("pull-request", RECEIVER).await),
        )
        .await;
        let setup = start("setup", &account, &azure, &gateway, &[]).await;
        let connect = json!({
            "action": "connect",
            "organizationUrl": format!("https://dev.azure.com/{ORGANIZATION}"),
            "pat": canary::PAT,
            "projects": [PROJECT],
        });
        let invocation = Invocation { timeout: Duration::from_secs(300), ..Invocation::new(connect) };
        setup.invoke_with(invocation).await.expect("connected");
        account.close(setup).await;
        let checkpoints = account.queues.create_checkpoint_queue(&name, 1).await.expect("a queue");
        let watch = start_watch(&account, &azure, &gateway, &checkpoints).await;
        Self {
            azure,
            workload,
            account,
            gateway,
            watch,
            checkpoints,
            rng: Rng::new(seed),
            fault,
            active: false,
            now,
            outcome: Outcome::default(),
        }
    }

    pub(crate) async fn run(mut self) -> Outcome {
        let begin = self.now - SPAN + SignedDuration::from_secs(1);
        let work = SPAN - SignedDuration::from_mins(30);
        for (offset, step) in self.plan(work.as_secs().unsigned_abs()) {
            let at = begin + SignedDuration::from_secs(i64::try_from(offset).unwrap_or_default());
            self.deliver_until(at).await;
            self.azure.set_time(at);
            match step {
                Step::Begin => self.change(true).await,
                Step::End => self.change(false).await,
                Step::Activity => {
                    for notification in self.workload.act_at(&self.azure, &mut self.rng, at) {
                        self.azure.schedule_delivery(at, &notification);
                    }
                }
            }
        }
        self.change(false).await;
        self.deliver_until(self.now - SignedDuration::from_secs(1)).await;
        self.azure.set_time(self.now);
        self.watch_until_quiet().await;
        self.judge().await
    }

    /// Plans activities and periods of the fault: shorter than Azure DevOps's retries if the fault is ours.
    fn plan(&mut self, seconds: u64) -> Vec<(u64, Step)> {
        let mut steps: Vec<(u64, Step)> =
            (0..ACTIVITIES).map(|_| (self.rng.below(seconds), Step::Activity)).collect();
        let (every, longest) = match self.fault {
            BinaryFault::Misrouted => (7200, 3600),
            BinaryFault::QueueOut => (7200, 600),
            _ => (2400, 170),
        };
        let shortest = if self.fault.is_ours() { 20 } else { longest / 2 };
        for slot in 0..seconds / every {
            let from = slot * every + self.rng.below(every - longest - APART);
            steps.push((from, Step::Begin));
            steps.push((from + shortest + self.rng.below(longest - shortest), Step::End));
        }
        steps.sort_by_key(|(offset, _)| *offset);
        steps
    }

    async fn change(&mut self, active: bool) {
        if self.active == active {
            return;
        }
        self.active = active;
        self.account.sqs.heal();
        self.account.secrets_manager.heal();
        if active {
            self.begin_fault();
        }
        if self.fault == BinaryFault::SecretsDown {
            // New instances at the start, so that no password is cached; and at the end, because an instance waits a second
            // after a failed fetch, in which Azure DevOps's virtual time goes through all retries. That an instance recovers
            // is shown in one process, where both share one clock.
            self.renew("code-pushed").await;
            self.renew("pull-request").await;
        }
    }

    fn begin_fault(&self) {
        let batch = |fault| self.account.sqs.fail_each("SendMessageBatch", fault);
        match self.fault {
            BinaryFault::QueueRefuses | BinaryFault::QueueOut => batch(Fault::outage()),
            BinaryFault::QueueThrottles => batch(Fault::Throttle),
            BinaryFault::QueueHangs => batch(Fault::Hang),
            BinaryFault::QueueSlow => batch(Fault::Delay(Duration::from_millis(200))),
            BinaryFault::Partial => batch(Fault::Partial(vec![PartialFailure::internal(0)])),
            BinaryFault::AnswerLost => batch(Fault::DropAfterForward),
            BinaryFault::SecretsDown => self.account.secrets_manager.fail_all(Fault::outage()),
            _ => {}
        }
    }

    /// Replaces the instance behind an endpoint; the old one is killed.
    async fn renew(&self, endpoint: &'static str) {
        let fresh = Arc::new(self.account.start(endpoint, RECEIVER).await);
        if let Some(old) = self.gateway.replace(endpoint, fresh) {
            canary::assert_absent("the log of a receiver", old.logs().join("\n"));
        }
    }

    async fn deliver_until(&mut self, until: Timestamp) {
        while let Some(due) = self.azure.take_due(until) {
            *(if due.is_first() { &mut self.outcome.deliveries } else { &mut self.outcome.retries }) += 1;
            let subscription = due.notification().subscription_id;
            let status = |azure: &StandIn| azure.subscription(subscription).map(|hook| hook.status);
            let before = status(&self.azure);
            let answer = self.post(&due).await;
            self.azure.record_response(due, &answer);
            if before == Some(Status::Enabled) && status(&self.azure) == Some(Status::OnProbation) {
                self.outcome.probations += 1;
            }
        }
    }

    async fn post(&mut self, due: &DueDelivery) -> Result<WebhookResponse, HttpError> {
        let endpoint =
            if due.delivery().url.contains("/pull-request") { "pull-request" } else { "code-pushed" };
        let fault = if self.active { self.fault } else { BinaryFault::None };
        match fault {
            BinaryFault::Throttled => Ok(answer(503)),
            BinaryFault::Misrouted => Ok(answer(500)),
            BinaryFault::KilledMidRequest if self.rng.percent(70) => {
                self.account.sqs.fail_next("SendMessageBatch", Fault::Hang);
                let called = self.account.sqs.reached("SendMessageBatch");
                tokio::select! {
                    answer = due.delivery().send() => return answer,
                    () = called => {}
                }
                self.renew(endpoint).await;
                Ok(answer(503))
            }
            BinaryFault::KilledAfter if self.rng.percent(70) => {
                let _ = due.delivery().send().await;
                self.renew(endpoint).await;
                Ok(answer(503))
            }
            BinaryFault::BrokenAfter => {
                let _ = due.delivery().send().await;
                Err(HttpError::TimedOut(Duration::ZERO))
            }
            _ => due.delivery().send().await,
        }
    }

    async fn watch_until_quiet(&mut self) {
        if self.fault == BinaryFault::Misrouted {
            self.kill_watch().await;
        }
        let mut quiet = 0;
        for _ in 0..60 {
            let report = self.pass().await;
            // Deliveries that wait for a retry get it now.
            self.deliver_until(Timestamp::MAX).await;
            let figure = |name: &str| report[name].as_u64().unwrap_or(1);
            let left =
                ["deliveriesMissed", "subscriptionsNotEnabled", "eventsReconstructed", "eventsPending"]
                    .map(figure);
            quiet = if left == [0; 4] && report["failure"].is_null() { quiet + 1 } else { 0 };
            if quiet == 2 {
                return;
            }
        }
        panic!("`watch` does not come to rest");
    }

    async fn pass(&mut self) -> Value {
        self.outcome.passes += 1;
        let answer = self.watch.invoke(json!({})).await;
        let report = answer.unwrap_or_else(|failure| panic!("a pass: {failure}"));
        let all = report["integrations"].as_array().cloned().unwrap_or_default();
        let mine = all.into_iter().find(|report| report["integration"] == ORGANIZATION).unwrap_or_default();
        self.outcome.replayed += mine["deliveriesReplayed"].as_u64().unwrap_or_default();
        self.outcome.reconstructed += mine["eventsReconstructed"].as_u64().unwrap_or_default();
        self.outcome.healed += mine["subscriptionsHealed"].as_u64().unwrap_or_default();
        mine
    }

    /// Kills `watch` in a pass, at a random call to Azure DevOps.
    async fn kill_watch(&mut self) {
        let at = usize::try_from(self.rng.below(30)).unwrap_or_default();
        let timeout = Duration::from_secs(30);
        self.azure.forget_calls();
        let reached = async {
            self.azure.wait_until(timeout, |azure| azure.calls().len() >= at).await;
            self.azure.fail_all(rest::Fault::StallAfter(timeout));
            self.azure.wait_until(timeout, |azure| azure.calls().len() > at).await;
        };
        tokio::select! {
            ended = self.watch.invoke(json!({})) => assert!(!matches!(ended, Err(InvokeError::Reported(_))), "a pass"),
            () = reached => {}
        }
        self.azure.clear_faults();
        let fresh = start_watch(&self.account, &self.azure, &self.gateway, &self.checkpoints).await;
        let killed = std::mem::replace(&mut self.watch, fresh);
        self.account.close(killed).await;
    }

    async fn judge(mut self) -> Outcome {
        let messages = self.account.events().await;
        let arrived = messages.iter().map(|message| Arrived {
            body: message.json(),
            group: message.group.clone(),
            at: self.now,
        });
        let arrived: Vec<Arrived> = arrived.collect();
        self.outcome.judgment = self.workload.oracle.judge(&arrived, self.now);
        self.outcome.quarantined = self.account.quarantined().await.len() as u64;
        self.account.close(self.watch).await;
        self.outcome
    }
}

const RECEIVER: &[(&str, &str)] =
    &[("HOOKPOST_PASSWORD_REFETCH_SECONDS", "1"), ("HOOKPOST_DEADLINE_MILLISECONDS", "500")];

async fn start_watch(account: &Account, azure: &StandIn, gateway: &Gateway, checkpoints: &str) -> Function {
    start("watch", account, azure, gateway, &[("HOOKPOST_CHECKPOINT_QUEUE_URL", checkpoints)]).await
}

/// Starts `setup` or `watch`.
async fn start(
    name: &str,
    account: &Account,
    azure: &StandIn,
    gateway: &Gateway,
    further: &[(&'static str, &str)],
) -> Function {
    let (gateway, azure) = (gateway.address(), azure.address());
    let own: [(&'static str, &str); 3] = [
        ("HOOKPOST_WEBHOOK_BASE_URL", &gateway),
        ("HOOKPOST_AZURE_DEVOPS_URL", &azure),
        ("HOOKPOST_PASSWORD_REFETCH_SECONDS", "1"),
    ];
    account.start(name, &[&own, further].concat()).await
}

fn answer(status: u16) -> WebhookResponse {
    WebhookResponse { status, headers: HeaderMap::new(), body: Bytes::new(), elapsed: Duration::ZERO }
}
