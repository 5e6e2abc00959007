//! A deployment of `setup` and `watch`, with everything around it in memory.

use std::pin::pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use hookpost_core::azure_devops::catalog::ProjectInfo;
use hookpost_core::azure_devops::organization_url::Servers;
use hookpost_core::fakes::RecordingQueue;
use hookpost_core::integration::open::{Deployment as Settings, Integrations};
use hookpost_core::ports::{Clock, Ports, RandomUnavailable, SecureRandom};
use hookpost_core::quarantine::port::{Quarantine, QuarantineError, QuarantineMessage, ReceiptHandle};
use hookpost_core::setup::Setup;
use hookpost_core::setup::error::SetupError;
use hookpost_core::setup::request::SetupRequest;
use hookpost_core::watch::checkpoint::WatchState;
use hookpost_core::watch::lease::{CheckpointError, CheckpointStore, Lease};
use hookpost_core::watch::report::IntegrationReport;
use hookpost_core::watch::{PassOutcome, Watch};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::azure_devops::Organization;
use crate::secrets::Secrets;

pub(crate) const URL: &str = "https://dev.azure.com/northpeak";
pub(crate) const SHOP: &str = "5a0e0000-0000-4000-8000-000000000001";
pub(crate) const LAB: &str = "5a0e0000-0000-4000-8000-000000000002";
pub(crate) const WEB: &str = "5a0e0000-0000-4000-8000-00000000000a";
pub(crate) const NOTES: &str = "5a0e0000-0000-4000-8000-00000000000b";

/// The adapters.
#[derive(Debug)]
struct InMemory;

impl Ports for InMemory {
    type Organizations = Organization;
    type Secrets = Secrets;
    type Queue = RecordingQueue;
    type Quarantine = EmptyQuarantine;
    type Checkpoints = Checkpoints;
    type Clock = Noon;
    type Random = Counter;
}

/// A deployment and its organization, with the projects `Shop` and `Lab` and a repository in each.
pub(crate) struct Deployment {
    pub(crate) azure: Organization,
    pub(crate) secrets: Secrets,
    setup: Setup<InMemory>,
    watch: Watch<InMemory>,
}

impl Deployment {
    pub(crate) fn new() -> Self {
        let azure = Organization::default();
        {
            let mut state = azure.state();
            URL.clone_into(&mut state.url);
            "0c0a0000-0000-4000-8000-000000000001".clone_into(&mut state.id);
            let project = |id: &str, name: &str| ProjectInfo { id: id.to_owned(), name: name.to_owned() };
            state.projects = vec![project(SHOP, "Shop"), project(LAB, "Lab")];
            state.may_read_projects = true;
            state.repositories =
                vec![[WEB, "web", SHOP].map(str::to_owned), [NOTES, "notes", LAB].map(str::to_owned)];
        }
        let secrets = Secrets::new();
        let integrations = || Integrations {
            organizations: azure.clone(),
            secrets: secrets.clone(),
            clock: Noon,
            random: Counter(AtomicU8::new(1)),
            deployment: Settings {
                webhook_base_url: "https://hooks.example/v1".to_owned(),
                servers: Servers::Refused,
                overlap: Duration::ZERO,
            },
        };
        let setup = Setup {
            integrations: integrations(),
            events: RecordingQueue::default(),
            quarantine: EmptyQuarantine,
        };
        let watch = Watch {
            integrations: integrations(),
            events: RecordingQueue::default(),
            quarantine: RecordingQueue::default(),
            checkpoints: Checkpoints::default(),
            budget: Duration::from_secs(240),
        };
        Self { azure, secrets, setup, watch }
    }

    /// Runs an action. The report is JSON, as the operator sees it.
    pub(crate) fn run(&self, request: &Value) -> Result<Value, SetupError> {
        let report = ready(self.setup.run(SetupRequest::parse(request)?))?;
        Ok(serde_json::to_value(report).expect("a report is JSON"))
    }

    /// Runs an action that succeeds.
    #[track_caller]
    pub(crate) fn report(&self, request: &Value) -> Value {
        self.run(request).unwrap_or_else(|error| panic!("{request}: {error}"))
    }

    /// Connects projects as the integration `northpeak`.
    #[track_caller]
    pub(crate) fn connect(&self, projects: &Value) -> Value {
        self.report(&connect(projects))
    }

    /// Runs a pass of `watch` over the only integration.
    #[track_caller]
    pub(crate) fn watch(&self) -> IntegrationReport {
        match ready(self.watch.run_pass()) {
            Ok(PassOutcome::Completed(mut reports)) => reports.pop().expect("an integration"),
            other => panic!("{other:?}"),
        }
    }
}

/// The request that connects projects as the integration `northpeak`.
pub(crate) fn connect(projects: &Value) -> Value {
    json!({
        "action": "connect", "integration": "northpeak", "organizationUrl": URL, "pat": "a0token",
        "patExpiresOn": "2099-01-01", "projects": projects,
    })
}

pub(crate) fn with(mut request: Value, name: &str, value: impl Into<Value>) -> Value {
    request[name] = value.into();
    request
}

/// The sentences of a list of a report, one a line.
pub(crate) fn lines(list: &Value) -> String {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
}

/// The output of a future that never waits.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the fakes never wait"),
    }
}

/// A clock that stands still.
#[derive(Debug)]
struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        "2026-03-02T12:00:00Z".parse().expect("a timestamp")
    }

    async fn sleep(&self, _: Duration) {}
}

/// Counts in place of random numbers.
#[derive(Debug)]
struct Counter(AtomicU8);

impl SecureRandom for Counter {
    fn bytes(&self) -> Result<[u8; 32], RandomUnavailable> {
        Ok([self.0.fetch_add(1, Ordering::Relaxed); 32])
    }
}

#[derive(Debug)]
struct EmptyQuarantine;

impl Quarantine for EmptyQuarantine {
    async fn receive(&self, _: usize, _: Duration) -> Result<Vec<QuarantineMessage>, QuarantineError> {
        Ok(Vec::new())
    }

    async fn delete(&self, _: &[ReceiptHandle]) -> Result<(), QuarantineError> {
        Ok(())
    }

    async fn hide(&self, _: &[ReceiptHandle], _: Duration) -> Result<(), QuarantineError> {
        Ok(())
    }
}

/// The checkpoints, whose lease is always free.
#[derive(Debug, Default)]
struct Checkpoints(Mutex<WatchState>);

impl CheckpointStore for Checkpoints {
    async fn acquire(&self) -> Result<Option<Lease>, CheckpointError> {
        let state = self.0.lock().expect("not poisoned").clone();
        Ok(Some(Lease { state, receipt_handles: Vec::new() }))
    }

    async fn commit(&self, lease: Lease) -> Result<(), CheckpointError> {
        *self.0.lock().expect("not poisoned") = lease.state;
        Ok(())
    }
}
