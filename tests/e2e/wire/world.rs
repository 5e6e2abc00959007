//! A receiver in its surroundings, and an organization whose notifications it gets.

use hookpost_harness::account::{Account, INTEGRATION};
use hookpost_harness::api_gateway::{ApiReply, ApiRequest};
use hookpost_harness::function::Function;
use hookpost_harness::queues::Message;
use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::{Delivery, basic_authorization};
use hookpost_stand_in::{
    EventType, Identity, Notification, Organization, RefChange, RepositoryId, Timestamp, Webhook,
};
use serde_json::Value;

pub(crate) const MAIN: &str = "refs/heads/main";

/// One receiver function and what surrounds it.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) account: Account,
    pub(crate) function: Function,
    endpoint: &'static str,
}

impl World {
    /// `name` must be unique among these tests.
    pub(crate) async fn open(name: &str, endpoint: &'static str) -> Self {
        Self::open_with(name, endpoint, &[]).await
    }

    pub(crate) async fn open_with(
        name: &str,
        endpoint: &'static str,
        settings: &[(&'static str, &str)],
    ) -> Self {
        let account = Account::open(name).await;
        let function = account.receiver(endpoint, settings).await;
        account.secrets_manager.forget();
        account.sqs.forget();
        Self { account, function, endpoint }
    }

    /// A second instance of the same function, as Lambda starts them under load.
    pub(crate) async fn another_instance(&self) -> Function {
        self.account.receiver(self.endpoint, &[]).await
    }

    /// Sends a request as the gateway would hand it on, and looks for canaries in the answer.
    pub(crate) async fn send(&self, request: &ApiRequest) -> ApiReply {
        send_to(&self.function, request).await
    }

    pub(crate) async fn deliver(&self, notification: &Notification) -> ApiReply {
        self.send(&ApiRequest::of(&Delivery::of(notification, canary::PASSWORD))).await
    }

    /// A delivery of any bytes, with the right password.
    pub(crate) fn request(&self, body: impl Into<Vec<u8>>) -> ApiRequest {
        self.request_with_password(body, canary::PASSWORD)
    }

    pub(crate) fn request_with_password(&self, body: impl Into<Vec<u8>>, password: &str) -> ApiRequest {
        ApiRequest::new("POST", INTEGRATION, self.endpoint)
            .header("Content-Type", "application/json; charset=utf-8")
            .header("Authorization", &basic_authorization("", password))
            .body(body)
    }

    /// Whether the password store was asked, and how often.
    pub(crate) fn password_fetches(&self) -> usize {
        self.account.secrets_manager.calls_of("GetSecretValue").len()
    }

    /// Ends the function and looks for canaries in all it ever wrote and sent. Returns its log lines.
    pub(crate) async fn close(self) -> Vec<String> {
        self.account.close(self.function).await.lines
    }
}

pub(crate) async fn send_to(function: &Function, request: &ApiRequest) -> ApiReply {
    let reply = function.http(request).await.expect("every request is answered");
    canary::assert_absent(
        "an answer",
        format!("{:?} {}", reply.headers, String::from_utf8_lossy(&reply.body)),
    );
    reply
}

/// What an answer and its outcome are, for assertions.
pub(crate) fn told(reply: &ApiReply) -> (u64, String) {
    let json = reply.json();
    let code = json["code"].as_str().or(json["status"].as_str());
    (reply.status, code.unwrap_or("nothing").to_owned())
}

/// Parsed bodies of messages.
pub(crate) fn events(messages: &[Message]) -> Vec<Value> {
    messages.iter().map(Message::json).collect()
}

/// An organization with one repository, whose pushes are told.
#[derive(Debug)]
pub(crate) struct Contoso {
    pub(crate) organization: Organization,
    pub(crate) repository: RepositoryId,
    pub(crate) ada: Identity,
}

impl Contoso {
    /// Each seed gives other ids.
    pub(crate) fn new(seed: u64) -> Self {
        let mut organization = Organization::services("contoso", seed);
        let project = organization.add_project("Shop");
        let repository = organization.add_repository(project, "web");
        let ada = organization.add_person("Ada", "ada@contoso.example");
        organization.push(at(), &ada, repository, &[RefChange::commit(MAIN, &["Begin"])]);
        Self { organization, repository, ada }
    }

    /// With the eight subscriptions that cover everything.
    pub(crate) fn subscribed(seed: u64) -> Self {
        let mut contoso = Self::new(seed);
        for subscription in webhook().standard_set() {
            contoso.organization.subscribe(subscription);
        }
        contoso
    }

    /// A push, told to every subscription that matches.
    pub(crate) fn push(&mut self, changes: &[RefChange]) -> Vec<Notification> {
        self.organization.push(at(), &self.ada, self.repository, changes)
    }

    /// A push of one commit to main, told to one subscription.
    pub(crate) fn commit(&mut self, comment: &str) -> Notification {
        self.push(&[RefChange::commit(MAIN, &[comment])]).remove(0)
    }

    pub(crate) fn subscribe_to(&mut self, event_type: EventType) {
        self.organization.subscribe(webhook().subscription(event_type));
    }
}

pub(crate) fn webhook() -> Webhook {
    Webhook::new("https://hooks.contoso.example/v1", INTEGRATION)
}

pub(crate) fn at() -> Timestamp {
    "2026-03-02T15:59:00.1234567Z".parse().expect("a timestamp")
}
