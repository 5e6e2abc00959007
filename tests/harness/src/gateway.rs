//! A stand-in API Gateway: HTTP in front of real receiver binaries.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Request, Response};

use super::api_gateway::{ApiReply, ApiRequest};
use super::fleet::Fleet;
use super::function::Function;
use hookpost_stand_in::server::{Reply, Server};

/// An HTTP address whose `/{integration}/code-pushed` and `/{integration}/pull-request` are functions.
#[derive(Debug)]
pub struct Gateway {
    server: Server,
    functions: Arc<Mutex<BTreeMap<&'static str, Behind>>>,
}

/// What stands behind an endpoint.
#[derive(Clone, Debug)]
enum Behind {
    Instance(Arc<Function>),
    Fleet(Arc<Fleet>),
}

impl Gateway {
    /// Opens it before an instance of each receiver.
    pub async fn open(code_pushed: Arc<Function>, pull_request: Arc<Function>) -> Self {
        Self::before(Behind::Instance(code_pushed), Behind::Instance(pull_request)).await
    }

    /// Opens it before as many instances of each receiver as it takes.
    pub async fn scaling(code_pushed: Arc<Fleet>, pull_request: Arc<Fleet>) -> Self {
        Self::before(Behind::Fleet(code_pushed), Behind::Fleet(pull_request)).await
    }

    async fn before(code_pushed: Behind, pull_request: Behind) -> Self {
        let functions = BTreeMap::from([("code-pushed", code_pushed), ("pull-request", pull_request)]);
        let functions = Arc::new(Mutex::new(functions));
        let behind = Arc::clone(&functions);
        let server = Server::start(move |request| {
            let endpoint = request.uri().path().rsplit('/').next().unwrap_or_default();
            let function = lock(&behind).get(endpoint).cloned();
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
        match lock(&self.functions).insert(endpoint, Behind::Instance(function)) {
            Some(Behind::Instance(old)) => Some(old),
            Some(Behind::Fleet(_)) | None => None,
        }
    }
}

impl Behind {
    /// `None` when the gateway has to answer in the function's place.
    async fn http(&self, request: &ApiRequest) -> Option<ApiReply> {
        match self {
            Self::Instance(function) => function.http(request).await.ok(),
            Self::Fleet(fleet) => fleet.http(request).await.ok(),
        }
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// API Gateway's answers to a path it does not know, and to a function that fails, as the template sets them.
async fn pass_on(function: Option<Behind>, request: Request<Bytes>) -> Reply {
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
        Some(reply) => plain(u16::try_from(reply.status).unwrap_or(502), reply.body.into()),
        None => plain(503, Bytes::from_static(TRY_AGAIN)),
    }
}

fn plain(status: u16, body: Bytes) -> Reply {
    Response::builder().status(status).header("content-type", "application/json").body(Full::new(body)).ok()
}

/// As in the template, but for the reason and the request's id.
const TRY_AGAIN: &[u8] =
    br#"{"status":"unavailable","code":"gateway_error","message":"temporarily unavailable, please try again"}"#;
