//! A server that answers as scripted.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;

/// Answers requests with its replies, in order.
pub(crate) struct Server {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    replies: Mutex<VecDeque<Reply>>,
    seen: Mutex<Vec<Seen>>,
    /// How many requests are being answered, and the most there ever were.
    busy: Mutex<(usize, usize)>,
}

/// A request as it came.
#[derive(Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    /// Path and query, still encoded.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("a JSON body")
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("text"))
    }
}

/// What to answer.
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    /// `None` hangs forever.
    body: Option<Bytes>,
}

impl Reply {
    pub(crate) fn new(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        Self { status, headers: vec![("content-type", content_type.to_owned())], body: Some(body.into()) }
    }

    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::new(status, "application/json; charset=utf-8; api-version=7.1", body.to_string())
    }

    pub(crate) fn html(status: u16) -> Self {
        Self::new(status, "text/html; charset=utf-8", "<!DOCTYPE html><title>Sign In</title>")
    }

    pub(crate) fn bare(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Some(Bytes::new()) }
    }

    pub(crate) fn silence() -> Self {
        Self { body: None, ..Self::bare(200) }
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

impl Server {
    pub(crate) async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let state =
            Arc::new(State { replies: Mutex::new(replies.into_iter().collect()), ..State::default() });
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = Arc::clone(&shared);
                let service = service_fn(move |request| answer(Arc::clone(&state), request));
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

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.state.seen.lock().expect("not poisoned").clone()
    }

    /// Methods and targets of what was asked.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.seen().iter().map(|seen| format!("{} {}", seen.method, seen.target)).collect()
    }

    /// The only request there was.
    pub(crate) fn only(&self) -> Seen {
        let [seen] =
            <[Seen; 1]>::try_from(self.seen()).unwrap_or_else(|seen| panic!("{} requests", seen.len()));
        seen
    }

    /// Most requests there were at a time.
    pub(crate) fn most_at_a_time(&self) -> usize {
        self.state.busy.lock().expect("not poisoned").1
    }
}

async fn answer(state: Arc<State>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    {
        let mut busy = state.busy.lock().expect("not poisoned");
        busy.0 += 1;
        busy.1 = busy.1.max(busy.0);
    }
    let (parts, body) = request.into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    state.seen.lock().expect("not poisoned").push(Seen {
        method: parts.method.to_string(),
        target: parts.uri.to_string(),
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).expect("text"),
    });
    // A second request, if there is one, gets every chance to come in before this one is answered.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    let reply = state.replies.lock().expect("not poisoned").pop_front();
    let reply = reply.unwrap_or_else(|| Reply::new(500, "text/plain", "nothing more is scripted"));
    let Some(body) = reply.body else {
        return std::future::pending().await;
    };
    state.busy.lock().expect("not poisoned").0 -= 1;
    let mut response = Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    Ok(response.body(Full::new(body)).expect("a response"))
}
