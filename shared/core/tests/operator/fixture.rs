//! An operator who invokes `setup`, and passes of `watch`, with everything they use in memory.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard};
use std::time::Duration;

use hookpost_core::azure_devops::organization_url::Servers;
use hookpost_core::azure_devops::subscription::SubscriptionStatus;
use hookpost_core::entra::roles::Roles;
use hookpost_core::entra::sign_in::SignIn;
use hookpost_core::error::OperatorError;
use hookpost_core::fakes::RecordingQueue;
use hookpost_core::fakes::fifo::FifoMessages;
use hookpost_core::fakes::received::ReceivedMessages;
use hookpost_core::integration::name::IntegrationName;
use hookpost_core::integration::open::{Deployment, Integrations};
use hookpost_core::invocation::InvocationDeadline;
use hookpost_core::overview::Overview;
use hookpost_core::overview::queue::OverviewQueue;
use hookpost_core::setup::Setup;
use hookpost_core::setup::request::SetupRequest;
use hookpost_core::subscriptions::kind::SubscriptionKind;
use hookpost_core::watch::report::IntegrationReport;
use hookpost_core::watch::{PassOutcome, Watch};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::fakes::adapters::{CallClock, Checkpoints, Counter, InMemory};
use crate::fakes::azure::Azure;
use crate::fakes::entra::{AUDIENCE, CANARIES, CLIENT, Entra, SETUP_ROLE, TENANT, WATCH_ROLE};
use crate::fakes::organization::{LAB, SHOP, URL};
use crate::fakes::port::Killed;
use crate::fakes::secrets::{INTEGRATION, Secrets};
use crate::interleaving::finish;

pub(crate) const TOKEN: &str = "canaryofapersonalaccesstoken";
pub(crate) const BASE: &str = "https://hooks.example/hooks";

/// How long receivers may take until they accept a new password.
pub(crate) const OVERLAP: Duration = Duration::from_secs(60);

/// When the tests begin, at which the integrations are connected.
const BEGIN: &str = "2026-11-20T08:00:00Z";

/// The time `minutes` after the integration was connected.
pub(crate) fn at(minutes: i64) -> Timestamp {
    let connected: Timestamp = BEGIN.parse().expect("a time");
    connected + SignedDuration::from_mins(minutes)
}

/// The time `seconds` after [`at`].
pub(crate) fn at_second(minutes: i64, seconds: i64) -> Timestamp {
    at(minutes) + SignedDuration::from_secs(seconds)
}

/// A deployment of `setup` and `watch`, and the organization of its operator.
pub(crate) struct Fixture {
    pub(crate) azure: Azure,
    pub(crate) entra: Entra,
    pub(crate) secrets: Secrets,
    /// When the invocations end; at first never.
    pub(crate) deadline: InvocationDeadline,
    pub(crate) setup: Setup<InMemory>,
    pub(crate) watch: Watch<InMemory>,
}

impl Fixture {
    /// Nothing is connected yet.
    pub(crate) fn new() -> Self {
        let azure = Azure::new(at(0));
        let (secrets, deadline) = (Secrets::new(azure.clone()), InvocationDeadline::default());
        let entra = Entra::new(azure.clone());
        let integrations = |role: &str| Integrations {
            organizations: azure.clone(),
            sign_in: sign_in(&entra.as_role(role)),
            secrets: secrets.clone(),
            clock: CallClock(azure.clone()),
            random: Counter::default(),
            deployment: Deployment {
                webhook_base_url: BASE.to_owned(),
                servers: Servers::Allowed,
                overlap: OVERLAP,
            },
            deadline: deadline.clone(),
        };
        let setup = Setup {
            integrations: integrations(SETUP_ROLE),
            events: Arc::default(),
            deliveries: None,
            quarantine: ReceivedMessages::default(),
        };
        let overview = Arc::<RecordingQueue>::default();
        let watch = Watch {
            integrations: integrations(WATCH_ROLE),
            events: Arc::default(),
            deliveries: None,
            quarantine: Arc::default(),
            checkpoints: Checkpoints::new(azure.clone()),
            overview: OverviewQueue { receiver: ReceivedMessages::of(&overview), sender: overview },
            budget: Duration::from_secs(240),
        };
        Self { azure, entra, secrets, deadline, setup, watch }
    }

    /// The projects Shop and Lab are connected.
    pub(crate) fn connected() -> Self {
        let fixture = Self::new();
        fixture.report(&connect());
        assert_eq!(fixture.azure.take_changes().len(), 16, "eight for each project");
        fixture
    }

