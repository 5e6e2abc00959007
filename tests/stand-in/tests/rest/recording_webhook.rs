//! A webhook that records each request, and responds with the status it was given.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hookpost_stand_in::server::{self, Server};
use hyper::body::Bytes;
use serde_json::Value;

/// A webhook on a free loopback port.
#[derive(Debug)]
pub(crate) struct RecordingWebhook {
    server: Server,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    status: Option<u16>,
    requests: Vec<RecordedRequest>,
}

#[derive(Clone, Debug)]
pub(crate) struct RecordedRequest {
    /// Path and query.
    pub(crate) target: String,
    pub(crate) authorization: Option<String>,
    pub(crate) body: Bytes,
}

impl RecordedRequest {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl RecordingWebhook {
    /// Starts a webhook that responds with 200.
    pub(crate) async fn start() -> Self {
        let state = Arc::new(Mutex::new(State { status: Some(200), requests: Vec::new() }));
        let recorded = Arc::clone(&state);
        let server = Server::start(move |request| {
            let mut state = lock(&recorded);
            let text = |value: &hyper::header::HeaderValue| value.to_str().expect("ASCII").to_owned();
            state.requests.push(RecordedRequest {
                target: request.uri().to_string(),
                authorization: request.headers().get("authorization").map(text),
                body: request.into_body(),
            });
            let reply = state.status.map(|status| server::json(status, format!("{{\"status\":{status}}}")));
            async move { reply }
        })
        .await;
        Self { server, state }
    }

    /// Such as `http://127.0.0.1:40125`, without a path.
    pub(crate) fn address(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// Responds with this status from now on; `None` closes each connection without a response.
    pub(crate) fn answer_with(&self, status: Option<u16>) {
        lock(&self.state).status = status;
    }

    /// The requests so far, in the order of arrival.
    pub(crate) fn requests(&self) -> Vec<RecordedRequest> {
        lock(&self.state).requests.clone()
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
