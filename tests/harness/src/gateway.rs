//! A stand-in API Gateway: HTTP in front of real receiver binaries.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Request, Response};

use super::api_gateway::{ApiRequest, ApiResponse};
use super::fleet::Fleet;
use super::function::Function;
use hookpost_stand_in::server::{Reply, Server};

/// An HTTP address whose `/{integration}/code-pushed` and `/{integration}/pull-request` are functions.
#[derive(Debug)]
pub struct Gateway {
    server: Server,
    functions: Arc<Mutex<BTreeMap<&'static str, Backend>>>,
}

/// The integration of an endpoint.
#[derive(Clone, Debug)]
enum Backend {
    Instance(Arc<Function>),
    Fleet(Arc<Fleet>),
}

impl Gateway {
    /// Starts a gateway in front of an instance of each receiver.
    pub async fn start(code_pushed: Arc<Function>, pull_request: Arc<Function>) -> Self {
        Self::before(Backend::Instance(code_pushed), Backend::Instance(pull_request)).await
    }

    /// Starts a gateway in front of a fleet of each receiver, which scales to its limit.
    pub async fn start_scaling(code_pushed: Arc<Fleet>, pull_request: Arc<Fleet>) -> Self {
        Self::before(Backend::Fleet(code_pushed), Backend::Fleet(pull_request)).await
    }

    async fn before(code_pushed: Backend, pull_request: Backend) -> Self {
        let functions = BTreeMap::from([("code-pushed", code_pushed), ("pull-request", pull_request)]);
        let functions = Arc::new(Mutex::new(functions));
        let behind = Arc::clone(&functions);
        let server = Server::start(move |request| {
            let endpoint = request.uri().path().rsplit('/').next().unwrap_or_default();
            let function = lock(&behind).get(endpoint).cloned();
            proxy(function, request)
        })
        .await;
        Self { server, functions }
    }

    /// The base URL, without `/{integration}`.
    pub fn address(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// The logs of the instances that are behind the gateway now.
    pub fn logs(&self) -> Vec<String> {
        let logs = |behind: &Backend| match behind {
            Backend::Instance(function) => function.logs(),
            Backend::Fleet(_) => Vec::new(),
        };
        lock(&self.functions).values().flat_map(logs).collect()
    }

    /// Puts another instance behind an endpoint; returns the previous one.
    pub fn replace(&self, endpoint: &'static str, function: Arc<Function>) -> Option<Arc<Function>> {
        match lock(&self.functions).insert(endpoint, Backend::Instance(function)) {
            Some(Backend::Instance(old)) => Some(old),
            Some(Backend::Fleet(_)) | None => None,
        }
    }
}

impl Backend {
    /// `None` when the function failed, so that the gateway answers.
    async fn http(&self, request: &ApiRequest) -> Option<ApiResponse> {
        match self {
            Self::Instance(function) => function.http(request).await.ok(),
            Self::Fleet(fleet) => fleet.http(request).await,
        }
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Answers 403 to an unknown path and 503 for a function that fails, as the template configures API Gateway.
async fn proxy(function: Option<Backend>, request: Request<Bytes>) -> Reply {
    let Some(function) = function else { return plain(403, Bytes::new()) };
    let mut proxied = ApiRequest::to(request.method().as_str(), &request.uri().to_string());
    for (name, value) in request.headers() {
        proxied = proxied.header(name.as_str(), value.to_str().unwrap_or_default());
    }
    match function.http(&proxied.body(request.into_body().to_vec())).await {
        Some(reply) => plain(u16::try_from(reply.status).unwrap_or(502), reply.body.into()),
        None => plain(503, Bytes::from_static(UNAVAILABLE)),
    }
}

fn plain(status: u16, body: Bytes) -> Reply {
    Response::builder().status(status).header("content-type", "application/json").body(Full::new(body)).ok()
}

/// As in the template, without the reason and the request's id.
const UNAVAILABLE: &[u8] =
    br#"{"status":"unavailable","code":"gateway_error","message":"temporarily unavailable, please try again"}"#;
