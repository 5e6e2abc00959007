//! The clients of SQS, Secrets Manager and STS, and the adapters made from them.

mod redacted;
mod sdk_config;

use std::fmt;
use std::time::Duration;

use aws_sdk_sqs::config::Region;
use aws_smithy_runtime_api::client::http::{HttpConnector as _, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::byte_stream::ByteStream;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use futures_util::future::join_all;
use hookpost_core::secrets::name::SecretNames;

pub(crate) use self::redacted::Redacted;
use crate::cloudformation::CloudFormationResponses;
use crate::secrets_manager::{
    self, SecretsManagerPasswordSource, SecretsManagerStore, SecretsManagerToolCredentials,
};
use crate::settings::{AwsSettings, EndpointVariant};
use crate::sqs::{self, SqsCheckpointQueue, SqsDeliveryQueue, SqsQueue, SqsReceiver};
use crate::sts::StsRoleIdentity;

/// SQS, Secrets Manager and STS, over one pool of connections.
#[derive(Clone)]
pub struct Aws {
    sqs: sqs::Client,
    secrets_manager: secrets_manager::Client,
    config: SdkConfig,
    connector: SharedHttpConnector,
    timeouts: TimeoutConfig,
    region: Region,
    variant: EndpointVariant,
    sqs_url: Option<String>,
    secrets_manager_url: Option<String>,
    sts_url: Option<String>,
}

impl Aws {
    /// Makes the clients and loads the machine's trust store. Sends nothing. `deadline` is the time for a whole delivery.
    pub fn new(settings: AwsSettings, deadline: Duration) -> Self {
        Self::over(sdk_config::connector(deadline), settings, deadline)
    }

    /// As [`Aws::new`], with requests sent through `connector`.
    pub(crate) fn over(connector: SharedHttpConnector, settings: AwsSettings, deadline: Duration) -> Self {
        let AwsSettings { region, credentials, sqs_url, secrets_manager_url, sts_url, variant } = settings;
        let timeouts = sdk_config::timeouts(deadline);
        let config =
            sdk_config::sdk_config(region.clone(), variant, credentials, connector.clone(), timeouts.clone());
        let mut sqs = aws_sdk_sqs::config::Builder::from(&config);
        sqs.set_endpoint_url(sqs_url.clone());
        let mut secrets_manager = aws_sdk_secretsmanager::config::Builder::from(&config);
        secrets_manager.set_endpoint_url(secrets_manager_url.clone());
        Self {
            sqs: Redacted(aws_sdk_sqs::Client::from_conf(sqs.build())),
            secrets_manager: Redacted(aws_sdk_secretsmanager::Client::from_conf(secrets_manager.build())),
            config,
            connector,
            timeouts,
            region,
            variant,
            sqs_url,
            secrets_manager_url,
            sts_url,
        }
    }

    /// The queue with this URL.
    pub fn queue(&self, url: &str) -> SqsQueue {
        SqsQueue::new(self.sqs.clone(), url.to_owned())
    }

    /// The webhook passwords in the secrets `{prefix}/{integration}/webhook`.
    pub fn webhook_passwords(&self, prefix: &str) -> SecretsManagerPasswordSource {
        SecretsManagerPasswordSource::new(self.secrets_manager.clone(), prefix.to_owned())
    }

    /// The credentials of every integration, under these names. New secrets are tagged with the name of the stack.
    pub fn secret_store(&self, names: SecretNames, stack: &str) -> SecretsManagerStore {
        SecretsManagerStore::new(self.secrets_manager.clone(), names, stack.to_owned())
    }

    /// The lease and the checkpoints of `watch`, on the FIFO queue with this URL.
    pub fn checkpoint_queue(&self, url: &str) -> SqsCheckpointQueue {
        SqsCheckpointQueue::new(&self.sqs, url)
    }

    /// The queue with this URL, for reading.
    pub fn receiver(&self, url: &str) -> SqsReceiver {
        SqsReceiver::new(self.sqs.clone(), url.to_owned())
    }

    /// The queue of raw deliveries with this URL, for a relay.
    pub fn deliveries(&self, url: &str) -> SqsDeliveryQueue {
        SqsDeliveryQueue::new(self.sqs.clone(), url)
    }

    /// The credentials of tools.
    pub fn tool_credentials(&self) -> SecretsManagerToolCredentials {
        SecretsManagerToolCredentials::new(self.secrets_manager.clone())
    }

    /// The role of this function. The client is made here, since receivers need none.
    pub fn role_identity(&self) -> StsRoleIdentity {
        let mut sts = aws_sdk_sts::config::Builder::from(&self.config);
        sts.set_endpoint_url(self.sts_url.clone());
        StsRoleIdentity::new(aws_sdk_sts::Client::from_conf(sts.build()))
    }

    /// What sends answers to CloudFormation.
    pub fn cloudformation_responses(&self) -> CloudFormationResponses {
        CloudFormationResponses::new(self.connector.clone())
    }

    /// Opens a connection to SQS for each queue that a delivery is sent to at once, and one to Secrets Manager, so that the
    /// first delivery does not wait for them; that is most of its time where Lambda grants little CPU. Takes at most the
    /// connect timeout. Failures are ignored: the first delivery connects again and reports them.
    ///
    /// Each service gets a bare `GET /`, unsigned: no API call, so no entry in `CloudTrail` and nothing to pay. That the
    /// services keep the connection open after their answer is an assumption; if they do not, a TLS session to resume
    /// remains.
    pub async fn warm(&self, queues: usize) {
        let sqs = || self.open(sqs::endpoint(&self.region, self.variant, self.sqs_url.clone()));
        let sqs = join_all((0..queues).map(|_| sqs()));
        let secrets_manager = self.open(secrets_manager::endpoint(
            &self.region,
            self.variant,
            self.secrets_manager_url.clone(),
        ));
        let both = async { tokio::join!(sqs, secrets_manager) };
        drop(tokio::time::timeout(self.timeouts.connect_timeout().unwrap_or_default(), both).await);
    }

    /// Reads the answer to its end: only then does the connection go back to the pool.
    async fn open(&self, url: impl Future<Output = Option<String>>) -> Option<()> {
        let response = self.connector.call(HttpRequest::get(url.await?).ok()?).await.ok()?;
        ByteStream::new(response.into_body()).collect().await.ok()?;
        Some(())
    }
}

impl fmt::Debug for Aws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aws").field("region", &self.region).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
