//! A function as Lambda runs it: one invocation at a time, killed at its timeout, started again after that.

use std::sync::Arc;
use std::time::Duration;

use hookpost_harness::function::{self, Function, InvokeError};
use hookpost_harness::runtime_api::Invocation;
use hookpost_stand_in::Timestamp;
use jiff::SignedDuration;
use serde_json::Value;

use crate::clock::{Clock, after};
use crate::environment::{CHECKPOINTS, EVENTS, Environment, OVERVIEW, QUARANTINE};
use crate::service_proxy::ServiceProxy;

/// The timeout of `setup` and `watch` in the template.
const TIMEOUT_SECONDS: i64 = 300;

/// How long an invocation may take on the clock of the machine before the measurement fails.
const INVOKE_TIMEOUT: Duration = Duration::from_secs(900);

/// An instance of a function, or none yet.
#[derive(Debug)]
pub struct Lambda {
    environment: Arc<Environment>,
    name: &'static str,
    instance: Option<(Function, ServiceProxy)>,
}

/// One invocation.
#[derive(Debug)]
pub struct Run {
    /// How it ended.
    pub end: End,
    /// When it began.
    pub began: Timestamp,
    /// How long it took.
    pub took: SignedDuration,
    /// What the function logged.
    pub log: Vec<String>,
    /// The most memory that the process ever had, in KiB.
    pub peak: u64,
}

/// How an invocation ended.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// With an answer.
    Answered(Value),
    /// With a function error.
    Failed(String),
    /// At the timeout.
    Killed,
}

impl Run {
    /// The answer; null without one.
    pub fn answer(&self) -> &Value {
        match &self.end {
            End::Answered(answer) => answer,
            End::Failed(_) | End::Killed => &Value::Null,
        }
    }

    /// Bytes of the longest line in the log.
    pub fn longest_line(&self) -> u64 {
        self.log.iter().map(|line| line.len() as u64).max().unwrap_or_default()
    }
}

impl Lambda {
    /// A function without an instance. `name` is that of its binary.
    pub fn new(environment: &Arc<Environment>, name: &'static str) -> Self {
        Self { environment: Arc::clone(environment), name, instance: None }
    }

    /// Runs an invocation now, which lets the time pass that it takes.
    pub async fn invoke(&mut self, event: Value) -> Run {
        let run = self.invoke_at(self.environment.now(), event).await;
        self.environment.move_to(run.began + run.took);
        run
    }

    /// Starts an instance if there is none, for an invocation at a time. From now on, nothing that runs beside it goes
    /// further than that.
    pub async fn prepare(&mut self, at: Timestamp) {
        if self.instance.is_none() {
            self.instance = Some(self.start(at).await);
        }
        let (_, proxy) = self.instance.as_ref().expect("started");
        proxy.clock().move_to(at);
        self.environment.set_running(proxy.clock(), true);
    }

    /// Runs an invocation at a time, beside others that were prepared.
    ///
    /// # Panics
    ///
    /// The process ends, or takes longer than [`INVOKE_TIMEOUT`].
    pub async fn invoke_at(&mut self, began: Timestamp, event: Value) -> Run {
        self.prepare(began).await;
        let (function, proxy) = self.instance.as_ref().expect("prepared");
        let logged = function.logs().len();
        let deadline = after(began, TIMEOUT_SECONDS);
        proxy.set_deadline(deadline);
        let timeout = Duration::try_from(deadline.duration_since(now())).expect("virtual time is ahead");
        let invoked = async {
            tokio::select! {
                answered = function.invoke_with(Invocation { event, timeout }) => Some(answered),
                () = proxy.killed() => None,
            }
        };
        let answered = tokio::time::timeout(INVOKE_TIMEOUT, invoked).await;
        self.environment.set_running(proxy.clock(), false);
        let answered =
            answered.unwrap_or_else(|_| panic!("`{}` hangs; its log: {:?}", self.name, function.logs()));
        let took = proxy.clock().now().duration_since(began);
        let end = match answered {
            Some(Ok(answer)) if took.as_secs() < TIMEOUT_SECONDS => End::Answered(answer),
            Some(Err(InvokeError::Reported(error))) => End::Failed(error.to_string()),
            Some(Err(InvokeError::Ended(exit))) => panic!("`{}` ended: {exit}", self.name),
            Some(_) | None => End::Killed,
        };
        let peak = function.process().id().map_or(0, peak);
        if end == End::Killed {
            let (function, _) = self.instance.take().expect("an instance");
            let log = function.stop().await.lines.split_off(logged);
            return Run { end, began, took: SignedDuration::from_secs(TIMEOUT_SECONDS), log, peak };
        }
        // What is logged before the answer may be read after it.
        function.idle().await.expect("the function goes on");
        let log = function.logs().split_off(logged);
        Run { end, began, took, log, peak }
    }

    async fn start(&self, at: Timestamp) -> (Function, ServiceProxy) {
        let clock = Arc::new(Clock::at(at));
        let proxy = ServiceProxy::start(&self.environment, Arc::clone(&clock)).await;
        let address = proxy.address();
        let queue = |name: &str| format!("{address}/123456789012/{name}");
        let mut settings = vec![
            ("HOOKPOST_EVENTS_QUEUE_URL", queue(EVENTS)),
            ("HOOKPOST_QUARANTINE_QUEUE_URL", queue(QUARANTINE)),
            ("HOOKPOST_SECRET_PREFIX", "hookpost".to_owned()),
            ("AWS_ENDPOINT_URL_SQS", address.clone()),
            ("AWS_ENDPOINT_URL_SECRETS_MANAGER", address.clone()),
        ];
        if matches!(self.name, "setup" | "watch") {
            settings.push(("HOOKPOST_WEBHOOK_BASE_URL", self.environment.webhooks()));
            settings.push(("HOOKPOST_AZURE_DEVOPS_URL", address.clone()));
            settings.push(("HOOKPOST_OVERVIEW_QUEUE_URL", queue(OVERVIEW)));
        }
        if self.name == "watch" {
            settings.push(("HOOKPOST_CHECKPOINT_QUEUE_URL", queue(CHECKPOINTS)));
        }
        let settings = settings.into_iter().chain(clock.environment());
        let function = Function::start(&function::binary(self.name), settings).await;
        if let Err(exit) = function.ready().await {
            panic!("`{}` ended in INIT: {exit}", self.name);
        }
        (function, proxy)
    }
}

/// `VmHWM` of a process, in KiB.
fn peak(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or_default()
}

#[expect(clippy::disallowed_methods, reason = "the Runtime API counts from the clock of the machine")]
fn now() -> Timestamp {
    Timestamp::now()
}
