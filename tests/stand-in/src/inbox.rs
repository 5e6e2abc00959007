//! A webhook that takes anything, keeps it, and answers as it is told.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hyper::body::Bytes;
use hyper::{HeaderMap, Request};
use serde_json::Value;

use crate::server::{self, Reply, Server};

/// A webhook on a free loopback port.
#[derive(Debug)]
pub struct Inbox {
    server: Server,
    state: Arc<Mutex<State>>,
}

/// What was posted.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Path and query.
    pub target: String,
    /// As received, names in lower case.
    pub headers: HeaderMap,
    /// As received.
    pub body: Bytes,
}

impl Letter {
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
    /// `None` closes the connection.
    answer: Option<u16>,
    letters: Vec<Letter>,
}

impl Inbox {
    /// One that answers 200.
    pub async fn open() -> Self {
        let state = Arc::new(Mutex::new(State { answer: Some(200), letters: Vec::new() }));
        let kept = Arc::clone(&state);
        let server = Server::start(move |request| {
            let reply = keep(&mut lock(&kept), request);
            async move { reply }
        })
        .await;
        Self { server, state }
    }

    /// Such as `http://127.0.0.1:40125`, without a path.
    pub fn address(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// Answers with this status from now on; `None` closes each connection without an answer.
    pub fn answer(&self, status: Option<u16>) {
        lock(&self.state).answer = status;
    }

    /// Everything so far, in the order of arrival.
    pub fn letters(&self) -> Vec<Letter> {
        lock(&self.state).letters.clone()
    }
}

fn keep(state: &mut State, request: Request<Bytes>) -> Reply {
    let (parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    state.letters.push(Letter { target, headers: parts.headers, body });
    state.answer.map(|status| server::json(status, format!("{{\"status\":{status}}}")))
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
