//! A receiver with an AWS account, and an organization that notifies it.

use hookpost_harness::account::{Account, INTEGRATION};
use hookpost_harness::api_gateway::{ApiRequest, ApiResponse};
use hookpost_harness::function::Function;
use hookpost_harness::queues::Message;
use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::{Delivery, basic_authorization};
use hookpost_stand_in::{Identity, Notification, Organization, RefChange, RepositoryId, Timestamp, Webhook};
use serde_json::Value;

const MAIN: &str = "refs/heads/main";

/// A receiver and its AWS account.
#[derive(Debug)]
pub(crate) struct ReceiverFixture {
    pub(crate) account: Account,
    pub(crate) function: Function,
    endpoint: &'static str,
}

impl ReceiverFixture {
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
        let function = account.start(endpoint, settings).await;
        account.secrets_manager.forget();
        account.sqs.forget();
        Self { account, function, endpoint }
    }

    /// Sends a request as API Gateway passes it on, and checks the response for canaries.
    pub(crate) async fn send(&self, request: &ApiRequest) -> ApiResponse {
        send_to(&self.function, request).await
    }

    pub(crate) async fn deliver(&self, notification: &Notification) -> ApiResponse {
        self.send(&ApiRequest::of(&Delivery::of(notification, canary::PASSWORD))).await
    }

    /// A delivery with this body and the right password.
    pub(crate) fn request(&self, body: impl Into<Vec<u8>>) -> ApiRequest {
        self.request_with_password(body, canary::PASSWORD)
    }

    pub(crate) fn request_with_password(&self, body: impl Into<Vec<u8>>, password: &str) -> ApiRequest {
        ApiRequest::new("POST", INTEGRATION, self.endpoint)
            .header("Content-Type", "application/json; charset=utf-8")
            .header("Authorization", &basic_authorization("", password))
            .body(body)
    }

    /// How often a secret was fetched.
    pub(crate) fn password_fetches(&self) -> usize {
        self.account.secrets_manager.calls_of("GetSecretValue").len()
    }

    /// Ends the function and checks all its output and messages for canaries. Returns its log lines.
    pub(crate) async fn close(self) -> Vec<String> {
        self.account.close(self.function).await.lines
    }
}

pub(crate) async fn send_to(function: &Function, request: &ApiRequest) -> ApiResponse {
    let response = function.http(request).await.expect("every request is answered");
    canary::assert_absent("a response", format!("{:?} {}", response.headers, response.body));
    response
}

/// The status of a response, and its code or outcome: `202 queued`.
pub(crate) fn result(response: &ApiResponse) -> String {
    let json = response.json();
    let code = json["code"].as_str().or(json["status"].as_str());
    format!("{} {}", response.status, code.unwrap_or("nothing"))
}

/// Parsed bodies of messages.
pub(crate) fn events(messages: &[Message]) -> Vec<Value> {
    messages.iter().map(Message::json).collect()
}

/// An organization with one repository.
#[derive(Debug)]
pub(crate) struct Contoso {
    organization: Organization,
    repository: RepositoryId,
    ada: Identity,
}

impl Contoso {
    /// With the eight subscriptions that cover everything. Seeds give different ids.
    pub(crate) fn subscribed(seed: u64) -> Self {
        let mut organization = Organization::services("contoso", seed);
        let project = organization.add_project("Shop");
        let repository = organization.add_repository(project, "web");
        let ada = organization.add_person("Ada", "ada@contoso.example");
        organization.push(at(), &ada, repository, &[RefChange::commit(MAIN, &["Begin"])]);
        for subscription in Webhook::new("https://hooks.contoso.example/v1", INTEGRATION).standard_set() {
            organization.subscribe(subscription);
        }
        Self { organization, repository, ada }
    }

    /// Pushes one commit to main; gives the notification.
    pub(crate) fn commit(&mut self, comment: &str) -> Notification {
        let change = RefChange::commit(MAIN, &[comment]);
        self.organization.push(at(), &self.ada, self.repository, &[change]).remove(0)
    }
}

fn at() -> Timestamp {
    "2026-03-02T15:59:00.1234567Z".parse().expect("a timestamp")
}
