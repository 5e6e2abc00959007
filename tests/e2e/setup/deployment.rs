//! An organization, the deployed functions, and an operator who invokes `setup`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hookpost_harness::account::Account;
use hookpost_harness::function::{Function, InvokeError};
use hookpost_harness::gateway::Gateway;
use hookpost_harness::runtime_api::{FunctionError, Invocation};
use hookpost_stand_in::canary;
use hookpost_stand_in::rest::{PersonalAccessToken, StandIn};
use hookpost_stand_in::{
    Identity, Notification, Organization, ProjectId, RefChange, RepositoryId, Timestamp,
};
use serde_json::{Value, json};

/// How long a delivery is retried. Azure DevOps retries for three minutes (Microsoft, "Troubleshoot service hooks").
const RETRY_TIMEOUT: Duration = Duration::from_secs(20);

pub(crate) const ORGANIZATION: &str = "contoso";
pub(crate) const MAIN: &str = "refs/heads/main";

/// The functions, the AWS account they use, and the stand-in for Azure DevOps.
pub(crate) struct Deployment {
    pub(crate) azure: StandIn,
    pub(crate) account: Account,
    pub(crate) receivers: [Arc<Function>; 2],
    pub(crate) gateway: Gateway,
    pub(crate) setup: Function,
    pub(crate) fixture: OrganizationFixture,
}

/// A person, a project and a repository of the organization.
#[derive(Clone)]
pub(crate) struct OrganizationFixture {
    pub(crate) ada: Identity,
    pub(crate) shop: ProjectId,
    pub(crate) web: RepositoryId,
}

/// An organization with two projects, each with a repository.
pub(crate) fn organization(name: &str, seed: u64) -> (Organization, OrganizationFixture) {
    let mut organization = Organization::services(name, seed);
    let (shop, lab) = (organization.add_project("Shop"), organization.add_project("Lab"));
    let (web, notes) = (organization.add_repository(shop, "web"), organization.add_repository(lab, "notes"));
    let ada = organization.add_person("Ada", "ada@contoso.example");
    for repository in [web, notes] {
        organization.push(at(), &ada, repository, &[RefChange::commit(MAIN, &["Begin"])]);
    }
    (organization, OrganizationFixture { ada, shop, web })
}

impl Deployment {
    /// `name` must be unique among these tests.
    pub(crate) async fn open(name: &str) -> Self {
        let (contoso, fixture) = organization(ORGANIZATION, 7);
        let azure = StandIn::start([contoso]).await;
        azure.register_pat(PersonalAccessToken::new(canary::PAT, ORGANIZATION, &fixture.ada));
        Self::with_stand_in(name, azure, fixture).await
    }

    pub(crate) async fn with_stand_in(name: &str, azure: StandIn, fixture: OrganizationFixture) -> Self {
        let account = Account::open(name).await;
        let quick = [("HOOKPOST_PASSWORD_REFETCH_SECONDS", "1")];
        let receivers = [
            Arc::new(account.start("code-pushed", &quick).await),
            Arc::new(account.start("pull-request", &quick).await),
        ];
        let gateway = Gateway::start(Arc::clone(&receivers[0]), Arc::clone(&receivers[1])).await;
        let setup = start("setup", &account, &azure, &gateway, &[]).await;
        Self { azure, account, receivers, gateway, setup, fixture }
    }

    /// Replaces the process of `setup`, which kills the old one.
    pub(crate) async fn restart_setup(&mut self) {
        self.restart_setup_with(&[]).await;
    }

