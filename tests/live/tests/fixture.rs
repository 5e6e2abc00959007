//! An organization with a project for the run, another project, and two people.

use std::future::{Future, pending};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hookpost_core::azure_devops::credential::AccessCredential;
use hookpost_core::azure_devops::organization_url::{OrganizationUrl, Servers};
use hookpost_core::azure_devops::token::PersonalAccessToken;
use hookpost_core::ports::Clock;
use hookpost_live::{Answer, PROJECT_PREFIX, Report, Settings, VerificationError, verify};
use hookpost_stand_in::delivery::basic_authorization;
use hookpost_stand_in::rest::{self, Permissions, Probation, Scope, ServiceBehavior, StandIn};
use hookpost_stand_in::{Identity, Organization, ProjectId, RefChange, Timestamp, Uuid, canary, http};
use http_body_util::Full;
use hyper::Request;
use serde_json::{Value, json};

use crate::webhook::Webhook;

pub(crate) const ORGANIZATION: &str = "lakeside";
pub(crate) const OTHER_PROJECT: &str = "Boat House";

/// The token of the second person.
pub(crate) const SECOND_PAT: &str = canary::WRONG_PASSWORD;

pub(crate) const AT: Timestamp = Timestamp::constant(1_772_442_904, 0);

pub(crate) struct Fixture {
    pub(crate) stand_in: Arc<StandIn>,
    pub(crate) ada: Identity,
    pub(crate) bob: Identity,
    pub(crate) project: ProjectId,
    pub(crate) other: ProjectId,
    pub(crate) settings: Settings,
    /// Answers everything with 200.
    pub(crate) webhook: Webhook,
    /// Answers everything with 410.
    gone: Webhook,
}

/// The stand-in's time, which passes only while somebody waits. What is due by then is delivered.
#[derive(Clone, Debug)]
pub(crate) struct StandInClock {
    stand_in: Arc<StandIn>,
    now: Arc<Mutex<Timestamp>>,
    line: Arc<tokio::sync::Mutex<()>>,
}

impl Clock for StandInClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn sleep(&self, duration: Duration) {
        let _turn = self.line.lock().await;
        let until = self.now() + duration;
        self.stand_in.run_until(until).await;
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = until;
    }
}

impl Fixture {
    /// Ada may do everything; Bob may only view subscriptions.
    pub(crate) async fn start() -> Self {
        let mut organization = Organization::services(ORGANIZATION, 41);
        let project = organization.add_project(PROJECT_PREFIX);
        let other = organization.add_project(OTHER_PROJECT);
        let oars = organization.add_repository(other, "oars");
        let ada = organization.add_person("Ada Okafor", "ada@lakeside.example");
        let bob = organization.add_person("Bob Lindgren", "bob@lakeside.example");
        organization.push(AT, &ada, oars, &[RefChange::commit("refs/heads/main", &["Longer oars"])]);
        let stand_in = StandIn::start([organization]).await;
        stand_in.set_time(AT);
        let token = |secret, owner| rest::PersonalAccessToken::new(secret, ORGANIZATION, owner);
        stand_in.register_pat(token(canary::PAT, &ada).scopes(&[Scope::CodeManage, Scope::Project]));
        stand_in.register_pat(token(SECOND_PAT, &bob));
        let viewer = Permissions { view: true, ..Permissions::NONE };
        stand_in.grant(ORGANIZATION, &bob, None, viewer);
        let settings = Settings {
            organization: OrganizationUrl::parse("https://dev.azure.com/lakeside", Servers::Refused)
                .expect("a URL"),
            project: PROJECT_PREFIX.to_owned(),
            token: pat(canary::PAT),
            second_token: None,
            webhook: None,
            gone: None,
            wait: None,
            only: Vec::new(),
            stand_in: Some(stand_in.address()),
        };
        let (webhook, gone) = (Webhook::start(200).await, Webhook::start(410).await);
        Self { stand_in: Arc::new(stand_in), ada, bob, project, other, settings, webhook, gone }
    }

    /// Gives the run the token of the second person.
    pub(crate) fn with_second_token(mut self) -> Self {
        self.settings.second_token = Some(pat(SECOND_PAT));
        self
    }

    pub(crate) fn with_webhook(mut self) -> Self {
        self.settings.webhook = Some(self.webhook.url());
        self
    }

    pub(crate) fn with_gone(mut self) -> Self {
        self.settings.gone = Some(self.gone.url());
        self
    }

    pub(crate) fn waiting(mut self, minutes: u64) -> Self {
        self.settings.wait = Some(Duration::from_secs(60 * minutes));
        self
    }

    /// With all that a question may need.
    pub(crate) fn complete(self) -> Self {
        // As documented, failed deliveries end after a day and a half only.
        let reported = self.behaving(|behavior| behavior.probation = Probation::Reported);
        reported.with_second_token().with_webhook().with_gone().waiting(40)
    }

    pub(crate) fn behaving(self, change: impl Fn(&mut ServiceBehavior)) -> Self {
        self.stand_in.configure(change);
        self
    }

    pub(crate) async fn verify_until(
        &self,
        stop: impl Future<Output = ()>,
    ) -> Result<Report, VerificationError> {
        let clock = StandInClock {
            stand_in: Arc::clone(&self.stand_in),
            now: Arc::new(Mutex::new(AT)),
            line: Arc::default(),
        };
        verify(&self.settings, clock, stop).await
    }

    pub(crate) async fn verify(&self) -> Report {
        self.verify_until(pending()).await.expect("a report")
    }

    /// Asks some questions.
    pub(crate) async fn ask(mut self, keys: &[&str]) -> Vec<Answer> {
        self.settings.only = keys.iter().map(|&key| key.to_owned()).collect();
        let report = self.verify().await;
        assert_eq!((report.left, report.is_stopped), (Vec::new(), false));
        report.answers
    }

    /// Asks one question; the answer, which has to be settled.
    pub(crate) async fn answer(self, key: &str) -> String {
        let [answer] = self.ask(&[key]).await.try_into().expect("one answer");
        assert_ne!(answer.answer, "not settled here", "{key}: {}", answer.evidence);
        answer.answer
    }

    /// The ids of all subscriptions.
    pub(crate) fn subscriptions(&self) -> Vec<Uuid> {
        self.stand_in.subscriptions(ORGANIZATION).iter().map(|hook| hook.id).collect()
    }

    /// A subscription of Ada's that the run has nothing to do with.
    pub(crate) fn foreign_subscription(&self, project: ProjectId, url: &str) -> Uuid {
        let project = self.stand_in.organization(ORGANIZATION, |all| all.project_uuid(project));
        let body = json!({
            "publisherId": "tfs", "eventType": "git.push", "consumerId": "webHooks",
            "consumerActionId": "httpRequest", "publisherInputs": {"projectId": project},
            "consumerInputs": {"url": url},
        });
        self.stand_in.create_subscription(ORGANIZATION, &self.ada, &body)
    }

    /// What REST has below `_apis` of a project.
    pub(crate) async fn get(&self, project: &str, path: &str) -> Value {
        let url = format!("{}/{project}/_apis/{path}", self.stand_in.url(ORGANIZATION));
        let request = Request::get(url).header("Authorization", basic_authorization("", canary::PAT));
        let answer = http::send(request.body(Full::default()).expect("a request"), Duration::from_secs(10));
        serde_json::from_slice(answer.await.expect("an answer").body()).expect("JSON")
    }
}

fn pat(text: &str) -> AccessCredential {
    AccessCredential::Basic(PersonalAccessToken::parse(text).expect("a token"))
}
