//! A connector that records requests and gives prepared replies, in place of AWS.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_sqs::config::{Credentials, Region, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use hookpost_core::message::queue_message::{FifoProperties, QueueMessage};
use serde_json::Value;

use crate::client::Aws;
use crate::settings::{AwsSettings, EndpointVariant};

/// The time for a delivery.
pub(crate) const DEADLINE: Duration = Duration::from_secs(8);

/// The reply to one request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reply {
    Answer(u16, &'static str),
    Drop,
    Hang,
}

/// Gives one reply after the other, and the last again and again.
#[derive(Clone, Debug)]
pub(crate) struct FakeConnector {
    requests: Arc<Mutex<Vec<HttpRequest>>>,
    replies: Vec<Reply>,
}

impl FakeConnector {
    pub(crate) fn new(replies: &[Reply]) -> Self {
        Self { requests: Arc::default(), replies: replies.to_vec() }
    }

    pub(crate) fn aws(&self) -> Aws {
        self.aws_at("eu-west-1", EndpointVariant::default())
    }

    pub(crate) fn aws_at(&self, region: &'static str, variant: EndpointVariant) -> Aws {
        self.aws_with(AwsSettings {
            region: Region::new(region),
            credentials: SharedCredentialsProvider::new(Credentials::new(
                "hunter1",
                "hunter2",
                Some("hunter3".to_owned()),
                None,
                "test",
            )),
            sqs_url: None,
            secrets_manager_url: None,
            sts_url: None,
            variant,
        })
    }

    pub(crate) fn aws_with(&self, settings: AwsSettings) -> Aws {
        Aws::over(SharedHttpConnector::new(self.clone()), settings, DEADLINE)
    }

    /// Method and URL of each request.
    pub(crate) fn requests(&self) -> Vec<String> {
        let requests = self.requests.lock().expect("a lock");
        requests.iter().map(|request| format!("{} {}", request.method(), request.uri())).collect()
    }

    /// The JSON of each request.
    pub(crate) fn bodies(&self) -> Vec<Value> {
        self.texts().iter().map(|text| serde_json::from_str(text).expect("JSON")).collect()
    }

    /// A header of the request of this number.
    pub(crate) fn header(&self, request: usize, name: &str) -> Option<String> {
        let requests = self.requests.lock().expect("a lock");
        requests[request].headers().get(name).map(str::to_owned)
    }

    /// The body of each request.
    pub(crate) fn texts(&self) -> Vec<String> {
        let requests = self.requests.lock().expect("a lock");
        let body = |request: &HttpRequest| request.body().bytes().expect("in memory").to_vec();
        requests.iter().map(|request| String::from_utf8(body(request)).expect("text")).collect()
    }
}

impl HttpConnector for FakeConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let mut requests = self.requests.lock().expect("a lock");
        let reply = self.replies[requests.len().min(self.replies.len() - 1)];
        requests.push(request);
        HttpConnectorFuture::new(async move {
            match reply {
                Reply::Answer(status, body) => {
                    let status = status.try_into().expect("a status");
                    Ok(HttpResponse::new(status, SdkBody::from(body)))
                }
                Reply::Drop => {
                    Err(ConnectorError::io(io::Error::from(io::ErrorKind::ConnectionReset).into()))
                }
                Reply::Hang => std::future::pending().await,
            }
        })
    }
}

/// A message of a FIFO queue, whose body is its deduplication id too.
pub(crate) fn message(body: &str) -> QueueMessage {
    let fifo = FifoProperties { group_id: "group".to_owned(), deduplication_id: body.to_owned() };
    QueueMessage { body: body.to_owned(), attributes: Vec::new(), fifo: Some(fifo), trace_header: None }
}
