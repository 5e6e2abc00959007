//! Stands between a function and a service, and keeps every request word for word.

use std::sync::{Arc, Mutex, PoisonError};

use hookpost_harness::fault_proxy::forward;
use hookpost_stand_in::server::Server;

pub(crate) struct Wiretap {
    server: Server,
    requests: Arc<Mutex<Vec<Tapped>>>,
}

/// A request that a function has sent.
#[derive(Clone)]
pub(crate) struct Tapped {
    /// The value of the header `Authorization`; empty without one.
    pub(crate) authorization: String,
    /// Everything else: method, target, the other headers and the body.
    pub(crate) rest: String,
}

impl Wiretap {
    /// Before a server such as `http://127.0.0.1:4566`.
    pub(crate) async fn before(upstream: &str) -> Self {
        let requests = Arc::<Mutex<Vec<Tapped>>>::default();
        let (kept, upstream) = (Arc::clone(&requests), upstream.to_owned());
        let server = Server::start(move |request| {
            let mut headers = request.headers().clone();
            let authorization = headers.remove("authorization");
            let authorization = authorization.and_then(|value| value.to_str().map(str::to_owned).ok());
            let body = String::from_utf8_lossy(request.body());
            let rest = format!("{} {} {headers:?} {body}", request.method(), request.uri());
            let tapped = Tapped { authorization: authorization.unwrap_or_default(), rest };
            kept.lock().unwrap_or_else(PoisonError::into_inner).push(tapped);
            let upstream = upstream.clone();
            async move { forward(&upstream, request).await }
        })
        .await;
        Self { server, requests }
    }

    pub(crate) fn address(&self) -> String {
        format!("http://{}", self.server.address())
    }

    pub(crate) fn requests(&self) -> Vec<Tapped> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
