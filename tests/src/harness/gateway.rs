//! A stand-in API Gateway: HTTP in front of real receiver binaries.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
    functions: Arc<Mutex<BTreeMap<&'static str, Arc<Function>>>>,
}

impl Gateway {
    /// Opens it before the two receivers.
    pub async fn open(code_pushed: Arc<Function>, pull_request: Arc<Function>) -> Self {
        let functions = BTreeMap::from([("code-pushed", code_pushed), ("pull-request", pull_request)]);
        let functions = Arc::new(Mutex::new(functions));
        let behind = Arc::clone(&functions);
        let server = Server::start(move |request| {
            let endpoint = request.uri().path().rsplit('/').next().unwrap_or_default();
            let function = lock(&behind).get(endpoint).map(Arc::clone);
            pass_on(function, request)
        })
        .await;
        Self { server, functions }
    }

    /// Everything before `/{integration}`.
    pub fn address(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// Puts another instance behind an endpoint; gives the one that was there.
    pub fn replace(&self, endpoint: &'static str, function: Arc<Function>) -> Option<Arc<Function>> {
        lock(&self.functions).insert(endpoint, function)
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
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
