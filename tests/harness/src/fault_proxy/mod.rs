//! A proxy in front of an AWS emulator: forwards and records every call, and injects faults on request.

mod fault;
mod partial;
mod record;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING};
use hyper::{HeaderMap, Request, Response};
use serde_json::Value;
use tokio::sync::watch;

pub use fault::{Fault, PartialFailure};

use hookpost_stand_in::http;
use hookpost_stand_in::server::{Reply, Server};

/// A proxy. A function gets its endpoint instead of the emulator's.
#[derive(Debug)]
pub struct FaultProxy {
    server: Server,
    state: Arc<State>,
}

/// A recorded call.
#[derive(Clone, Debug)]
pub struct Call {
    /// Without the service's prefix: `SendMessageBatch`.
    pub operation: String,
    /// The JSON input; null when it was none.
    pub input: Value,
    /// The status sent back; `None` while there is none, or when the connection was dropped.
    pub status: Option<u16>,
    /// The JSON output sent back; null when there is none.
    pub output: Value,
    number: usize,
}

#[derive(Debug)]
struct State {
    upstream: String,
    calls: Mutex<Vec<Call>>,
    /// How many calls came in since the start, which numbers them.
    numbered: AtomicUsize,
    /// How many calls are recorded now.
    recorded: watch::Sender<usize>,
    script: Mutex<Script>,
}

#[derive(Debug, Default)]
struct Script {
    /// Each for one call.
    next: VecDeque<Rule>,
    /// For every call, until removed.
    standing: Vec<Rule>,
}

/// A fault, and its operation; `None` is every operation.
#[derive(Debug)]
struct Rule {
    operation: Option<String>,
    fault: Fault,
}

impl FaultProxy {
    /// A proxy on a free port in front of `upstream`, such as `http://127.0.0.1:4566`.
    pub async fn start(upstream: &str) -> Self {
        let state = Arc::new(State {
            upstream: upstream.to_owned(),
            calls: Mutex::default(),
            numbered: AtomicUsize::new(0),
            recorded: watch::Sender::new(0),
            script: Mutex::default(),
        });
        let handler_state = Arc::clone(&state);
        let server = Server::start(move |request| handle(Arc::clone(&handler_state), request)).await;
        Self { server, state }
    }

    /// Such as `http://127.0.0.1:40125`, without a path.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// Applies a fault to the next call of an operation. Several such faults queue up.
    pub fn fail_next(&self, operation: &str, fault: Fault) {
        let rule = Rule { operation: Some(operation.to_owned()), fault };
        self.state.script().next.push_back(rule);
    }

    /// Applies a fault to each call of an operation, from now on.
    pub fn fail_each(&self, operation: &str, fault: Fault) {
        let rule = Rule { operation: Some(operation.to_owned()), fault };
        self.state.script().standing.push(rule);
    }

    /// Applies a fault to each call of any operation, from now on: an outage.
    pub fn fail_all(&self, fault: Fault) {
        self.state.script().standing.push(Rule { operation: None, fault });
    }

    /// Removes all faults.
    pub fn heal(&self) {
        *self.state.script() = Script::default();
    }

    /// The recorded calls, in the order of arrival.
    pub fn calls(&self) -> Vec<Call> {
        self.state.calls().clone()
    }

    /// The recorded calls of one operation.
    pub fn calls_of(&self, operation: &str) -> Vec<Call> {
        let mut calls = self.calls();
        calls.retain(|call| call.operation == operation);
        calls
    }

    /// Clears the record of calls.
    pub fn forget(&self) {
        let mut calls = self.state.calls();
        calls.clear();
        self.state.recorded.send_replace(0);
    }

    /// Waits until the next call of an operation has come in.
    pub async fn reached(&self, operation: &str) {
        let before = self.calls_of(operation).len();
        let mut calls = self.state.recorded.subscribe();
        while self.calls_of(operation).len() == before && calls.changed().await.is_ok() {}
    }

    /// Waits until at least `count` calls are recorded; `false` when `within` passes first.
    pub async fn called(&self, count: usize, within: Duration) -> bool {
        let mut recorded = self.state.recorded.subscribe();
        let enough = recorded.wait_for(|recorded| *recorded >= count);
        tokio::time::timeout(within, enough).await.is_ok()
    }
}

impl State {
    fn calls(&self) -> MutexGuard<'_, Vec<Call>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records a call that has come in; returns its number.
    fn note(&self, operation: &str, request: &Request<Bytes>) -> usize {
        let mut calls = self.calls();
        let number = self.numbered.fetch_add(1, Ordering::Relaxed);
        calls.push(Call {
            operation: operation.to_owned(),
            input: serde_json::from_slice(request.body()).unwrap_or_default(),
            status: None,
            output: Value::Null,
            number,
        });
        self.recorded.send_replace(calls.len());
        number
    }

    fn fault(&self, operation: &str) -> Option<Fault> {
        self.script().take(operation)
    }

    async fn forward(&self, request: Request<Bytes>) -> Reply {
        forward(&self.upstream, request).await
    }
}

/// Forwards a request to a server such as `http://127.0.0.1:4566`. `None` when the server does not respond.
pub async fn forward(upstream: &str, request: Request<Bytes>) -> Reply {
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    parts.uri = format!("{upstream}{path}").parse().ok()?;
    drop_framing(&mut parts.headers);
    let request = Request::from_parts(parts, Full::new(body));
    let (mut parts, body) = http::send(request, UPSTREAM_TIMEOUT).await.ok()?.into_parts();
    drop_framing(&mut parts.headers);
    Some(Response::from_parts(parts, Full::new(body)))
}

impl Script {
    fn take(&mut self, operation: &str) -> Option<Fault> {
        let applies = |rule: &Rule| rule.operation.as_deref().is_none_or(|wanted| wanted == operation);
        if let Some(index) = self.next.iter().position(applies) {
            return self.next.remove(index).map(|rule| rule.fault);
        }
        self.standing.iter().find(|rule| applies(rule)).map(|rule| rule.fault.clone())
    }
}

async fn handle(state: Arc<State>, request: Request<Bytes>) -> Reply {
    let operation = operation(&request);
    record::record(&operation, &request);
    let number = state.note(&operation, &request);
    let reply = match state.fault(&operation) {
        None => state.forward(request).await,
        Some(fault) => fault.apply(&state, request).await,
    };
    let (parts, body) = reply?.into_parts();
    let body = http_body_util::BodyExt::collect(body).await.ok()?.to_bytes();
    if let Some(call) = state.calls().iter_mut().find(|call| call.number == number) {
        call.status = Some(parts.status.as_u16());
        call.output = serde_json::from_slice(&body).unwrap_or_default();
    }
    Some(Response::from_parts(parts, Full::new(body)))
}

/// The operation: of a header in the JSON protocols, of the form in the Query protocol, which STS has.
fn operation(request: &Request<Bytes>) -> String {
    let target = request.headers().get("x-amz-target").and_then(|value| value.to_str().ok());
    let in_header = target.and_then(|target| target.rsplit('.').next());
    let mut members = request.body().split(|byte| *byte == b'&');
    let in_form = members.find_map(|member| std::str::from_utf8(member.strip_prefix(b"Action=")?).ok());
    in_header.or(in_form).unwrap_or_default().to_owned()
}

/// Removes headers of one connection; hyper sets those of the next.
fn drop_framing(headers: &mut HeaderMap) {
    for name in [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING] {
        headers.remove(name);
    }
}

const UPSTREAM_TIMEOUT: Duration = Duration::from_secs(30);
