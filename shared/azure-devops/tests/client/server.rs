//! An HTTP server with scripted responses.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{HeaderMap, Request};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;

/// A server that gives its responses in order.
pub(crate) struct Server {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    responses: Mutex<VecDeque<Response>>,
    /// Answers when no scripted response is left.
    answer: Option<Answer>,
    requests: Mutex<Vec<ReceivedRequest>>,
    /// Requests in progress, and the most there were at a time.
    concurrency: Mutex<(usize, usize)>,
}

type Answer = Box<dyn Fn(&ReceivedRequest) -> Response + Send + Sync>;

/// A request as the server received it.
#[derive(Clone)]
pub(crate) struct ReceivedRequest {
    pub(crate) method: String,
    /// Path and query, still encoded.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl ReceivedRequest {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("a JSON body")
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("text"))
    }
}

/// A response to give.
pub(crate) struct Response {
    status: u16,
    headers: Vec<(&'static str, String)>,
    /// `None` never completes the response.
    body: Option<Bytes>,
    /// How long the response takes, by a clock that jumps.
    delay: Duration,
}

impl Response {
    pub(crate) fn new(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        let headers = vec![("content-type", content_type.to_owned())];
        Self { status, headers, body: Some(body.into()), delay: Duration::ZERO }
    }

    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::new(status, "application/json; charset=utf-8; api-version=7.1", body.to_string())
    }

    pub(crate) fn html(status: u16) -> Self {
        Self::new(status, "text/html; charset=utf-8", "<!DOCTYPE html><title>Sign In</title>")
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Some(Bytes::new()), delay: Duration::ZERO }
    }

    pub(crate) fn never() -> Self {
        Self { body: None, ..Self::empty(200) }
    }

    /// The response, after a time that passes at once: the clock of the runtime jumps.
    pub(crate) fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

impl Server {
    pub(crate) async fn start(responses: impl IntoIterator<Item = Response>) -> Self {
        Self::with(State { responses: Mutex::new(responses.into_iter().collect()), ..State::default() }).await
    }

    /// A server that answers each request by its content.
    pub(crate) async fn answering(
        answer: impl Fn(&ReceivedRequest) -> Response + Send + Sync + 'static,
    ) -> Self {
        Self::with(State { answer: Some(Box::new(answer)), ..State::default() }).await
    }

    async fn with(state: State) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(state);
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = Arc::clone(&shared);
                let service = service_fn(move |request| respond(Arc::clone(&state), request));
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service),
                );
            }
        });
        Self { address, state }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn requests(&self) -> Vec<ReceivedRequest> {
        self.state.requests.lock().expect("not poisoned").clone()
    }

    /// Method and target of each request.
    pub(crate) fn request_lines(&self) -> Vec<String> {
        self.requests().iter().map(|request| format!("{} {}", request.method, request.target)).collect()
    }

    /// The only request.
    pub(crate) fn only_request(&self) -> ReceivedRequest {
        let [request] = <[ReceivedRequest; 1]>::try_from(self.requests())
            .unwrap_or_else(|request| panic!("{} requests", request.len()));
        request
    }

    /// The most requests in progress at a time.
    pub(crate) fn max_concurrent_requests(&self) -> usize {
        self.state.concurrency.lock().expect("not poisoned").1
    }
}

async fn respond(
    state: Arc<State>,
    request: Request<Incoming>,
) -> Result<hyper::Response<Full<Bytes>>, Infallible> {
    {
        let mut concurrency = state.concurrency.lock().expect("not poisoned");
        concurrency.0 += 1;
        concurrency.1 = concurrency.1.max(concurrency.0);
    }
    let (parts, body) = request.into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    let request = ReceivedRequest {
        method: parts.method.to_string(),
        target: parts.uri.to_string(),
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).expect("text"),
    };
    state.requests.lock().expect("not poisoned").push(request.clone());
    // Lets a concurrent request, if there is one, arrive before this one is answered.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    let response = state.responses.lock().expect("not poisoned").pop_front();
    let response = response.or_else(|| Some((state.answer.as_ref()?)(&request)));
    let response =
        response.unwrap_or_else(|| Response::new(500, "text/plain", "no scripted response is left"));
    let Some(body) = response.body else {
        return std::future::pending().await;
    };
    if !response.delay.is_zero() {
        // The clock stands still until every task waits, and then jumps to the first timer.
        tokio::time::pause();
        tokio::time::sleep(response.delay).await;
        tokio::time::resume();
    }
    state.concurrency.lock().expect("not poisoned").0 -= 1;
    let mut builder = hyper::Response::builder().status(response.status);
    for (name, value) in response.headers {
        builder = builder.header(name, value);
    }
    Ok(builder.body(Full::new(body)).expect("a response"))
}
