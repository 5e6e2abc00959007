//! A webhook for tests: it records each request, and responds with the status it was given.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hyper::body::Bytes;
use hyper::{HeaderMap, Request};
use serde_json::Value;

use crate::server::{self, Reply, Server};

/// A webhook on a free loopback port.
#[derive(Debug)]
pub struct RecordingWebhook {
    server: Server,
    state: Arc<Mutex<State>>,
}

/// A request as it was received.
#[derive(Clone, Debug)]
pub struct RecordedRequest {
    /// Path and query.
    pub target: String,
    /// As received, names in lower case.
    pub headers: HeaderMap,
    /// As received.
    pub body: Bytes,
}

impl RecordedRequest {
    /// The body, or null when it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The `Authorization` header, if there is one.
    pub fn authorization(&self) -> Option<&str> {
        self.headers.get("authorization")?.to_str().ok()
    }
}

#[derive(Debug)]
struct State {
    status: Option<u16>,
    requests: Vec<RecordedRequest>,
}

impl RecordingWebhook {
    /// Starts a webhook that responds with 200.
    pub async fn start() -> Self {
        let state = Arc::new(Mutex::new(State { status: Some(200), requests: Vec::new() }));
        let recorded = Arc::clone(&state);
        let server = Server::start(move |request| {
            let reply = record(&mut lock(&recorded), request);
            async move { reply }
        })
        .await;
        Self { server, state }
    }

    /// Such as `http://127.0.0.1:40125`, without a path.
    pub fn address(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// Responds with this status from now on; `None` closes each connection without a response.
    pub fn answer_with(&self, status: Option<u16>) {
        lock(&self.state).status = status;
    }

    /// The requests so far, in the order of arrival.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        lock(&self.state).requests.clone()
    }
}

fn record(state: &mut State, request: Request<Bytes>) -> Reply {
    let (parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    state.requests.push(RecordedRequest { target, headers: parts.headers, body });
    state.status.map(|status| server::json(status, format!("{{\"status\":{status}}}")))
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
