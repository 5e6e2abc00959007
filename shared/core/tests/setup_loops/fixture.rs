//! An operator who invokes `setup`, with everything it uses in memory.

use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use hookpost_core::azure_devops::organization_url::Servers;
use hookpost_core::fakes::RecordingQueue;
use hookpost_core::integration::open::{Deployment, Integrations};
use hookpost_core::ports::{Clock, Ports, RandomUnavailable, SecureRandom};
use hookpost_core::quarantine::port::{Quarantine, QuarantineError, QuarantineMessage, ReceiptHandle};
use hookpost_core::setup::Setup;
use hookpost_core::setup::error::SetupError;
use hookpost_core::setup::report::Report;
use hookpost_core::setup::request::SetupRequest;
use hookpost_core::watch::lease::{CheckpointError, CheckpointStore, Lease};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::azure_devops::{Connector, FakeAzureDevOps, LAB, SHOP};
use crate::secrets::Secrets;

pub(crate) const TOKEN: &str = "canaryofapersonalaccesstoken";

/// The operator, Azure DevOps and the stores.
pub(crate) struct Fixture {
    pub(crate) azure: FakeAzureDevOps,
    pub(crate) setup: Setup<InMemory>,
}

#[derive(Debug)]
pub(crate) struct InMemory;

impl Ports for InMemory {
    type Organizations = Connector;
    type Secrets = Secrets;
    type Queue = RecordingQueue;
    type Quarantine = EmptyQuarantine;
    type Checkpoints = NoCheckpoints;
    type Clock = FixedClock;
    type Random = Counter;
}

impl Fixture {
    /// Nothing is connected yet.
    pub(crate) fn new() -> Self {
        Self::at("2026-11-20T12:00:00Z")
    }

    /// The same, at this time.
    pub(crate) fn at(now: &str) -> Self {
        let azure = FakeAzureDevOps::new();
        let integrations = Integrations {
            organizations: Connector(azure.clone()),
            secrets: Secrets::new(),
            clock: FixedClock(now.parse().expect("a timestamp")),
            random: Counter(Mutex::new(0)),
            deployment: Deployment {
                webhook_base_url: "https://hooks.example/hooks".to_owned(),
                servers: Servers::Allowed,
                overlap: Duration::from_secs(35),
            },
        };
        let setup = Setup { integrations, events: RecordingQueue::default(), quarantine: EmptyQuarantine };
        Self { azure, setup }
    }

    /// The projects Shop and Lab are connected.
    pub(crate) fn connected() -> Self {
        let fixture = Self::new();
        fixture.report(&connect());
        assert_eq!(fixture.azure.take_changes().len(), 16, "eight for each project");
        fixture
    }

    /// Runs an action. No report and no error may show the token.
    pub(crate) fn run(&self, request: &Value) -> Result<Value, SetupError> {
        let request = SetupRequest::parse(request).expect("a request");
        let answer = ready(self.setup.run(request));
        let shown = format!("{answer:?}");
        assert!(!shown.contains("canary"), "{shown}");
        answer.map(|report: Report| serde_json::to_value(report).expect("JSON"))
    }

    #[track_caller]
    pub(crate) fn report(&self, request: &Value) -> Value {
        self.run(request).unwrap_or_else(|error| panic!("{}: {error}", error.code()))
    }

    #[track_caller]
    pub(crate) fn error(&self, request: &Value) -> SetupError {
        self.run(request).expect_err("a refusal")
    }
}

/// The request that connects two projects.
pub(crate) fn connect() -> Value {
    json!({
        "action": "connect",
        "organizationUrl": "https://dev.azure.com/contoso",
        "pat": TOKEN,
        "patExpiresOn": "2099-01-01",
        "projects": [SHOP, LAB],
    })
}

/// A request about the integration.
pub(crate) fn request(action: &str) -> Value {
    json!({"action": action, "integration": "contoso"})
}

pub(crate) fn with(mut request: Value, name: &str, value: impl Into<Value>) -> Value {
    request[name] = value.into();
    request
}

/// The texts of a list, a line each.
pub(crate) fn lines(list: &Value) -> String {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
}

/// The fakes never wait, so no async runtime is needed.
fn ready<T>(future: impl Future<Output = T> + Send) -> T {
    match pin!(future).as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the fakes never wait"),
    }
}

#[derive(Debug)]
pub(crate) struct FixedClock(Timestamp);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }

    async fn sleep(&self, _: Duration) {}
}

/// Counts, so that each version of a secret has an id of its own.
#[derive(Debug)]
pub(crate) struct Counter(Mutex<u8>);

impl SecureRandom for Counter {
    fn bytes(&self) -> Result<[u8; 32], RandomUnavailable> {
        let mut next = self.0.lock().expect("not poisoned");
        *next += 1;
        Ok([*next; 32])
    }
}

#[derive(Debug)]
pub(crate) struct EmptyQuarantine;

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

#[derive(Debug)]
pub(crate) struct NoCheckpoints;

impl CheckpointStore for NoCheckpoints {
    async fn acquire(&self) -> Result<Option<Lease>, CheckpointError> {
        unreachable!("`setup` has no checkpoints")
    }

    async fn commit(&self, _: Lease) -> Result<(), CheckpointError> {
        unreachable!("`setup` has no checkpoints")
    }
}
