//! One organization, one AWS account, and what calls between them take.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hookpost_stand_in::rest::{PersonalAccessToken, StandIn};
use hookpost_stand_in::server::{self, Server};
use hookpost_stand_in::{Identity, Organization, ProjectId, RefChange, RepositoryId, Timestamp, canary};
use jiff::SignedDuration;
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::aws::secrets_manager::SecretsManager;
use crate::aws::sqs::Sqs;
use crate::clock::{Clock, after};
use crate::meter::{Meter, Service};
use crate::service_proxy::LOOK;
use crate::throttle::Throttle;

/// The name of the organization.
pub const ORGANIZATION: &str = "contoso";

/// The name of the events queue, as of the others.
pub const EVENTS: &str = "events.fifo";
/// See [`EVENTS`].
pub const CHECKPOINTS: &str = "checkpoints.fifo";
/// See [`EVENTS`].
pub const OVERVIEW: &str = "overview.fifo";
/// See [`EVENTS`].
pub const QUARANTINE: &str = "quarantine";

/// What a call to AWS takes.
const AWS_LATENCY: SignedDuration = SignedDuration::from_millis(10);

/// What there is around the functions.
#[derive(Debug)]
pub struct Environment {
    /// Azure DevOps.
    pub azure: StandIn,
    /// The projects, with their repositories.
    pub projects: Vec<(ProjectId, String)>,
    /// All repositories, project by project.
    pub repositories: Vec<RepositoryId>,
    /// Owns the token, and does everything.
    pub owner: Identity,
    /// Accepts test deliveries.
    receivers: Server,
    tested: Arc<Notify>,
    sqs: Mutex<Sqs>,
    secrets: Mutex<SecretsManager>,
    meter: Mutex<Meter>,
    throttle: Mutex<Option<Throttle>>,
    latency: Mutex<SignedDuration>,
    running: Mutex<Vec<Arc<Clock>>>,
    now: Mutex<Timestamp>,
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Environment {
    /// An organization with so many projects, and so many repositories in each. It takes no time to answer yet.
    pub async fn new(projects: usize, repositories: usize) -> Arc<Self> {
        let now = now();
        let mut organization = Organization::services(ORGANIZATION, 1);
        let owner = organization.add_person("Ada", "ada@contoso.example");
        let (mut all, mut everything) = (Vec::new(), Vec::new());
        for project in 0..projects {
            let name = format!("Project-{project:03}");
            let id = organization.add_project(&name);
            for repository in 0..repositories {
                let repository = organization.add_repository(id, &format!("repository-{repository:02}"));
                let begin = [RefChange::commit("refs/heads/main", &["Begin"])];
                organization.push(after(now, -86_400 * 30), &owner, repository, &begin);
                everything.push(repository);
            }
            all.push((id, name));
        }
        let azure = StandIn::start([organization]).await;
        azure.register_pat(PersonalAccessToken::new(canary::PAT, ORGANIZATION, &owner));
        let tested = Arc::new(Notify::new());
        let posted = Arc::clone(&tested);
        let receivers = Server::start(move |_| {
            posted.notify_one();
            std::future::ready(Some(server::json(200, r#"{"status":"test"}"#)))
        })
        .await;
        let mut sqs = Sqs::default();
        sqs.count_only(EVENTS);
        Arc::new(Self {
            azure,
            projects: all,
            repositories: everything,
            owner,
            receivers,
            tested,
            sqs: Mutex::new(sqs),
            secrets: Mutex::default(),
            meter: Mutex::default(),
            throttle: Mutex::default(),
            latency: Mutex::default(),
            running: Mutex::default(),
            now: Mutex::new(now),
        })
    }

    /// Everything before `/{integration}` in the URLs of webhooks.
    pub fn webhooks(&self) -> String {
        format!("http://{}", self.receivers.address())
    }

    /// Waits until a test delivery has arrived, which takes no virtual time.
    pub(crate) async fn tested(&self) {
        self.tested.notified().await;
    }

    /// The queues.
    pub fn sqs(&self) -> MutexGuard<'_, Sqs> {
        lock(&self.sqs)
    }

    /// The secrets.
    pub fn secrets(&self) -> MutexGuard<'_, SecretsManager> {
        lock(&self.secrets)
    }

    /// What was called so far.
    pub fn meter(&self) -> MutexGuard<'_, Meter> {
        lock(&self.meter)
    }

    /// What was called since the last time.
    pub fn take_meter(&self) -> Meter {
        self.azure.forget_calls();
        std::mem::take(&mut *self.meter())
    }

    /// The limit of Azure DevOps, if there is one.
    pub fn throttle(&self) -> MutexGuard<'_, Option<Throttle>> {
        lock(&self.throttle)
    }

    /// What each call of Azure DevOps takes from now on, in milliseconds.
    pub fn set_latency(&self, milliseconds: i64) {
        *lock(&self.latency) = SignedDuration::from_millis(milliseconds);
    }

    pub(crate) fn latency(&self, service: Service) -> SignedDuration {
        match service {
            Service::AzureDevOps => *lock(&self.latency),
            Service::Sqs | Service::SecretsManager => AWS_LATENCY,
        }
    }

    /// The time when nothing runs.
    pub fn now(&self) -> Timestamp {
        *lock(&self.now)
    }

    /// Lets time pass.
    pub fn move_to(&self, time: Timestamp) {
        let mut now = lock(&self.now);
        *now = (*now).max(time);
    }

    /// A process has an invocation from now on, or (`false`) no more.
    pub(crate) fn set_running(&self, clock: &Arc<Clock>, is_running: bool) {
        let mut running = lock(&self.running);
        running.retain(|other| !Arc::ptr_eq(other, clock));
        if is_running {
            running.push(Arc::clone(clock));
        }
    }

    /// Of processes that run beside each other, the one whose clock is behind goes first.
    pub(crate) async fn wait_for_others(&self, clock: &Arc<Clock>, time: Timestamp) {
        let is_first = || {
            let running = lock(&self.running);
            running.iter().all(|other| Arc::ptr_eq(other, clock) || other.now() >= time)
        };
        while !is_first() {
            tokio::time::sleep(LOOK).await;
        }
    }

    /// The names of projects.
    pub fn names(&self, projects: std::ops::Range<usize>) -> Vec<String> {
        self.projects[projects].iter().map(|(_, name)| name.clone()).collect()
    }

    /// A push to a repository, which raises a notification for each subscription that matches.
    pub fn push(&self, at: Timestamp, nth: usize) -> Vec<hookpost_stand_in::Notification> {
        let repository = self.repositories[nth % self.repositories.len()];
        let change = RefChange::commit("refs/heads/main", &[&format!("Change {nth}")]);
        self.azure.organization(ORGANIZATION, |organization| {
            organization.push(at, &self.owner, repository, &[change])
        })
    }
}

/// The request that connects projects (all projects for none) as an integration.
pub fn connect(integration: &str, projects: &[String]) -> Value {
    let mut request = json!({
        "action": "connect",
        "integration": integration,
        "organizationUrl": format!("https://dev.azure.com/{ORGANIZATION}"),
        "pat": canary::PAT,
    });
    if !projects.is_empty() {
        request["projects"] = json!(projects);
    }
    request
}

#[expect(clippy::disallowed_methods, reason = "virtual time begins now")]
fn now() -> Timestamp {
    Timestamp::now()
}
