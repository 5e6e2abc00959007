//! An HTTP/1.1 server on a free loopback port, for as long as its handle lives.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::{AbortHandle, JoinSet};

/// A server that stops when it is dropped.
pub struct Server {
    address: SocketAddr,
    accepting: AbortHandle,
}

/// An answer, complete.
pub type Answer = Response<Full<Bytes>>;
/// What a handler gives back; `None` closes the connection without an answer.
pub type Reply = Option<Answer>;

impl Server {
    /// Handles each request, body read, with `handler`.
    ///
    /// # Panics
    ///
    /// When no loopback port is free.
    #[expect(clippy::expect_used, reason = "without a loopback port no test can run")]
    pub async fn start<H, F>(handler: H) -> Self
    where
        H: Fn(Request<Bytes>) -> F + Clone + Send + 'static,
        F: Future<Output = Reply> + Send + 'static,
    {
        Self::start_on(0, handler).await.expect("a free port on 127.0.0.1 is needed")
    }

    /// On a certain port, or (0) on a free one.
    ///
    /// # Errors
    ///
    /// The port is taken.
    pub async fn start_on<H, F>(port: u16, handler: H) -> std::io::Result<Self>
    where
        H: Fn(Request<Bytes>) -> F + Clone + Send + 'static,
        F: Future<Output = Reply> + Send + 'static,
    {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let accepting = tokio::spawn(accept(listener, handler)).abort_handle();
        Ok(Self { address, accepting })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Server({})", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Connections live inside this task, so that they end with it.
async fn accept<H, F>(listener: TcpListener, handler: H)
where
    H: Fn(Request<Bytes>) -> F + Clone + Send + 'static,
    F: Future<Output = Reply> + Send + 'static,
{
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        let handler = handler.clone();
        let service = service_fn(move |request| answer(request, handler.clone()));
        connections.spawn(async move {
            let connection =
                hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            // A client that goes away early is its own business.
            let _ = connection.await;
        });
    }
}

async fn answer<H, F>(request: Request<Incoming>, handler: H) -> Result<Answer, Closed>
where
    H: Fn(Request<Bytes>) -> F,
    F: Future<Output = Reply>,
{
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Closed)?.to_bytes();
    handler(Request::from_parts(parts, body)).await.ok_or(Closed)
}

/// Makes hyper close the connection.
#[derive(Debug)]
struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is closed on purpose")
    }
}

impl std::error::Error for Closed {}

/// An answer with a JSON body.
pub fn json(status: u16, body: impl Into<Bytes>) -> Answer {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = hyper::StatusCode::from_u16(status).unwrap_or_default();
    let kind = hyper::header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(hyper::header::CONTENT_TYPE, kind);
    response
}
