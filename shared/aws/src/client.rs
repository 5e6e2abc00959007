//! What Hookpost needs of AWS, by name.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_sqs::config::{Credentials, Region};
use aws_smithy_runtime_api::client::http::{HttpConnector as _, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::byte_stream::ByteStream;
use hookpost_core::setup::vault::SecretNames;

use crate::first_try::FirstTry;
use crate::pass_queue::PassQueue;
use crate::password_source::SecretsManagerPasswords;
use crate::patience::Patience;
use crate::quarantine_reader::QuarantineReader;
use crate::queue::SqsQueue;
use crate::services::{self, Lazy};
use crate::settings::AwsSettings;
use crate::signature::Service;
use crate::trust;
use crate::vault::SecretsManagerVault;

/// SQS and Secrets Manager, reached over one pool of connections.
#[derive(Clone)]
pub struct Aws {
    sqs: Lazy<aws_sdk_sqs::Client>,
    sqs_url: Option<String>,
    secrets_manager: Lazy<aws_sdk_secretsmanager::Client>,
    secrets_manager_url: Option<String>,
    connector: SharedHttpConnector,
    credentials: Credentials,
    region: Region,
    patience: Patience,
}

impl Aws {
    /// Nothing is sent yet. `deadline` is the time a whole delivery has.
    pub fn new(settings: AwsSettings, deadline: Duration) -> Self {
        let patience = Patience::within(deadline);
        Self::over(trust::connector(settings.roots, patience.connect), settings, patience)
    }

    pub(crate) fn over(connector: SharedHttpConnector, settings: AwsSettings, patience: Patience) -> Self {
        let AwsSettings { region, credentials, sqs_url, secrets_manager_url, roots: _ } = settings;
        let config = services::config(region.clone(), credentials.clone(), connector.clone(), patience);
        Self {
            sqs: services::sqs(&config, sqs_url.clone()),
            sqs_url: sqs_url.or_else(|| services::sqs_endpoint(region.as_ref())),
            secrets_manager: services::secrets_manager(&config, secrets_manager_url.clone()),
            secrets_manager_url: secrets_manager_url
                .or_else(|| services::secrets_manager_endpoint(region.as_ref())),
            connector,
            credentials,
            region,
            patience,
        }
    }

    /// The queue with this URL.
    pub fn queue(&self, url: &str) -> SqsQueue {
        SqsQueue::new(Arc::clone(&self.sqs), None, url.to_owned())
    }

    /// The queue with this URL, for a process that sends to it all the time: the first try of a batch goes past the SDK, see
    /// `infra/decisions/0009-first-try.md`.
    pub fn busy_queue(&self, url: &str) -> SqsQueue {
        let first_try = self.first_try(Service::Sqs, self.sqs_url.as_deref());
        SqsQueue::new(Arc::clone(&self.sqs), first_try, url.to_owned())
    }

    /// The webhook passwords in the secrets `{prefix}/{integration}/webhook`, first asked for past the SDK.
    pub fn webhook_passwords(&self, prefix: &str) -> SecretsManagerPasswords {
        let first_try = self.first_try(Service::SecretsManager, self.secrets_manager_url.as_deref());
        SecretsManagerPasswords::new(Arc::clone(&self.secrets_manager), first_try, prefix.to_owned())
    }

    /// The credentials of every integration, under these names. New secrets are tagged with the name of the stack.
    pub fn vault(&self, names: SecretNames, stack: &str) -> SecretsManagerVault {
        SecretsManagerVault::new((**self.secrets_manager).clone(), names, stack.to_owned())
    }

    /// The right to watch, kept on the checkpoint queue with this URL.
    pub fn passes(&self, url: &str) -> PassQueue {
        PassQueue::new((**self.sqs).clone(), url.to_owned())
    }

    /// The quarantine queue with this URL, to read.
    pub fn quarantine_reader(&self, url: &str) -> QuarantineReader {
        QuarantineReader::new((**self.sqs).clone(), url.to_owned())
    }

    /// Opens a connection to each service, so that the first delivery does not wait for it; that is most of its
    /// time where Lambda grants little CPU. Takes at most as long as a connection may, and failing does not matter.
    ///
    /// What is sent is a bare `GET /`, unsigned: no API call, so no entry in a trail and nothing to pay. That the
    /// services keep the connection open after answering it is an assumption; if they do not, what remains is the
    /// loaded trust store and a TLS session to resume.
    pub async fn warm(&self) {
        let sqs = self.open(self.sqs_url.as_deref());
        let secrets_manager = self.open(self.secrets_manager_url.as_deref());
        let both = async { tokio::join!(sqs, secrets_manager) };
        // Neither the time running out nor a service out of reach is news: the first delivery will tell.
        drop(tokio::time::timeout(self.patience.connect, both).await);
    }

    /// Reads the answer to its end: only then does the connection go back to the pool.
    async fn open(&self, url: Option<&str>) -> Option<()> {
        let answer = self.connector.call(HttpRequest::get(url?).ok()?).await.ok()?;
        ByteStream::new(answer.into_body()).collect().await.ok()?;
        Some(())
    }

    fn first_try(&self, service: Service, url: Option<&str>) -> Option<Arc<FirstTry>> {
        let (connector, credentials) = (self.connector.clone(), self.credentials.clone());
        let region = self.region.as_ref();
        FirstTry::new(service, connector, credentials, region, url?, self.patience).map(Arc::new)
    }
}

impl fmt::Debug for Aws {
    /// Without the credentials and the clients, whose own output shows an id of them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aws").field("region", &self.region).finish_non_exhaustive()
    }
}