    /// The whole organization with these repositories is connected, and the first pass was at [`at`]`(0)`.
    pub(crate) fn watching(repositories: &[&str]) -> Self {
        let fixture = Self::new();
        fixture.azure.lock().set_repositories(repositories);
        fixture.connect(&json!("all"));
        assert_eq!(fixture.watch().failure, None);
        fixture
    }

    /// Deploys again with other webhook URLs, as when a domain name is set.
    pub(crate) fn set_base(&mut self, base: &str) {
        for integrations in [&mut self.setup.integrations, &mut self.watch.integrations] {
            base.clone_into(&mut integrations.deployment.webhook_base_url);
        }
    }

    /// Runs an action. The report is JSON, as the operator sees it.
    pub(crate) fn run(&self, request: &Value) -> Result<Value, OperatorError> {
        let answer = finish(self.setup.run(SetupRequest::parse(request)?));
        self.assert_no_secret(&format!("{answer:?}"));
        answer.map(|report| serde_json::to_value(report).expect("JSON"))
    }

    #[track_caller]
    pub(crate) fn report(&self, request: &Value) -> Value {
        self.run(request).unwrap_or_else(|error| panic!("{request}: {}: {error}", error.code()))
    }

    #[track_caller]
    pub(crate) fn error(&self, request: &Value) -> OperatorError {
        self.run(request).expect_err("a refusal")
    }

    /// Connects projects.
    #[track_caller]
    pub(crate) fn connect(&self, projects: &Value) -> Value {
        self.report(&with(connect(), "projects", projects.clone()))
    }

    /// Runs a pass at this time. Calls of earlier passes are forgotten.
    #[track_caller]
    pub(crate) fn pass(&self, now: Timestamp) -> IntegrationReport {
        self.azure.lock().began = now;
        self.watch()
    }

    /// Runs a pass at this time that cannot store its checkpoints.
    #[track_caller]
    pub(crate) fn pass_without_store(&self, now: Timestamp) -> Vec<IntegrationReport> {
        self.azure.lock().began = now;
        let refuses = &self.watch.checkpoints.refuses;
        refuses.store(true, Ordering::Relaxed);
        let outcome = self.run_pass();
        refuses.store(false, Ordering::Relaxed);
        let PassOutcome::NotStored { reports, .. } = outcome else { panic!("no checkpoint is stored") };
        reports
    }

    /// Runs a pass at this time that has so many seconds.
    #[track_caller]
    pub(crate) fn pass_of(&mut self, seconds: u64, now: Timestamp) -> IntegrationReport {
        self.watch.budget = Duration::from_secs(seconds);
        self.pass(now)
    }

    /// The size of the largest message on the checkpoint queue, in bytes.
    pub(crate) fn checkpoint_size(&self) -> usize {
        self.watch.checkpoints.messages().bodies().map(str::len).max().unwrap_or_default()
    }

    /// Runs a pass, at the time of the last one. It leaves the secrets as they are.
    #[track_caller]
    pub(crate) fn watch(&self) -> IntegrationReport {
        self.azure.lock().calls.clear();
        let secrets = self.secrets.state().clone();
        let outcome = self.run_pass();
        assert_eq!(*self.secrets.state(), secrets, "`watch` stores nothing");
        self.assert_no_secret(&format!("{outcome:?}"));
        let PassOutcome::Completed(mut reports) = outcome else { panic!("nobody else holds the lease") };
        reports.pop().expect("a report")
    }

    /// Runs a pass at this time over several integrations; `None` when another one holds the lease.
    pub(crate) fn pass_over_all(&self, now: Timestamp) -> Option<Vec<IntegrationReport>> {
        let mut azure = self.azure.lock();
        azure.began = now;
        azure.calls.clear();
        drop(azure);
        match self.run_pass() {
            PassOutcome::Completed(reports) => Some(reports),
            PassOutcome::AlreadyRunning => None,
            PassOutcome::NotStored { error, .. } => panic!("not stored: {error}"),
        }
    }

    /// Runs a pass at the time of the last one, over several integrations.
    pub(crate) fn pass_over_all_in_place(&self) {
        self.run_pass();
    }

    /// Runs a pass, and writes the overview as far as that is possible.
    #[track_caller]
    fn run_pass(&self) -> PassOutcome {
        let outcome = finish(self.watch.run_pass()).expect("a pass");
        drop(finish(self.watch.write_overview(&outcome)));
        self.assert_no_secret(&self.overview_messages().join("\n"));
        outcome
    }

    /// The messages on the queue with the overview.
    pub(crate) fn overview_messages(&self) -> Vec<String> {
        let sent = self.watch.overview.sender.sent.lock().expect("not poisoned");
        sent.iter().map(|message| message.body.clone()).collect()
    }

