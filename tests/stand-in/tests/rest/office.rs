//! An organization with a project, a repository and an administrator, and somebody who calls.

use std::time::Duration;

use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::basic_authorization;
use hookpost_stand_in::http;
use hookpost_stand_in::rest::{PersonalAccessToken, StandIn};
use hookpost_stand_in::{
    Guid, Identity, Notification, Organization, ProjectId, RefChange, RepositoryId, Timestamp,
};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{HeaderMap, Request};
use serde_json::{Value, json};

pub(crate) const ORGANIZATION: &str = "lakeside";
pub(crate) const MAIN: &str = "refs/heads/main";

#[derive(Debug)]
pub(crate) struct Office {
    pub(crate) it: StandIn,
    pub(crate) project: ProjectId,
    pub(crate) repository: RepositoryId,
    pub(crate) ada: Identity,
}

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Reply {
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

impl Office {
    pub(crate) async fn open() -> Self {
        Self::of(Organization::services(ORGANIZATION, 11)).await
    }

    pub(crate) async fn of(mut organization: Organization) -> Self {
        let project = organization.add_project("Boat House");
        let repository = organization.add_repository(project, "oars");
        let ada = organization.add_person("Ada Okafor", "ada@lakeside.example");
        let name = organization.name().to_owned();
        let it = StandIn::start([organization]).await;
        it.allow_local_targets();
        it.register_pat(PersonalAccessToken::new(canary::PAT, &name, &ada));
        Self { it, project, repository, ada }
    }

    pub(crate) fn project_id(&self) -> Guid {
        self.it.organization(ORGANIZATION, |it| it.project_guid(self.project))
    }

    pub(crate) fn repository_id(&self) -> Guid {
        self.it.organization(ORGANIZATION, |it| it.repository_guid(self.repository))
    }

    /// `path` is what stands behind `_apis/`, query included.
    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.call("GET", path, &Value::Null).await
    }

    pub(crate) async fn call(&self, method: &str, path: &str, body: &Value) -> Reply {
        self.call_as(method, path, body, Some(&basic_authorization("", canary::PAT))).await
    }

    /// Anything else than reading names a version.
    pub(crate) async fn call_as(
        &self,
        method: &str,
        path: &str,
        body: &Value,
        authorization: Option<&str>,
    ) -> Reply {
        let separator = if path.contains('?') { '&' } else { '?' };
        let version = if method == "GET" { String::new() } else { format!("{separator}api-version=7.1") };
        let url = format!("{}/_apis/{path}{version}", self.it.url(ORGANIZATION));
        send(method, &url, body, authorization).await.expect("an answer")
    }

    /// The body that makes a subscription to pushes.
    pub(crate) fn body(&self, url: &str) -> Value {
        json!({
            "publisherId": "tfs",
            "eventType": "git.push",
            "resourceVersion": "1.0",
            "consumerId": "webHooks",
            "consumerActionId": "httpRequest",
            "publisherInputs": {"projectId": self.project_id()},
            "consumerInputs": {
                "url": url,
                "basicAuthPassword": canary::PASSWORD,
                "resourceDetailsToSend": "all",
                "messagesToSend": "text",
                "detailedMessagesToSend": "none",
            },
        })
    }

    /// Makes it, and returns its id.
    pub(crate) async fn subscribe(&self, body: &Value) -> Guid {
        let made = self.call("POST", "hooks/subscriptions", body).await;
        assert_eq!(made.status, 200, "{}", made.text);
        made.json()["id"].as_str().and_then(|id| id.parse().ok()).expect("an id")
    }

    /// Pushes a commit to `main`.
    pub(crate) fn push(&self) -> Vec<Notification> {
        let change = [RefChange::commit(MAIN, &["Longer oars"])];
        self.it.organization(ORGANIZATION, |it| it.push(AT, &self.ada, self.repository, &change))
    }
}

/// `None` when the connection was closed without an answer.
pub(crate) async fn send(
    method: &str,
    url: &str,
    body: &Value,
    authorization: Option<&str>,
) -> Option<Reply> {
    let body = if body.is_null() { Bytes::new() } else { Bytes::from(body.to_string()) };
    let mut request = Request::builder().method(method).uri(url);
    if let Some(authorization) = authorization {
        request = request.header("Authorization", authorization);
    }
    let request = request.body(Full::new(body)).expect("a request");
    let (parts, body) = http::send(request, Duration::from_secs(10)).await.ok()?.into_parts();
    let text = String::from_utf8(body.to_vec()).expect("UTF-8");
    Some(Reply { status: parts.status.as_u16(), headers: parts.headers, text })
}

pub(crate) const AT: Timestamp = Timestamp::constant(1_772_442_904, 123_456_700);
