//! A stand-in API Gateway: HTTP in front of real receiver binaries.

use std::sync::Arc;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Request, Response};

use super::api_gateway::ApiRequest;
use super::function::Function;
use super::server::{Reply, Server};

/// An HTTP address whose `/{integration}/code-pushed` and `/{integration}/pull-request` are functions.
#[derive(Debug)]
pub struct Gateway {
    server: Server,
}

impl Gateway {
    /// Opens it before the two receivers.
    pub async fn open(code_pushed: Arc<Function>, pull_request: Arc<Function>) -> Self {
        let server = Server::start(move |request| {
            let function = match request.uri().path().rsplit('/').next() {
                Some("code-pushed") => Some(Arc::clone(&code_pushed)),
                Some("pull-request") => Some(Arc::clone(&pull_request)),
                _ => None,
            };
            pass_on(function, request)
        })
        .await;
        Self { server }
    }

    /// Everything before `/{integration}`.
    pub fn address(&self) -> String {
        format!("http://{}", self.server.address())
    }
}

/// API Gateway's answers to a path it does not know, and to a function that fails, as the template sets them.
async fn pass_on(function: Option<Arc<Function>>, request: Request<Bytes>) -> Reply {
    let Some(function) = function else { return plain(403, Bytes::new()) };
    let path = request.uri().path().to_owned();
    let mut segments = path.rsplit('/');
    let (endpoint, integration) = (segments.next().unwrap_or_default(), segments.next().unwrap_or_default());
    let mut proxied = ApiRequest::new(request.method().as_str(), integration, endpoint);
    for (name, value) in request.headers() {
        proxied = proxied.header(name.as_str(), value.to_str().unwrap_or_default());
    }
    for pair in request.uri().query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        proxied = proxied.query(name, value);
    }
    match function.http(&proxied.body(request.into_body().to_vec())).await {
        Ok(reply) => plain(u16::try_from(reply.status).unwrap_or(502), reply.body.into()),
        Err(_) => plain(503, Bytes::new()),
    }
}

fn plain(status: u16, body: Bytes) -> Reply {
    Response::builder().status(status).header("content-type", "application/json").body(Full::new(body)).ok()
}
