//! The Lambda Runtime API of one process.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Method, Request, Response};
use tokio::sync::mpsc;

use crate::server::{json, serve};

#[derive(Debug)]
pub(crate) struct RuntimeApi {
    /// The value of `AWS_LAMBDA_RUNTIME_API`.
    pub(crate) address: SocketAddr,
    /// Events to hand out.
    pub(crate) events: mpsc::UnboundedSender<Bytes>,
    /// What the process did.
    pub(crate) steps: mpsc::UnboundedReceiver<Step>,
}

/// A request of the process.
#[derive(Debug)]
pub(crate) enum Step {
    /// For the next event.
    RequestedEvent(Instant),
    /// With its response, or the report of an error, this long after it was handed the event.
    Responded(Duration, Bytes),
}

struct State {
    events: tokio::sync::Mutex<mpsc::UnboundedReceiver<Bytes>>,
    steps: mpsc::UnboundedSender<Step>,
    handed_out: Mutex<Instant>,
}

impl RuntimeApi {
    pub(crate) async fn start() -> Self {
        let ((events, to_hand_out), (sender, steps)) = (mpsc::unbounded_channel(), mpsc::unbounded_channel());
        let handed_out = Mutex::new(Instant::now());
        let state = Arc::new(State { events: to_hand_out.into(), steps: sender, handed_out });
        let address = serve(None, move |request| handle(Arc::clone(&state), request)).await;
        Self { address, events, steps }
    }
}

async fn handle(state: Arc<State>, request: Request<Bytes>) -> Response<Full<Bytes>> {
    let handed_out = || state.handed_out.lock().unwrap_or_else(PoisonError::into_inner);
    if request.method() == Method::GET {
        let now = Instant::now();
        drop(state.steps.send(Step::RequestedEvent(now)));
        let Some(event) = state.events.lock().await.recv().await else { return json(500, "{}") };
        *handed_out() = Instant::now();
        return invocation(event);
    }
    let took = handed_out().elapsed();
    drop(state.steps.send(Step::Responded(took, request.into_body())));
    json(202, r#"{"status":"OK"}"#)
}

#[expect(clippy::disallowed_methods, reason = "a real process reads the real clock")]
fn invocation(event: Bytes) -> Response<Full<Bytes>> {
    let deadline = SystemTime::now() + Duration::from_secs(60);
    let deadline = deadline.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let mut response = json(200, event);
    for (name, value) in [
        ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd".to_owned()),
        ("lambda-runtime-deadline-ms", deadline.to_string()),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:eu-west-1:123456789012:function:hookpost".to_owned(),
        ),
        (
            "lambda-runtime-trace-id",
            "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0".to_owned(),
        ),
    ] {
        response.headers_mut().insert(name, value.parse().expect("a header value"));
    }
    response
}
