//! An organization, the deployed functions, and an operator who invokes `setup`.

use std::cell::Cell;
use std::time::{Duration, Instant};

use hookpost_harness::account::Account;
use hookpost_harness::federation::Federation;
use hookpost_harness::function::{Function, InvokeError};
use hookpost_harness::gateway::Gateway;
use hookpost_harness::runtime_api::{FunctionError, Invocation};
use hookpost_harness::secrets::VersionStage;
use hookpost_stand_in::Subscription;
use hookpost_stand_in::canary;
use hookpost_stand_in::rest::{PersonalAccessToken, StandIn, Status};
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
    pub(crate) federation: Federation,
    pub(crate) account: Account,
    pub(crate) gateway: Gateway,
    pub(crate) setup: Function,
    pub(crate) fixture: OrganizationFixture,
    /// The name of the organization, which may change.
    pub(crate) organization: String,
}

/// A person, and two projects of the organization, each with a repository: `web` is in `shop`, `notes` in `lab`.
#[derive(Clone)]
pub(crate) struct OrganizationFixture {
    pub(crate) ada: Identity,
    pub(crate) shop: ProjectId,
    pub(crate) web: RepositoryId,
    pub(crate) lab: ProjectId,
    pub(crate) notes: RepositoryId,
}

/// An organization with two projects, each with a repository.
pub(crate) fn organization(name: &str, seed: u64) -> (Organization, OrganizationFixture) {
    with_projects(Organization::services(name, seed))
}

