//! One HTTP/1.1 exchange over one connection, in the clear: all the harness needs on loopback.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::header::HOST;
use hyper::{Request, Response, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// Not `http://host[:port]/…`.
    #[error("`{0}` is not a plain HTTP address")]
    Address(Uri),
    /// Nobody listens there.
    #[error("cannot connect to `{0}`")]
    Connect(String, #[source] std::io::Error),
    /// The connection broke, or did not speak HTTP.
    #[error("the exchange broke off")]
    Exchange(#[source] hyper::Error),
    /// Longer than the given time, connecting included.
    #[error("no answer within {0:?}")]
    TimedOut(Duration),
}

/// Sends a request with an absolute URI and reads the whole answer.
///
/// # Errors
///
/// Any HTTP status is an answer; only the lack of one is an error.
pub async fn send(request: Request<Full<Bytes>>, within: Duration) -> Result<Response<Bytes>, HttpError> {
    tokio::time::timeout(within, exchange(request)).await.map_err(|_| HttpError::TimedOut(within))?
}

async fn exchange(mut request: Request<Full<Bytes>>) -> Result<Response<Bytes>, HttpError> {
    let uri = request.uri().clone();
    let (Some("http"), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(HttpError::Address(uri));
    };
    let host = authority.as_str().parse().map_err(|_| HttpError::Address(uri.clone()))?;
    request.headers_mut().insert(HOST, host);
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    *request.uri_mut() = path.parse().map_err(|_| HttpError::Address(uri.clone()))?;
    let stream = connect(authority.host(), authority.port_u16().unwrap_or(80)).await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(HttpError::Exchange)?;
    let driver = tokio::spawn(connection);
    let answer = async {
        let (parts, body) = sender.send_request(request).await?.into_parts();
        Ok(Response::from_parts(parts, body.collect().await?.to_bytes()))
    }
    .await;
    driver.abort();
    answer.map_err(HttpError::Exchange)
}

/// `*.localhost` is this machine (RFC 6761), which not every resolver knows.
async fn connect(host: &str, port: u16) -> Result<TcpStream, HttpError> {
    let connected = if host == "localhost" || host.ends_with(".localhost") {
        TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await
    } else {
        TcpStream::connect((host, port)).await
    };
    connected.map_err(|source| HttpError::Connect(format!("{host}:{port}"), source))
}
