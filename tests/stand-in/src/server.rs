//! An HTTP/1.1 server on a free loopback port, for as long as its handle lives.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::{AbortHandle, JoinSet};

/// A server that stops when it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    accepting: AbortHandle,
}

/// A complete response.
pub type HttpResponse = Response<Full<Bytes>>;
/// A handler's result; `None` closes the connection without a response.
pub type Reply = Option<HttpResponse>;

impl Server {
    /// Starts a server on a free port. `handler` gets each request with its whole body.
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

    /// Starts a server on the given port, or (0) on a free one.
    ///
    /// # Errors
    ///
    /// The port is taken.
    pub async fn start_on<H, F>(port: u16, handler: H) -> io::Result<Self>
    where
        H: Fn(Request<Bytes>) -> F + Clone + Send + 'static,
        F: Future<Output = Reply> + Send + 'static,
    {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let accepting = tokio::spawn(accept(listener, handler)).abort_handle();
        Ok(Self { address, accepting })
    }

    /// The address the server listens at.
    pub fn address(&self) -> SocketAddr {
        self.address
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
        let service = service_fn(move |request| respond(request, handler.clone()));
        connections.spawn(async move {
            let connection =
                hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            // A client may close the connection early.
            let _ = connection.await;
        });
    }
}

async fn respond<H, F>(request: Request<Incoming>, handler: H) -> io::Result<HttpResponse>
where
    H: Fn(Request<Bytes>) -> F,
    F: Future<Output = Reply>,
{
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    // An error makes hyper close the connection.
    let reply = handler(Request::from_parts(parts, body)).await;
    reply.ok_or_else(|| io::Error::other("the connection is closed on purpose"))
}

/// A response with a JSON body.
pub fn json(status: u16, body: impl Into<Bytes>) -> HttpResponse {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = hyper::StatusCode::from_u16(status).unwrap_or_default();
    let kind = hyper::header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(hyper::header::CONTENT_TYPE, kind);
    response
}

/// A response with an HTML page, as gateways and proxies send.
pub fn html(status: u16, title: &str) -> HttpResponse {
    let page = format!("<!DOCTYPE html>\r\n<html lang=\"en-US\"><head><title>{title}</title></head></html>");
    let mut response = Response::new(Full::new(Bytes::from(page)));
    *response.status_mut() = hyper::StatusCode::from_u16(status).unwrap_or_default();
    let kind = hyper::header::HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(hyper::header::CONTENT_TYPE, kind);
    response
}