/// The organization with two projects, each with a repository.
pub(crate) fn with_projects(mut organization: Organization) -> (Organization, OrganizationFixture) {
    let (shop, lab) = (organization.add_project("Shop"), organization.add_project("Lab"));
    let (web, notes) = (organization.add_repository(shop, "web"), organization.add_repository(lab, "notes"));
    let ada = organization.add_person("Ada", "ada@contoso.example");
    let at = "2026-03-02T15:59:00.1234567Z".parse().expect("a timestamp");
    for repository in [web, notes] {
        organization.push(at, &ada, repository, &[RefChange::commit(MAIN, &["Begin"])]);
    }
    (organization, OrganizationFixture { ada, shop, web, lab, notes })
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
        let federation = Federation::open().await;
        azure.trust(&federation.entra);
        let gateway = account.start_receivers(&[("HOOKPOST_PASSWORD_REFETCH_SECONDS", "1")]).await;
        let setup = start(&account, &federation, &azure, &gateway, "setup", &[]).await;
        Self { azure, federation, account, gateway, setup, fixture, organization: ORGANIZATION.to_owned() }
    }

    /// Replaces the process of `setup`, which kills the old one.
    pub(crate) async fn restart_setup(&mut self, further: &[(&'static str, &str)]) {
        let successor = self.start_operator("setup", further).await;
        let former = std::mem::replace(&mut self.setup, successor);
        self.assert_secret("the output of `setup`", former.stop().await.lines.join("\n"));
    }

    /// Starts `watch` with this checkpoint queue.
    pub(crate) async fn start_watch(&self, checkpoints: &str) -> Function {
        self.start_operator("watch", &[("HOOKPOST_CHECKPOINT_QUEUE_URL", checkpoints)]).await
    }

    /// Starts `setup` or `watch`.
    pub(crate) async fn start_operator(&self, name: &str, further: &[(&'static str, &str)]) -> Function {
        start(&self.account, &self.federation, &self.azure, &self.gateway, name, further).await
    }

    /// Invokes `setup`; neither report nor error may show a secret.
    pub(crate) async fn invoke_setup(&self, request: &Value) -> Result<Value, FunctionError> {
        self.invoke_setup_with(Invocation::with_long_timeout(request.clone())).await
    }

    /// Invokes `setup` with a deadline of one's own.
    pub(crate) async fn invoke_setup_with(&self, invocation: Invocation) -> Result<Value, FunctionError> {
        let request = invocation.event.clone();
        match self.setup.invoke_with(invocation).await {
            Ok(report) => {
                self.assert_secret("a report", report.to_string());
                Ok(report)
            }
            Err(InvokeError::Reported(error)) => {
                self.assert_secret("an error", format!("{} {}", error.error_type, error.message));
                Err(error)
            }
            Err(other) => panic!("{request}: {other}"),
        }
    }

    /// Fails the test when a canary, an assertion or an access token is in the text.
    #[track_caller]
    pub(crate) fn assert_secret(&self, place: &str, text: impl AsRef<[u8]>) {
        canary::assert_absent(place, &text);
        self.federation.assert_secret(place, &text);
    }

    /// The report of `setup`; an error fails the test.
    pub(crate) async fn run_setup(&self, request: &Value) -> Value {
        self.invoke_setup(request).await.unwrap_or_else(|error| panic!("{request}: {error}"))
    }

    pub(crate) async fn connect(&self) -> Value {
        self.run_setup(&connect()).await
    }

    /// The report of `status`.
    pub(crate) async fn status(&self) -> Value {
        self.run_setup(&action("status")).await
    }

    /// Pushes, and delivers for every subscription that matches; gives the final status of each delivery.
    pub(crate) async fn push(&self, comment: &str) -> Vec<Option<u16>> {
        let mut answers = Vec::new();
        for notification in &self.push_notifications(comment) {
            answers.push(self.deliver(notification).await);
        }
        answers
    }

    /// Runs a request of `setup` while pushes go on; each must be accepted. Gives the number of pushes.
    pub(crate) async fn run_setup_while_pushing(&self, request: &Value) -> usize {
        let over = Cell::new(false);
        let change = async {
            let report = self.invoke_setup(request).await;
            over.set(true);
            report
        };
        let deliveries = async {
            let mut pushed = 0;
            while !over.get() {
                let answers = self.push(&format!("push {pushed}")).await;
                let accepted = matches!(*answers, [Some(202)] | [Some(202), Some(202)]);
                assert!(accepted, "push {pushed}: {answers:?}");
                pushed += 1;
            }
            pushed
        };
        let (report, pushed) = tokio::join!(change, deliveries);
        report.unwrap_or_else(|error| panic!("{request}: {error}"));
        pushed
    }

    /// Pushes now, without delivering.
    pub(crate) fn push_notifications(&self, comment: &str) -> Vec<Notification> {
        self.push_to(self.fixture.web, comment)
    }

    /// Pushes to a repository now, without delivering.
    pub(crate) fn push_to(&self, repository: RepositoryId, comment: &str) -> Vec<Notification> {
        self.push_at(now(), repository, comment)
    }

    /// Pushes to a repository at a time, without delivering.
    pub(crate) fn push_at(
        &self,
        at: Timestamp,
        repository: RepositoryId,
        comment: &str,
    ) -> Vec<Notification> {
        let changes = [RefChange::commit(MAIN, &[comment])];
        self.azure.organization(&self.organization, |organization| {
            organization.push(at, &self.fixture.ada, repository, &changes)
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

    /// The subscription to pushes.
    pub(crate) fn push_subscription(&self) -> Subscription {
        let hooks = self.azure.subscriptions(&self.organization);
        hooks.into_iter().find(|hook| hook.inputs.event_type == "git.push").expect("a subscription")
    }

    /// Gives every subscription this status.
    pub(crate) fn set_status_of_all(&self, status: Status) {
        for hook in self.azure.subscriptions(ORGANIZATION) {
            self.azure.set_status(hook.id, status);
        }
    }

    /// Somebody else's subscription to pushes.
    pub(crate) fn add_foreign_subscription(&self) -> hookpost_stand_in::Uuid {
        let body = json!({
            "publisherId": "tfs", "eventType": "git.push", "resourceVersion": "1.0", "consumerId": "webHooks",
            "consumerActionId": "httpRequest", "publisherInputs": {"projectId": ""},
            "consumerInputs": {"url": "https://ci.example.com/hook"},
        });
        self.azure.create_subscription(ORGANIZATION, &self.fixture.ada, &body)
    }

    /// Whether the integration's webhook and organization secrets exist.
    pub(crate) async fn secrets(&self, integration: &str) -> Vec<bool> {
        let mut exist = Vec::new();
        for kind in ["webhook", "organization"] {
            let name = format!("{}/{integration}/{kind}", self.account.prefix);
            exist.push(self.account.secrets.value(&name, VersionStage::Current).await.is_ok());
        }
        exist
    }

    /// Ends the functions and checks all their output for secrets.
    pub(crate) async fn close(self) {
        self.assert_secret("the log of a receiver", self.gateway.logs().join("\n"));
        let exit = self.account.close(self.setup).await;
        self.federation.assert_secret("the output of `setup`", exit.lines.join("\n"));
    }
}

async fn start(
    account: &Account,
    federation: &Federation,
    azure: &StandIn,
    gateway: &Gateway,
    name: &str,
    further: &[(&'static str, &str)],
) -> Function {
    let of_federation = federation.environment();
    let of_federation: Vec<_> = of_federation.iter().map(|(name, value)| (*name, &**value)).collect();
    account.start_operator(name, azure, gateway, &[&*of_federation, further].concat()).await
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

/// The request of another action for the integration `contoso`.
pub(crate) fn action(name: &str) -> Value {
    json!({"action": name, "integration": "contoso"})
}

pub(crate) fn with(mut request: Value, name: &str, value: impl Into<Value>) -> Value {
    request[name] = value.into();
    request
}

/// The texts of a list of a report, one a line.
pub(crate) fn lines(list: &Value) -> String {
    let texts = list.as_array().into_iter().flatten().filter_map(Value::as_str);
    texts.collect::<Vec<_>>().join("\n")
}

/// The time of this machine, which `watch` reads.
#[expect(
    clippy::disallowed_methods,
    reason = "what happens now is not over the time that Azure DevOps remembers"
)]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// The texts of a list in a report.
pub(crate) fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().map(|text| text.as_str().unwrap_or_default().to_owned()).collect()
}
