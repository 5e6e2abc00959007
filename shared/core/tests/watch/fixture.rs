//! An integration of the organization in memory, and passes over it.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use hookpost_core::azure_devops::organization_url::Servers;
use hookpost_core::azure_devops::subscription::SubscriptionStatus;
use hookpost_core::fakes::RecordingQueue;
use hookpost_core::integration::name::IntegrationName;
use hookpost_core::integration::open::{Deployment, Integrations};
use hookpost_core::ports::{Clock, Ports, RandomUnavailable, SecureRandom};
use hookpost_core::quarantine::port::{Quarantine, QuarantineError, QuarantineMessage, ReceiptHandle};
use hookpost_core::subscriptions::kind::SubscriptionKind;
use hookpost_core::subscriptions::scope::{Scope, wanted};
use hookpost_core::subscriptions::webhook_url::WebhookUrls;
use hookpost_core::watch::checkpoint::WatchState;
use hookpost_core::watch::lease::{CheckpointError, CheckpointStore, Lease};
use hookpost_core::watch::report::IntegrationReport;
use hookpost_core::watch::{PassOutcome, Watch};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::organization::Organization;
use crate::port::Azure;
use crate::secrets::{BASE, INTEGRATION, Secrets, version};

/// When the integration was connected.
const CONNECTED: &str = "2026-11-20T08:00:00Z";

/// The time `minutes` after the integration was connected.
pub(crate) fn at(minutes: i64) -> Timestamp {
    let connected: Timestamp = CONNECTED.parse().expect("a time");
    connected + SignedDuration::from_mins(minutes)
}

/// The time `seconds` after [`at`].
pub(crate) fn at_second(minutes: i64, seconds: i64) -> Timestamp {
    at(minutes) + SignedDuration::from_secs(seconds)
}

#[derive(Debug)]
pub(crate) struct Adapters;

impl Ports for Adapters {
    type Organizations = Azure;
    type Secrets = Secrets;
    type Queue = &'static RecordingQueue;
    type Quarantine = NoQuarantine;
    type Checkpoints = Checkpoints;
    type Clock = CallClock;
    type Random = NoRandom;
}

/// A clock that moves on with each call to Azure DevOps.
#[derive(Clone, Debug)]
pub(crate) struct CallClock {
    /// When the pass began, and how long each call takes.
    time: Arc<Mutex<(Timestamp, SignedDuration)>>,
    azure: Azure,
}

impl Clock for CallClock {
    fn now(&self) -> Timestamp {
        let (began, each) = *self.time.lock().expect("not poisoned");
        let calls = i32::try_from(self.azure.lock().calls.len()).expect("few calls");
        began + each * calls
    }

    async fn sleep(&self, _: Duration) {}
}

#[derive(Debug)]
pub(crate) struct NoRandom;

impl SecureRandom for NoRandom {
    fn bytes(&self) -> Result<[u8; 32], RandomUnavailable> {
        unreachable!("`watch` needs no random numbers")
    }
}

/// `watch` does not read the quarantine.
#[derive(Debug)]
pub(crate) enum NoQuarantine {}

impl Quarantine for NoQuarantine {
    async fn receive(&self, _: usize, _: Duration) -> Result<Vec<QuarantineMessage>, QuarantineError> {
        match *self {}
    }

    async fn delete(&self, _: &[ReceiptHandle]) -> Result<(), QuarantineError> {
        match *self {}
    }

    async fn hide(&self, _: &[ReceiptHandle], _: Duration) -> Result<(), QuarantineError> {
        match *self {}
    }
}

/// Stores the state as JSON, as the queue does.
#[derive(Clone, Debug, Default)]
pub(crate) struct Checkpoints(Arc<Mutex<String>>);

impl CheckpointStore for Checkpoints {
    async fn acquire(&self) -> Result<Option<Lease>, CheckpointError> {
        let stored = self.0.lock().expect("not poisoned").clone();
        let state = WatchState::from_json(&stored).unwrap_or_default();
        Ok(Some(Lease { state, receipt_handles: Vec::new() }))
    }

    async fn commit(&self, lease: Lease) -> Result<(), CheckpointError> {
        *self.0.lock().expect("not poisoned") = lease.state.to_json().expect("JSON");
        Ok(())
    }
}

/// A connected integration of a whole organization, whose first pass was at [`at`]`(0)`.
pub(crate) struct Fixture {
    pub(crate) azure: Azure,
    clock: CallClock,
    events: &'static RecordingQueue,
    watch: Watch<Adapters>,
}

impl Fixture {
    pub(crate) fn new(repositories: &[&str]) -> Self {
        let mut organization = Organization::new(repositories);
        let urls = WebhookUrls::new(BASE, IntegrationName::parse(INTEGRATION).expect("a name"));
        let scope = Scope::default();
        for wanted in wanted(&scope, &urls, &version()) {
            organization.subscribe(&wanted, at(0));
        }
        let azure = Azure(Arc::new(Mutex::new(organization)));
        let time = Arc::new(Mutex::new((at(0), SignedDuration::ZERO)));
        let clock = CallClock { time, azure: azure.clone() };
        let queue = || -> &'static RecordingQueue { Box::leak(Box::default()) };
        let events = queue();
        let watch = Watch {
            integrations: Integrations {
                organizations: azure.clone(),
                secrets: Secrets::new(),
                clock: clock.clone(),
                random: NoRandom,
                deployment: Deployment {
                    webhook_base_url: BASE.to_owned(),
                    servers: Servers::Refused,
                    overlap: Duration::from_secs(60),
                },
            },
            events,
            quarantine: queue(),
            checkpoints: Checkpoints::default(),
            budget: Duration::from_secs(240),
        };
        let fixture = Self { azure, clock, events, watch };
        let first = fixture.pass(at(0));
        assert_eq!(first.failure, None);
        fixture
    }

    /// Runs a pass at this time. Calls of earlier passes are forgotten.
    pub(crate) fn pass(&self, now: Timestamp) -> IntegrationReport {
        self.clock.time.lock().expect("not poisoned").0 = now;
        self.azure.lock().calls.clear();
        let outcome = finish(self.watch.run_pass()).expect("a pass");
        let PassOutcome::Completed(mut reports) = outcome else { panic!("nobody else holds the lease") };
        reports.pop().expect("a report")
    }

    /// Makes every call to Azure DevOps take this long.
    pub(crate) fn slow_down(&self, each: SignedDuration) {
        self.clock.time.lock().expect("not poisoned").1 = each;
    }

    /// Sets the status of the subscription of a kind.
    pub(crate) fn set_status(&self, kind: SubscriptionKind, status: SubscriptionStatus) {
        self.azure.lock().subscription(kind).status = status;
    }

    /// Takes the events that were queued since the last call.
    pub(crate) fn take_events(&self) -> Vec<Value> {
        let sent = std::mem::take(&mut *self.events.sent.lock().expect("not poisoned"));
        sent.iter().map(|message| serde_json::from_str(&message.body).expect("JSON")).collect()
    }

    /// The number of calls of the last pass that contain the text.
    pub(crate) fn calls(&self, part: &str) -> usize {
        self.azure.lock().calls.iter().filter(|call| call.contains(part)).count()
    }
}

/// The data of events, by `field`.
pub(crate) fn fields(events: &[Value], field: &str) -> Vec<String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    events.iter().map(|event| text(event["data"].pointer(field).unwrap_or(&Value::Null))).collect()
}

/// Runs a future to its end. The fakes never wait.
fn finish<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the fakes never wait"),
    }
}
