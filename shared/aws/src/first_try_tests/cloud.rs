//! AWS, as far as a first try sees it.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use aws_sdk_sqs::config::{Credentials, Region};
use aws_smithy_runtime_api::client::connection::{CaptureSmithyConnection, ConnectionMetadata};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;

use super::DEADLINE;
use crate::client::Aws;
use crate::patience::Patience;
use crate::settings::AwsSettings;
use crate::trust::Roots;

/// What comes of a try.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fate {
    Answer(u16, &'static str),
    Dropped,
    Silence,
}

/// AWS: keeps what it is sent, and lets one fate after the other happen, the last again and again.
#[derive(Clone, Debug)]
pub(super) struct Cloud {
    heard: Arc<Mutex<Vec<HttpRequest>>>,
    pub(super) poisoned: Arc<AtomicUsize>,
    fates: Vec<Fate>,
}

impl Cloud {
    pub(super) fn new(fates: &[Fate]) -> Self {
        Self { heard: Arc::default(), poisoned: Arc::default(), fates: fates.to_vec() }
    }

    pub(super) fn aws(&self, credentials: Credentials) -> Aws {
        let settings = AwsSettings {
            region: Region::new("eu-west-1"),
            credentials,
            sqs_url: None,
            secrets_manager_url: None,
            roots: Roots::Platform,
        };
        Aws::over(SharedHttpConnector::new(self.clone()), settings, Patience::within(DEADLINE))
    }

    pub(super) fn heard(&self) -> Vec<HttpRequest> {
        std::mem::take(&mut *self.heard.lock().expect("a lock"))
    }
}

impl HttpConnector for Cloud {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let mut heard = self.heard.lock().expect("a lock");
        let fate = self.fates[heard.len().min(self.fates.len() - 1)];
        if let Some(capture) = request.extension::<CaptureSmithyConnection>() {
            let poisoned = Arc::clone(&self.poisoned);
            capture.set_connection_retriever(move || Some(connection(Arc::clone(&poisoned))));
        }
        heard.push(request);
        HttpConnectorFuture::new(async move {
            match fate {
                Fate::Answer(status, body) => {
                    let status = status.try_into().expect("a status");
                    Ok(HttpResponse::new(status, SdkBody::from(body)))
                }
                Fate::Dropped => {
                    Err(ConnectorError::io(io::Error::from(io::ErrorKind::ConnectionReset).into()))
                }
                Fate::Silence => std::future::pending().await,
            }
        })
    }
}

fn connection(poisoned: Arc<AtomicUsize>) -> ConnectionMetadata {
    let poison = move || {
        poisoned.fetch_add(1, Ordering::Relaxed);
    };
    ConnectionMetadata::builder().proxied(false).poison_fn(poison).build()
}
