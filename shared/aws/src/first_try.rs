//! The first try of the two calls that receivers make, without the SDK between. What comes of it is either plain or nothing,
//! and where it is nothing the SDK asks again. Why: `infra/decisions/0009-first-try.md`.

use std::fmt;
use std::time::SystemTime;

use aws_sdk_sqs::config::Credentials;
use aws_smithy_runtime_api::client::connection::{CaptureSmithyConnection, ConnectionMetadata};
use aws_smithy_runtime_api::client::http::{HttpConnector as _, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use bytes::Bytes;
use tokio::time::{Instant, timeout};

use crate::patience::{self, Patience};
use crate::signature::{Call, Service, Signer};

/// What AWS's own records of calls show.
const USER_AGENT: &str = concat!("hookpost/", env!("CARGO_PKG_VERSION"));

/// A service, asked once.
pub(crate) struct FirstTry {
    connector: SharedHttpConnector,
    signer: Signer,
    url: String,
    patience: Patience,
}

/// What a service answered, read to its end.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
}

impl FirstTry {
    /// `None` where the SDK has to do more than usual to a request, so that it has to do it all: an endpoint with a path,
    /// or credentials with spaces in them.
    pub(crate) fn new(
        service: Service,
        connector: SharedHttpConnector,
        credentials: Credentials,
        region: &str,
        url: &str,
        patience: Patience,
    ) -> Option<Self> {
        let signer = Signer::new(service, credentials, region, url)?;
        let url = format!("{}/", url.strip_suffix('/').unwrap_or(url));
        Some(Self { connector, signer, url, patience })
    }

    /// What the service answers to JSON. `None` when it did not, whether it took the request or not.
    pub(crate) async fn call(&self, target: &'static str, body: Vec<u8>) -> Option<Answer> {
        let mut request = self.request(target, body)?;
        let connection = CaptureSmithyConnection::new();
        request.add_extension(connection.clone());
        let answered = async {
            let answer = self.connector.call(request).await.ok()?;
            let status = answer.status().as_u16();
            // To its end, for only then does the connection go back to the pool.
            let body = ByteStream::new(answer.into_body()).collect().await.ok()?.into_bytes();
            Some(Answer { status, body })
        };
        let answer = timeout(self.patience.per_try, answered).await.ok().flatten();
        if answer.is_none() {
            // So that the SDK does not take the same one, on which there may be nobody any more.
            connection.get().inspect(ConnectionMetadata::poison);
        }
        answer
    }

    /// What the SDK has left, behind a try that began then. Comes after a pause, as between any two tries.
    pub(crate) async fn patience_left(&self, began: Instant) -> Patience {
        tokio::time::sleep(patience::pause()).await;
        self.patience.after_a_try(began.elapsed())
    }

    fn request(&self, target: &'static str, body: Vec<u8>) -> Option<HttpRequest> {
        #[expect(clippy::disallowed_methods, reason = "a signature is of the moment at which it is sent")]
        let now = SystemTime::now();
        let signature = self.signer.sign(&Call { target, body: &body }, now)?;
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_method("POST").ok()?;
        request.set_uri(self.url.as_str()).ok()?;
        let headers = request.headers_mut();
        headers.try_insert("user-agent", USER_AGENT).ok()?;
        // The host is in the URL.
        let headers_to_set = self.signer.headers(target, &signature.date).filter(|(name, _)| *name != "host");
        for (name, value) in headers_to_set {
            headers.try_insert(name, value.to_owned()).ok()?;
        }
        headers.try_insert("authorization", signature.authorization).ok()?;
        Some(request)
    }
}

impl fmt::Debug for FirstTry {
    /// Without the credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FirstTry").field("url", &self.url).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "first_try_tests.rs"]
mod tests;
