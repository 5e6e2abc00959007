//! Stand-ins for tools. Each checks what the real one checks of a webhook of Azure DevOps, as its code is in August 2026.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hookpost_stand_in::delivery::basic_authorization;
use hookpost_stand_in::server::{HttpResponse, Reply, Server, json as answer};
use hyper::Request;
use hyper::body::Bytes;
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::timeout;

pub(crate) const USER: &str = "azure-devops";
pub(crate) const PASSWORD: &str = "the-tools-own-password";

/// What a tool does with a request instead of checking it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Instead {
    /// Answers with this status.
    Status(u16),
    /// Closes the connection.
    Nothing,
    /// Never answers.
    Hang,
}

/// How a tool checks a request: the status and the text of its answer.
type Check = fn(&Request<Bytes>, password: &str) -> (u16, &'static str);

/// A tool at a loopback port.
#[derive(Debug)]
pub(crate) struct Tool {
    server: Server,
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    planned: Mutex<VecDeque<Instead>>,
    password: Mutex<String>,
    requests: watch::Sender<Vec<(Request<Bytes>, u16)>>,
}

impl Tool {
    pub(crate) async fn start(check: Check) -> Self {
        let state = Arc::new(State {
            planned: Mutex::default(),
            password: Mutex::new(PASSWORD.to_owned()),
            requests: watch::Sender::new(Vec::new()),
        });
        let shared = Arc::clone(&state);
        let server = Server::start(move |request| handle(Arc::clone(&shared), check, request)).await;
        Self { server, state }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.address())
    }

    /// Plans what is done with the next requests.
    pub(crate) fn plan(&self, instead: &[Instead]) {
        self.state.planned.lock().expect("not poisoned").extend(instead);
    }

    pub(crate) fn set_password(&self, password: &str) {
        password.clone_into(&mut self.state.password.lock().expect("not poisoned"));
    }

    /// The requests so far, with the status of each answer; 0 for none.
    pub(crate) fn requests(&self) -> Vec<(Request<Bytes>, u16)> {
        self.state.requests.borrow().clone()
    }

    /// Waits until there were so many requests.
    pub(crate) async fn has(&self, count: usize) {
        let mut requests = self.state.requests.subscribe();
        let enough = requests.wait_for(|requests| requests.len() >= count);
        timeout(Duration::from_secs(30), enough).await.expect("requests in time").expect("a tool");
    }

    /// The bodies of the requests that were answered so, in order.
    pub(crate) fn bodies(&self, status: u16) -> Vec<String> {
        let requests = self.requests().into_iter().filter(|(_, answered)| *answered == status);
        requests.map(|(request, _)| String::from_utf8_lossy(request.body()).into_owned()).collect()
    }
}

async fn handle(state: Arc<State>, check: Check, request: Request<Bytes>) -> Reply {
    let planned = state.planned.lock().expect("not poisoned").pop_front();
    let password = state.password.lock().expect("not poisoned").clone();
    let (status, text) = match planned {
        None => check(&request, &password),
        Some(Instead::Status(status)) => (status, ""),
        Some(Instead::Nothing | Instead::Hang) => (0, ""),
    };
    state.requests.send_modify(|requests| requests.push((request, status)));
    match planned {
        Some(Instead::Hang) => std::future::pending().await,
        Some(Instead::Nothing) => None,
        Some(Instead::Status(302)) => Some(redirect()),
        _ => Some(answer(status, text)),
    }
}

/// To an address that nobody configured.
fn redirect() -> HttpResponse {
    let mut response = answer(302, "");
    response.headers_mut().insert("location", "http://127.0.0.1:9/".parse().expect("a value"));
    response
}

fn header<'r>(request: &'r Request<Bytes>, name: &str) -> &'r str {
    request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn has_credentials(request: &Request<Bytes>, password: &str) -> bool {
    header(request, "authorization") == basic_authorization(USER, password)
}

fn event_type(request: &Request<Bytes>) -> Option<String> {
    let body: Value = serde_json::from_slice(request.body()).ok()?;
    Some(body["eventType"].as_str()?.to_owned())
}

/// `VCSEventsController.Post` and `ValidatePayload`.
pub(crate) fn atlantis(request: &Request<Bytes>, password: &str) -> (u16, &'static str) {
    if header(request, "request-id").is_empty() && header(request, "x-vss-activityid").is_empty() {
        return (400, "Ignoring request");
    }
    let is_json =
        ["application/json", "application/json; charset=utf-8"].contains(&header(request, "content-type"));
    if !is_json || !has_credentials(request, password) {
        return (401, "ValidatePayload authentication failed");
    }
    match event_type(request) {
        None => (400, "Failed parsing webhook"),
        Some(kind) if kind.starts_with("git.pullrequest") || kind.contains("comment") => {
            (200, "Processing...")
        }
        Some(_) => (200, "Ignoring unsupported event"),
    }
}

/// `ArgoCDWebhookHandler.Handler` and the parser that it uses.
pub(crate) fn argocd(request: &Request<Bytes>, password: &str) -> (u16, &'static str) {
    const PARSED: [&str; 5] = [
        "git.push",
        "git.pullrequest.created",
        "git.pullrequest.updated",
        "git.pullrequest.merged",
        "build.complete",
    ];
    if header(request, "x-vss-activityid").is_empty() {
        return (400, "Unknown webhook event");
    }
    if !has_credentials(request, password) {
        return (400, "Webhook processing failed");
    }
    match event_type(request) {
        None => (400, "Webhook processing failed: payload must be valid JSON under 50 MB"),
        Some(kind) if PARSED.contains(&kind.as_str()) => (200, ""),
        Some(_) => (400, "Webhook processing failed"),
    }
}

/// Kargo looks at the beginning of the user agent, and refuses an event that it does not know.
pub(crate) fn kargo(request: &Request<Bytes>, _: &str) -> (u16, &'static str) {
    let is_known = event_type(request).is_some_and(|kind| kind == "git.push");
    let is_azure_devops = header(request, "user-agent").starts_with("VSServices/");
    if is_known && is_azure_devops { (200, "") } else { (400, "") }
}

/// Fleet looks for one of two headers.
pub(crate) fn fleet(request: &Request<Bytes>, _: &str) -> (u16, &'static str) {
    let names = ["x-vss-activityid", "x-vss-subscriptionid"];
    if names.iter().any(|name| !header(request, name).is_empty()) { (200, "succeeded") } else { (500, "") }
}

/// Takes whatever comes with the right credentials, as Jenkins behind a proxy does.
pub(crate) fn plain(request: &Request<Bytes>, password: &str) -> (u16, &'static str) {
    if has_credentials(request, password) { (200, "") } else { (401, "") }
}
