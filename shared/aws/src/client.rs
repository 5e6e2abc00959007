//! The SDK's clients, built by hand on one shared connector.

use std::time::Duration;

use aws_sdk_secretsmanager::config::endpoint::ResolveEndpoint as _;
use aws_sdk_sqs::config::endpoint::ResolveEndpoint as _;
use aws_sdk_sqs::config::retry::RetryConfig;
use aws_sdk_sqs::config::timeout::TimeoutConfig;
use aws_sdk_sqs::config::{BehaviorVersion, Region, SharedHttpClient};
use aws_smithy_runtime_api::client::http::{HttpConnector as _, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::byte_stream::ByteStream;
use hookpost_core::setup::vault::SecretNames;

use crate::pass_queue::PassQueue;
use crate::password_source::SecretsManagerPasswords;
use crate::quarantine_reader::QuarantineReader;
use crate::queue::SqsQueue;
use crate::settings::AwsSettings;
use crate::signer::OwnSigV4;
use crate::trust;
use crate::vault::SecretsManagerVault;

/// Longest that [`Aws::warm`] takes. A connection not open by then is opened by the first delivery.
const WARM_TIMEOUT: Duration = Duration::from_secs(1);

/// Longest wait for a connection. Inside a Region one is open in a few milliseconds.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// First try, and two more.
const ATTEMPTS: u32 = 3;

/// Pauses between tries are random, below this doubled with each try and below [`BACKOFF_MAX`].
const BACKOFF_FIRST: Duration = Duration::from_millis(50);
const BACKOFF_MAX: Duration = Duration::from_millis(400);

/// SQS and Secrets Manager, reached over one pool of connections.
#[derive(Clone, Debug)]
pub struct Aws {
    sqs: aws_sdk_sqs::Client,
    secrets_manager: aws_sdk_secretsmanager::Client,
    connector: SharedHttpConnector,
    region: Region,
    sqs_url: Option<String>,
    secrets_manager_url: Option<String>,
}

impl Aws {
    /// Builds both clients for a receiver, which signs what it asks SQS itself: see `infra/decisions/0007-own-signature.md`.
    /// Otherwise as [`new`](Self::new).
    pub fn for_receiver(settings: AwsSettings, deadline: Duration) -> Self {
        let scheme = OwnSigV4::new(settings.region.clone());
        Self::build(settings, deadline, Some(scheme))
    }

    /// Builds both clients; nothing is sent yet.
    ///
    /// `deadline` is the time a whole delivery has. One call with its repeats gets three quarters of it and one
    /// try three eighths, so that a slow service is told apart from a slow function, and a try that hangs
    /// leaves time for another.
    pub fn new(settings: AwsSettings, deadline: Duration) -> Self {
        Self::build(settings, deadline, None)
    }

    fn build(settings: AwsSettings, deadline: Duration, scheme: Option<OwnSigV4>) -> Self {
        let connect = CONNECT_TIMEOUT.min(deadline / 4);
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(connect)
            .operation_attempt_timeout(deadline * 3 / 8)
            .operation_timeout(deadline * 3 / 4)
            .build();
        let retries = RetryConfig::standard()
            .with_max_attempts(ATTEMPTS)
            .with_initial_backoff(BACKOFF_FIRST)
            .with_max_backoff(BACKOFF_MAX);
        let connector = trust::connector(settings.roots, connect);
        let http = shared(connector.clone());
        let AwsSettings { region, credentials, sqs_url, secrets_manager_url, roots: _ } = settings;

        // Pinned, so that an update of the SDK does not change how the product behaves.
        let behaviour = BehaviorVersion::v2026_01_12();
        let mut sqs = aws_sdk_sqs::Config::builder()
            .behavior_version(behaviour)
            .region(region.clone())
            .credentials_provider(credentials.clone())
            .http_client(http.clone())
            .timeout_config(timeouts.clone())
            .retry_config(retries.clone());
        sqs.set_endpoint_url(sqs_url.clone());
        if let Some(scheme) = scheme {
            sqs = sqs.push_auth_scheme(scheme);
        }
        let mut secrets_manager = aws_sdk_secretsmanager::Config::builder()
            .behavior_version(behaviour)
            .region(region.clone())
            .credentials_provider(credentials)
            .http_client(http)
            .timeout_config(timeouts)
            .retry_config(retries);
        secrets_manager.set_endpoint_url(secrets_manager_url.clone());

        Self {
            sqs: aws_sdk_sqs::Client::from_conf(sqs.build()),
            secrets_manager: aws_sdk_secretsmanager::Client::from_conf(secrets_manager.build()),
            connector,
            region,
            sqs_url,
            secrets_manager_url,
        }
    }

    /// The queue with this URL.
    pub fn queue(&self, url: &str) -> SqsQueue {
        SqsQueue::new(self.sqs.clone(), url.to_owned())
    }

    /// The webhook passwords in the secrets `{prefix}/{integration}/webhook`.
    pub fn webhook_passwords(&self, prefix: &str) -> SecretsManagerPasswords {
        SecretsManagerPasswords::new(self.secrets_manager.clone(), prefix.to_owned())
    }

    /// The credentials of every integration, under these names. New secrets are tagged with the name of the stack.
    pub fn vault(&self, names: SecretNames, stack: &str) -> SecretsManagerVault {
        SecretsManagerVault::new(self.secrets_manager.clone(), names, stack.to_owned())
    }

    /// The right to watch, kept on the checkpoint queue with this URL.
    pub fn passes(&self, url: &str) -> PassQueue {
        PassQueue::new(self.sqs.clone(), url.to_owned())
    }

    /// The quarantine queue with this URL, to read.
    pub fn quarantine_reader(&self, url: &str) -> QuarantineReader {
        QuarantineReader::new(self.sqs.clone(), url.to_owned())
    }

    /// Opens a connection to each service, so that the first delivery does not wait for it; that is most of its
    /// time where Lambda grants little CPU. Takes at most a second, and failing does not matter.
    ///
    /// What is sent is a bare `GET /`, unsigned: no API call, so no entry in a trail and nothing to pay. That the
    /// services keep the connection open after answering it is an assumption; if they do not, what remains is the
    /// loaded trust store and a TLS session to resume.
    pub async fn warm(&self) {
        let sqs = async {
            let url = match &self.sqs_url {
                Some(url) => url.clone(),
                None => self.sqs_endpoint().await?,
            };
            self.open(&url).await
        };
        let secrets_manager = async {
            let url = match &self.secrets_manager_url {
                Some(url) => url.clone(),
                None => self.secrets_manager_endpoint().await?,
            };
            self.open(&url).await
        };
        let both = async { tokio::join!(sqs, secrets_manager) };
        // Neither the time running out nor a service out of reach is news: the first delivery will tell.
        drop(tokio::time::timeout(WARM_TIMEOUT, both).await);
    }

    /// Reads the answer to its end: only then does the connection go back to the pool.
    async fn open(&self, url: &str) -> Option<()> {
        let answer = self.connector.call(HttpRequest::get(url).ok()?).await.ok()?;
        ByteStream::new(answer.into_body()).collect().await.ok()?;
        Some(())
    }

    async fn sqs_endpoint(&self) -> Option<String> {
        use aws_sdk_sqs::config::endpoint::{DefaultResolver, Params};
        let params = Params::builder().region(self.region.as_ref()).build().ok()?;
        let endpoint = DefaultResolver::new().resolve_endpoint(&params).await.ok()?;
        Some(endpoint.url().to_owned())
    }

    async fn secrets_manager_endpoint(&self) -> Option<String> {
        use aws_sdk_secretsmanager::config::endpoint::{DefaultResolver, Params};
        let params = Params::builder().region(self.region.as_ref()).build().ok()?;
        let endpoint = DefaultResolver::new().resolve_endpoint(&params).await.ok()?;
        Some(endpoint.url().to_owned())
    }
}

/// Hands the same connector to every client whatever settings it asks for: they are ours for both.
fn shared(connector: SharedHttpConnector) -> SharedHttpClient {
    http_client_fn(move |_, _| connector.clone())
}