    /// The same, with further environment variables.
    pub(crate) async fn restart_setup_with(&mut self, further: &[(&'static str, &str)]) {
        self.setup = start("setup", &self.account, &self.azure, &self.gateway, further).await;
    }

    /// Starts `watch` with this checkpoint queue.
    pub(crate) async fn start_watch(&self, checkpoints: &str) -> Function {
        let further = [("HOOKPOST_CHECKPOINT_QUEUE_URL", checkpoints)];
        start("watch", &self.account, &self.azure, &self.gateway, &further).await
    }

    /// Invokes `setup`; neither report nor error may show a canary.
    pub(crate) async fn invoke_setup(&self, request: &Value) -> Result<Value, FunctionError> {
        let invocation = Invocation { timeout: Duration::from_secs(300), ..Invocation::new(request.clone()) };
        let answer = self.setup.invoke_with(invocation).await;
        match answer {
            Ok(report) => {
                canary::assert_absent("a report", report.to_string());
                Ok(report)
            }
            Err(InvokeError::Reported(error)) => {
                canary::assert_absent("an error", format!("{} {}", error.error_type, error.message));
                Err(error)
            }
            Err(other) => panic!("{request}: {other}"),
        }
    }

    pub(crate) async fn connect(&self) -> Value {
        expect_report(self.invoke_setup(&connect()).await)
    }

    /// Pushes, and delivers for every subscription that matches; gives the final status of each delivery.
    pub(crate) async fn push(&self, comment: &str) -> Vec<Option<u16>> {
        let mut answers = Vec::new();
        for notification in &self.push_notifications(comment) {
            answers.push(self.deliver(notification).await);
        }
        answers
    }

    /// The same, without retries.
    pub(crate) async fn push_once(&self, comment: &str) -> Vec<Option<u16>> {
        self.azure.deliver_all(self.push_notifications(comment)).await
    }

    /// Pushes now, without delivering.
    pub(crate) fn push_notifications(&self, comment: &str) -> Vec<Notification> {
        let OrganizationFixture { ada, web, .. } = self.fixture.clone();
        self.azure.organization(ORGANIZATION, |organization| {
            organization.push(now(), &ada, web, &[RefChange::commit(MAIN, &[comment])])
        })
    }

    /// Delivers, and retries after a 503 as Azure DevOps does.
    async fn deliver(&self, notification: &Notification) -> Option<u16> {
        let timeout = Instant::now() + RETRY_TIMEOUT;
        loop {
            let answer = self.azure.deliver(notification).await;
            if answer != Some(503) || Instant::now() > timeout {
                return answer;
            }
        }
    }

    /// Whether the integration's webhook and organization secrets exist.
    pub(crate) async fn secrets(&self, integration: &str) -> Vec<bool> {
        let mut exist = Vec::new();
        for kind in ["webhook", "organization"] {
            let name = format!("{}/{integration}/{kind}", self.account.prefix);
            exist.push(
                self.account.secrets.value(&name, hookpost_harness::secrets::Stage::Current).await.is_ok(),
            );
        }
        exist
    }

    /// Ends the functions and checks all their output for canaries.
    pub(crate) async fn close(self) {
        self.account.close(self.setup).await;
        for receiver in self.receivers {
            canary::assert_absent("the log of a receiver", receiver.logs().join("\n"));
        }
    }
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

/// The request that connects the project `Shop`.
pub(crate) fn connect() -> Value {
    json!({
        "action": "connect",
        "organizationUrl": "https://dev.azure.com/contoso",
        "pat": canary::PAT,
        "patExpiresOn": "2099-01-01",
        "projects": ["Shop"],
    })
}

pub(crate) fn with(mut request: Value, name: &str, value: impl Into<Value>) -> Value {
    request[name] = value.into();
    request
}

pub(crate) fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The time of this machine, which `watch` reads.
#[expect(
    clippy::disallowed_methods,
    reason = "what happens now is not over the time that Azure DevOps remembers"
)]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

pub(crate) fn at() -> Timestamp {
    "2026-03-02T15:59:00.1234567Z".parse().expect("a timestamp")
}

/// The report; an error fails the test.
#[track_caller]
pub(crate) fn expect_report(answer: Result<Value, FunctionError>) -> Value {
    answer.unwrap_or_else(|error| panic!("{}: {}", error.error_type, error.message))
}