    /// What the page shows of all integrations.
    #[track_caller]
    pub(crate) fn overview(&self) -> Overview {
        finish(self.watch.overview.read()).expect("it can be read").expect("an overview")
    }

    /// Runs a pass at this time, in which Lambda kills the function when it makes a call whose text contains `call`.
    pub(crate) fn killed_pass(&self, now: Timestamp, call: &str) {
        self.azure.lock().kills = Some(call.to_owned());
        let pass = catch_unwind(AssertUnwindSafe(|| self.pass_over_all(now)));
        assert!(pass.err().is_some_and(|killed| killed.is::<Killed>()), "the pass made a call {call}");
        self.azure.lock().kills = None;
    }

    fn assert_no_secret(&self, shown: &str) {
        let mut secrets = self.secrets.passwords();
        secrets.push(TOKEN.to_owned());
        secrets.extend(CANARIES.map(str::to_owned));
        assert!(!secrets.iter().any(|secret| shown.contains(secret)), "{shown}");
    }

    /// The checkpoint queue.
    pub(crate) fn checkpoint_queue(&self) -> MutexGuard<'_, FifoMessages> {
        self.watch.checkpoints.messages()
    }

    /// The checkpoints as they are stored.
    pub(crate) fn checkpoints(&self) -> Vec<Value> {
        let queue = self.watch.checkpoints.messages();
        let messages = queue.bodies().map(|body| serde_json::from_str::<Value>(body).expect("JSON"));
        messages.filter(|message| message["kind"] == "checkpoint").collect()
    }

    /// Makes every call to Azure DevOps take this long.
    pub(crate) fn slow_down(&self, each: SignedDuration) {
        self.azure.lock().call_duration = each;
    }

    /// Sets the status of the subscription of a kind.
    pub(crate) fn set_status(&self, kind: SubscriptionKind, status: SubscriptionStatus) {
        self.azure.lock().subscription(kind).status = status;
    }

    /// Takes the events that `watch` has queued since the last call.
    pub(crate) fn take_events(&self) -> Vec<Value> {
        let sent = std::mem::take(&mut *self.watch.events.sent.lock().expect("not poisoned"));
        sent.iter().map(|message| serde_json::from_str(&message.body).expect("JSON")).collect()
    }

    /// How many messages each call to the events queue sent.
    pub(crate) fn take_sends(&self) -> Vec<usize> {
        std::mem::take(&mut *self.watch.events.calls.lock().expect("not poisoned"))
    }

    /// Takes the events that `replay` has queued since the last call.
    pub(crate) fn take_replayed(&self) -> Vec<Value> {
        let sent = std::mem::take(&mut *self.setup.events.sent.lock().expect("not poisoned"));
        sent.iter().map(|message| serde_json::from_str(&message.body).expect("JSON")).collect()
    }

    /// The number of calls of the last pass that contain the text.
    pub(crate) fn calls(&self, part: &str) -> usize {
        self.azure.lock().calls.iter().filter(|call| call.contains(part)).count()
    }
}

/// The request that connects two projects.
pub(crate) fn connect() -> Value {
    json!({
        "action": "connect",
        "organizationUrl": URL,
        "pat": TOKEN,
        "patExpiresOn": "2099-01-01",
        "projects": [SHOP, LAB],
    })
}

/// The request that connects two projects by an app in Entra.
pub(crate) fn connect_by_app() -> Value {
    json!({
        "action": "connect",
        "organizationUrl": URL,
        "entra": {"tenantId": TENANT, "clientId": CLIENT},
        "projects": [SHOP, LAB],
    })
}

/// A new process of a function: it remembers no access token.
pub(crate) fn sign_in(entra: &Entra) -> SignIn<Entra, Entra> {
    let roles = Roles { setup: Some(SETUP_ROLE.to_owned()), watch: Some(WATCH_ROLE.to_owned()) };
    SignIn::new(entra.clone(), entra.clone(), AUDIENCE.to_owned(), roles)
}

/// The name of the integration.
pub(crate) fn name() -> IntegrationName {
    IntegrationName::parse(INTEGRATION).expect("a name")
}

/// A request about the integration.
pub(crate) fn request(action: &str) -> Value {
    json!({"action": action, "integration": INTEGRATION})
}

pub(crate) fn with(mut request: Value, name: &str, value: impl Into<Value>) -> Value {
    request[name] = value.into();
    request
}

/// The texts of a list, a line each.
pub(crate) fn lines(list: &Value) -> String {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
}

/// The data of events, by `field`.
pub(crate) fn fields(events: &[Value], field: &str) -> Vec<String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    events.iter().map(|event| text(event["data"].pointer(field).unwrap_or(&Value::Null))).collect()
}
