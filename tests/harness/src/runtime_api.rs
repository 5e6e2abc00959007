//! The Lambda Runtime API, in process: functions poll it for invocations and post their results.
//!
//! Source: docs.aws.amazon.com, "Using the Lambda runtime API for custom runtimes".

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use hyper::body::Bytes;
use hyper::{Method, Request};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot, watch};

use super::REGION;
use hookpost_stand_in::server::{HttpResponse, Reply, Server, json};

/// One call of a function.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The event.
    pub event: Value,
    /// Time until the function's deadline, at which Lambda would end the function.
    pub timeout: Duration,
}

impl Invocation {
    /// An invocation with a deadline in ten seconds.
    pub fn new(event: Value) -> Self {
        Self { event, timeout: Duration::from_secs(10) }
    }

    /// An invocation with a deadline in five minutes, for `setup` and `watch`, which wait for Azure DevOps.
    pub fn with_long_timeout(event: Value) -> Self {
        Self { event, timeout: Duration::from_secs(300) }
    }
}

/// The error that a function reports.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{error_type}: {message}")]
pub struct FunctionError {
    /// A stable code.
    pub error_type: String,
    /// The message, for people.
    pub message: String,
}

/// The Runtime API of one function; serves one process at a time.
#[derive(Debug)]
pub struct RuntimeApi {
    server: Server,
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    work: mpsc::UnboundedSender<Offered>,
    invocations: tokio::sync::Mutex<mpsc::UnboundedReceiver<Offered>>,
    waiting: Mutex<HashMap<String, oneshot::Sender<InvocationResult>>>,
    next_id: AtomicU32,
    phase: watch::Sender<Phase>,
    /// When the function got the last invocation, and how long it took to respond.
    last: Mutex<(Instant, Duration)>,
}

/// What the function is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// It has not polled yet, which ends INIT.
    Init,
    /// It waits for an invocation.
    Idle,
    /// It has an invocation, or has responded and not polled again.
    Busy,
}

#[derive(Debug)]
struct Offered {
    id: String,
    invocation: Invocation,
}

type InvocationResult = Result<Value, FunctionError>;

impl RuntimeApi {
    /// Listens on a free port; needs a tokio runtime.
    pub async fn start() -> Self {
        let (work, offered) = mpsc::unbounded_channel();
        let state = Arc::new(State {
            work,
            invocations: tokio::sync::Mutex::new(offered),
            waiting: Mutex::default(),
            next_id: AtomicU32::new(1),
            phase: watch::Sender::new(Phase::Init),
            last: Mutex::new((Instant::now(), Duration::ZERO)),
        });
        let handler_state = Arc::clone(&state);
        let server = Server::start(move |request| handle(Arc::clone(&handler_state), request)).await;
        Self { server, state }
    }

    /// The value of `AWS_LAMBDA_RUNTIME_API`.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Invokes the function and waits for its result, forever if no function polls.
    ///
    /// # Errors
    ///
    /// The function reported an error.
    pub async fn invoke(&self, invocation: Invocation) -> Result<Value, FunctionError> {
        let count = self.state.next_id.fetch_add(1, Ordering::Relaxed);
        let id = format!("7d1b0c5e-0000-4000-8000-{count:012x}");
        let (sender, outcome) = oneshot::channel();
        self.state.waiting().insert(id.clone(), sender);
        // Both ends of the channel live in the same state: it cannot be closed.
        let _ = self.state.work.send(Offered { id, invocation });
        outcome.await.unwrap_or_else(|_| {
            Err(FunctionError {
                error_type: "Harness.Gone".to_owned(),
                message: "the Runtime API was dropped".to_owned(),
            })
        })
    }

    /// Waits until the function has polled for the first time.
    pub async fn polled_for_work(&self) {
        // The sender lives in `self`, so waiting cannot fail.
        let _ = self.state.phase.subscribe().wait_for(|phase| *phase != Phase::Init).await;
    }

    /// Waits until the function polls, and so has done all its work.
    pub async fn idle(&self) {
        let _ = self.state.phase.subscribe().wait_for(|phase| *phase == Phase::Idle).await;
    }

    /// From handing out the last invocation until the function responded.
    pub fn last_took(&self) -> Duration {
        self.state.last().1
    }
}

impl State {
    fn waiting(&self) -> MutexGuard<'_, HashMap<String, oneshot::Sender<InvocationResult>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn last(&self) -> MutexGuard<'_, (Instant, Duration)> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn settle(&self, id: &str, outcome: InvocationResult) -> HttpResponse {
        let mut last = self.last();
        last.1 = last.0.elapsed();
        match self.waiting().remove(id) {
            Some(waiting) => {
                // The test may have stopped waiting.
                let _ = waiting.send(outcome);
                json(202, r#"{"status":"OK"}"#)
            }
            None => json(400, r#"{"errorType":"InvalidRequestID","errorMessage":""}"#),
        }
    }
}

async fn handle(state: Arc<State>, request: Request<Bytes>) -> Reply {
    let path = request.uri().path().to_owned();
    let Some(path) = path.strip_prefix("/2018-06-01/runtime/") else {
        return Some(json(404, "{}"));
    };
    let parts: Vec<&str> = path.split('/').collect();
    match (request.method(), parts.as_slice()) {
        (&Method::GET, ["invocation", "next"]) => Some(next(&state).await),
        (&Method::POST, ["invocation", id, "response"]) => {
            let answer = serde_json::from_slice(request.body()).map_err(|error| FunctionError {
                error_type: "Runtime.InvalidResponse".to_owned(),
                message: error.to_string(),
            });
            Some(state.settle(id, answer))
        }
        (&Method::POST, ["invocation", id, "error"]) => {
            Some(state.settle(id, Err(function_error(request.body()))))
        }
        (&Method::POST, ["init", "error"]) => Some(json(202, r#"{"status":"OK"}"#)),
        _ => Some(json(404, "{}")),
    }
}

/// Holds the request until there is an invocation.
async fn next(state: &State) -> HttpResponse {
    state.phase.send_replace(Phase::Idle);
    let Some(Offered { id, invocation }) = state.invocations.lock().await.recv().await else {
        return json(500, "{}");
    };
    state.phase.send_replace(Phase::Busy);
    let deadline = now().saturating_add(invocation.timeout).as_millis();
    let mut response = json(200, invocation.event.to_string());
    for (name, value) in [
        ("lambda-runtime-aws-request-id", id),
        ("lambda-runtime-deadline-ms", deadline.to_string()),
        ("lambda-runtime-trace-id", TRACE_ID.to_owned()),
        (
            "lambda-runtime-invoked-function-arn",
            format!("arn:aws:lambda:{REGION}:123456789012:function:hookpost"),
        ),
    ] {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
    state.last().0 = Instant::now();
    response
}

/// The trace header that Lambda gives a function whose own tracing is off.
const TRACE_ID: &str =
    "Root=1-6741f0aa-2f1d0c7b9e8a4d5c6b7a8f90;Parent=53995c3f42cd8ad8;Sampled=0;Lineage=1:53995c3f:0";

fn function_error(body: &[u8]) -> FunctionError {
    let report: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |key: &str| report[key].as_str().unwrap_or_default().to_owned();
    FunctionError { error_type: text("errorType"), message: text("errorMessage") }
}

#[expect(clippy::disallowed_methods, reason = "a real process reads the real clock")]
fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
