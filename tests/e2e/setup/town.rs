//! An organization, a deployment, and an operator at the console.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hookpost_harness::account::Account;
use hookpost_harness::function::{Failure, Function, binary};
use hookpost_harness::gateway::Gateway;
use hookpost_harness::runtime_api::{FunctionError, Invocation};
use hookpost_stand_in::canary;
use hookpost_stand_in::rest::{PersonalAccessToken, StandIn};
use hookpost_stand_in::{
    Identity, Notification, Organization, ProjectId, RefChange, RepositoryId, Timestamp,
};
use serde_json::{Value, json};

/// How long a delivery is tried. Azure DevOps takes three minutes (Microsoft, "Troubleshoot service hooks").
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) const ORGANIZATION: &str = "contoso";
pub(crate) const MAIN: &str = "refs/heads/main";

/// Everything there is.
pub(crate) struct Town {
    pub(crate) azure: StandIn,
    pub(crate) account: Account,
    pub(crate) receivers: [Arc<Function>; 2],
    pub(crate) gateway: Gateway,
    pub(crate) setup: Function,
    pub(crate) people: People,
}

/// Who and what there is in the organization.
#[derive(Clone)]
pub(crate) struct People {
    pub(crate) ada: Identity,
    pub(crate) shop: ProjectId,
    pub(crate) web: RepositoryId,
}

/// An organization with two projects, each with a repository.
pub(crate) fn organization(name: &str, seed: u64) -> (Organization, People) {
    let mut it = Organization::services(name, seed);
    let (shop, lab) = (it.add_project("Shop"), it.add_project("Lab"));
    let (web, notes) = (it.add_repository(shop, "web"), it.add_repository(lab, "notes"));
    let ada = it.add_person("Ada", "ada@contoso.example");
    for repository in [web, notes] {
        it.push(at(), &ada, repository, &[RefChange::commit(MAIN, &["Begin"])]);
    }
    (it, People { ada, shop, web })
}

impl Town {
    /// `name` must be unique among these tests.
    pub(crate) async fn open(name: &str) -> Self {
        let (contoso, people) = organization(ORGANIZATION, 7);
        let azure = StandIn::start([contoso]).await;
        azure.allow_local_targets();
        azure.register_pat(PersonalAccessToken::new(canary::PAT, ORGANIZATION, &people.ada));
        Self::around(name, azure, people).await
    }

    pub(crate) async fn around(name: &str, azure: StandIn, people: People) -> Self {
        let account = Account::open(name).await;
        let quick = [("HOOKPOST_PASSWORD_REFETCH_SECONDS", "1")];
        let receivers = [
            Arc::new(account.receiver("code-pushed", &quick).await),
            Arc::new(account.receiver("pull-request", &quick).await),
        ];
        let gateway = Gateway::open(Arc::clone(&receivers[0]), Arc::clone(&receivers[1])).await;
        let setup = start_setup(&account, &azure, &gateway, &[]).await;
        Self { azure, account, receivers, gateway, setup, people }
    }

    /// A new process, as Lambda starts one after another was lost.
    pub(crate) async fn restart_setup(&mut self) {
        self.restart_setup_with(&[]).await;
    }

