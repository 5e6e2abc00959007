//! An organization with a project, a repository and an administrator, and a client of its REST API.

use std::time::Duration;

use hookpost_stand_in::delivery::basic_authorization;
use hookpost_stand_in::rest::{PersonalAccessToken, StandIn, Status};
use hookpost_stand_in::{
    Identity, Notification, Organization, ProjectId, RefChange, RepositoryId, Timestamp, Uuid, canary, http,
};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{HeaderMap, Request};
use serde_json::{Value, json};

pub(crate) const ORGANIZATION: &str = "lakeside";
pub(crate) const MAIN: &str = "refs/heads/main";
pub(crate) const URL: &str = "https://hooks.example/lakeside/code-pushed";
pub(crate) const AT: Timestamp = Timestamp::constant(1_772_442_904, 123_456_700);

const BOBS_PAT: &str = "canarybob";

#[derive(Debug)]
pub(crate) struct Fixture {
    pub(crate) stand_in: StandIn,
    pub(crate) project: ProjectId,
    pub(crate) repository: RepositoryId,
    pub(crate) ada: Identity,
}

#[derive(Clone, Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Response {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
    }

    /// The error's key and message.
    pub(crate) fn error(&self) -> (String, String) {
        let body = self.json();
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        (text("typeKey"), text("message"))
    }
}

impl Fixture {
    pub(crate) async fn start() -> Self {
        Self::of(Organization::services(ORGANIZATION, 11)).await
    }

    pub(crate) async fn of(mut organization: Organization) -> Self {
        let project = organization.add_project("Boat House");
        let repository = organization.add_repository(project, "oars");
        let ada = organization.add_person("Ada Okafor", "ada@lakeside.example");
        let name = organization.name().to_owned();
        let stand_in = StandIn::start([organization]).await;
        stand_in.register_pat(PersonalAccessToken::new(canary::PAT, &name, &ada));
        Self { stand_in, project, repository, ada }
    }

    pub(crate) fn change<R>(&self, change: impl FnOnce(&mut Organization) -> R) -> R {
        self.stand_in.organization(ORGANIZATION, change)
    }

    pub(crate) fn project_id(&self) -> Uuid {
        self.change(|organization| organization.project_uuid(self.project))
    }

    pub(crate) fn repository_id(&self) -> Uuid {
        self.change(|organization| organization.repository_uuid(self.repository))
    }

    /// `path` is the part after `_apis/`, query included.
    pub(crate) async fn get(&self, path: &str) -> Response {
        self.call("GET", path, &Value::Null).await
    }

    /// As [`get`](Self::get), below a project.
    pub(crate) async fn get_in(&self, project: &str, path: &str) -> Response {
        let url = format!("{}/{project}/_apis/{path}", self.stand_in.url(ORGANIZATION));
        let authorization = basic_authorization("", canary::PAT);
        send("GET", &url, &Value::Null, Some(&authorization)).await.expect("a response")
    }

    pub(crate) async fn call(&self, method: &str, path: &str, body: &Value) -> Response {
        self.call_as(method, path, body, Some(&basic_authorization("", canary::PAT))).await
    }

    /// Other methods than GET name a version.
    pub(crate) async fn call_as(
        &self,
        method: &str,
        path: &str,
        body: &Value,
        authorization: Option<&str>,
    ) -> Response {
        let separator = if path.contains('?') { '&' } else { '?' };
        let version = if method == "GET" { String::new() } else { format!("{separator}api-version=7.1") };
        let url = format!("{}/_apis/{path}{version}", self.stand_in.url(ORGANIZATION));
        send(method, &url, body, authorization).await.expect("a response")
    }

    /// Adds a second person, with a token.
    pub(crate) fn add_bob(&self) -> Identity {
        let bob = self.change(|organization| organization.add_person("Bob", "bob@lakeside.example"));
        self.stand_in.register_pat(PersonalAccessToken::new(BOBS_PAT, ORGANIZATION, &bob));
        bob
    }

    pub(crate) async fn call_as_bob(&self, method: &str, path: &str, body: &Value) -> Response {
        self.call_as(method, path, body, Some(&basic_authorization("", BOBS_PAT))).await
    }

    pub(crate) async fn get_as_bob(&self, path: &str) -> Response {
        self.call_as_bob("GET", path, &Value::Null).await
    }

    /// The body that creates a subscription to pushes in the project.
    pub(crate) fn body(&self, url: &str) -> Value {
        body("git.push", &json!({"projectId": self.project_id()}), url)
    }

    pub(crate) async fn subscribe(&self, body: &Value) -> Uuid {
        let created = self.call("POST", "hooks/subscriptions", body).await;
        assert_eq!(created.status, 200, "{}", created.text);
        created.json()["id"].as_str().and_then(|id| id.parse().ok()).expect("an id")
    }

    pub(crate) fn status(&self, id: Uuid) -> Status {
        self.stand_in.subscription(id).expect("a subscription").status
    }

    /// Pushes a commit to `main`.
    pub(crate) fn push(&self) -> Vec<Notification> {
        let change = [RefChange::commit(MAIN, &["Longer oars"])];
        self.change(|organization| organization.push(AT, &self.ada, self.repository, &change))
    }
}

/// The body that creates a subscription.
pub(crate) fn body(event_type: &str, filters: &Value, url: &str) -> Value {
    json!({
        "publisherId": "tfs",
        "eventType": event_type,
        "resourceVersion": "1.0",
        "consumerId": "webHooks",
        "consumerActionId": "httpRequest",
        "publisherInputs": filters,
        "consumerInputs": {
            "url": url,
            "basicAuthPassword": canary::PASSWORD,
            "resourceDetailsToSend": "all",
            "messagesToSend": "text",
            "detailedMessagesToSend": "none",
        },
    })
}

/// `None` when the connection was closed without a response.
pub(crate) async fn send(
    method: &str,
    url: &str,
    body: &Value,
    authorization: Option<&str>,
) -> Option<Response> {
    let body = if body.is_null() { Bytes::new() } else { Bytes::from(body.to_string()) };
    let mut request = Request::builder().method(method).uri(url);
    if let Some(authorization) = authorization {
        request = request.header("Authorization", authorization);
    }
    let request = request.body(Full::new(body)).expect("a request");
    let (parts, body) = http::send(request, Duration::from_secs(10)).await.ok()?.into_parts();
    let text = String::from_utf8(body.to_vec()).expect("UTF-8");
    Some(Response { status: parts.status.as_u16(), headers: parts.headers, text })
}
