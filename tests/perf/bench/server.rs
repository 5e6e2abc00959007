//! HTTP/1.1 servers on loopback, in the clear or over TLS.

use std::net::{Ipv4Addr, SocketAddr};

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// Handles requests on a free port until the program ends; returns the address.
pub(crate) async fn serve<H, F>(tls: Option<TlsAcceptor>, handle: H) -> SocketAddr
where
    H: Fn(Request<Bytes>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<Full<Bytes>>> + Send,
{
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a loopback port is free");
    let address = listener.local_addr().expect("a listener has an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            stream.set_nodelay(true).expect("the option exists");
            let (tls, handle) = (tls.clone(), handle.clone());
            tokio::spawn(async move {
                let Some(tls) = tls else { return connection(stream, handle).await };
                // A contestant may end in the middle of a handshake.
                if let Ok(stream) = tls.accept(stream).await {
                    connection(stream, handle).await;
                }
            });
        }
    });
    address
}

async fn connection<S, H, F>(stream: S, handle: H)
where
    S: AsyncRead + AsyncWrite + Unpin,
    H: Fn(Request<Bytes>) -> F,
    F: Future<Output = Response<Full<Bytes>>>,
{
    let service = service_fn(async |request: Request<Incoming>| {
        let (parts, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok::<_, hyper::Error>(handle(Request::from_parts(parts, body)).await)
    });
    let connection =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // A contestant that ends leaves its connection in the middle of a request.
    drop(connection.await);
}

/// A response with a JSON body.
pub(crate) fn json(status: u16, body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let response = Response::builder().status(status).header("content-type", "application/json");
    response.body(Full::new(body.into())).expect("status and header are valid")
}