    /// The same, after a change of its settings.
    pub(crate) async fn restart_setup_with(&mut self, further: &[(&'static str, &str)]) {
        self.setup = start_setup(&self.account, &self.azure, &self.gateway, further).await;
    }

    /// A process of `watch`, with its right to watch and its memory on this queue.
    pub(crate) async fn start_watch(&self, checkpoints: &str) -> Function {
        let further = [("HOOKPOST_CHECKPOINT_QUEUE_URL", checkpoints)];
        start("watch", &self.account, &self.azure, &self.gateway, &further).await
    }

    /// What the console shows, in green or in red; neither may show a secret.
    pub(crate) async fn ask(&self, request: &Value) -> Result<Value, FunctionError> {
        let invocation = Invocation { timeout: Duration::from_secs(300), ..Invocation::new(request.clone()) };
        let answer = self.setup.invoke_with(invocation).await;
        match answer {
            Ok(report) => {
                canary::assert_absent("a report", report.to_string());
                Ok(report)
            }
            Err(Failure::Reported(error)) => {
                canary::assert_absent("a refusal", format!("{} {}", error.error_type, error.message));
                Err(error)
            }
            Err(other) => panic!("{request}: {other}"),
        }
    }

    pub(crate) async fn connect(&self) -> Value {
        fine(self.ask(&connect()).await)
    }

    /// Somebody pushes; every subscription that matches delivers. Says what each delivery was answered in the end.
    pub(crate) async fn push(&self, comment: &str) -> Vec<Option<u16>> {
        let mut answers = Vec::new();
        for notification in &self.told(comment) {
            answers.push(self.deliver(notification).await);
        }
        answers
    }

    /// The same, with a single try.
    pub(crate) async fn push_once(&self, comment: &str) -> Vec<Option<u16>> {
        self.azure.deliver_all(self.told(comment)).await.into_iter().map(|sent| sent.status()).collect()
    }

    /// Somebody pushes now; nothing is delivered yet.
    pub(crate) fn told(&self, comment: &str) -> Vec<Notification> {
        let People { ada, web, .. } = self.people.clone();
        self.azure.organization(ORGANIZATION, |it| {
            it.push(now(), &ada, web, &[RefChange::commit(MAIN, &[comment])])
        })
    }

    /// Delivers as Azure DevOps does: again after a 503, for some minutes, here for less.
    async fn deliver(&self, notification: &Notification) -> Option<u16> {
        let patience = Instant::now() + PATIENCE;
        loop {
            let answer = self.azure.deliver(notification).await.and_then(|sent| sent.status());
            if answer != Some(503) || Instant::now() > patience {
                return answer;
            }
        }
    }

    /// The names of the integration's secrets that can be used.
    pub(crate) async fn secrets(&self, integration: &str) -> Vec<bool> {
        let mut there = Vec::new();
        for kind in ["webhook", "organization"] {
            let name = format!("{}/{integration}/{kind}", self.account.prefix);
            there.push(
                self.account.secrets.value(&name, hookpost_harness::secrets::Stage::Current).await.is_ok(),
            );
        }
        there
    }

    /// Looks for canaries in everything that any function ever wrote.
    pub(crate) async fn close(self) {
        self.account.close(self.setup).await;
        for receiver in self.receivers {
            canary::assert_absent("the log of a receiver", receiver.logs().join("\n"));
        }
    }
}

async fn start_setup(
    account: &Account,
    azure: &StandIn,
    gateway: &Gateway,
    further: &[(&'static str, &str)],
) -> Function {
    start("setup", account, azure, gateway, further).await
}

async fn start(
    name: &str,
    account: &Account,
    azure: &StandIn,
    gateway: &Gateway,
    further: &[(&'static str, &str)],
) -> Function {
    let own = [
        ("HOOKPOST_WEBHOOK_BASE_URL", gateway.address()),
        ("HOOKPOST_AZURE_DEVOPS_URL", azure.address()),
        ("HOOKPOST_PASSWORD_REFETCH_SECONDS", "1".to_owned()),
    ];
    let further = further.iter().map(|&(name, value)| (name, value.to_owned()));
    let environment = account.environment().into_iter().chain(own).chain(further);
    let function = Function::start(&binary(name), environment).await;
    if let Err(exit) = function.ready().await {
        panic!("`{name}` ended in INIT: {exit}");
    }
    function
}

/// The request that links the project `Shop`.
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

/// `watch` looks at the clock of this machine.
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

/// A report, where a refusal fails the test.
#[track_caller]
pub(crate) fn fine(answer: Result<Value, FunctionError>) -> Value {
    answer.unwrap_or_else(|error| panic!("{}: {}", error.error_type, error.message))
}
