//! The services as the SDK knows them: its clients, built by hand on one connector, and its rules of where they are.

use std::sync::{Arc, LazyLock};

use aws_sdk_secretsmanager::config::endpoint::ResolveEndpoint as _;
use aws_sdk_sqs::config::endpoint::ResolveEndpoint as _;
use aws_sdk_sqs::config::retry::{RetryPartition, TokenBucket};
use aws_sdk_sqs::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::http::{SharedHttpConnector, http_client_fn};
use aws_types::SdkConfig;
use futures_util::FutureExt as _;

use crate::patience::Patience;

/// A client of the SDK, made when it is first used: a receiver for whom all goes well needs none.
pub(crate) type Lazy<C> = Arc<LazyLock<C, Box<dyn FnOnce() -> C + Send>>>;

/// What both clients have in common.
pub(crate) fn config(
    region: Region,
    credentials: Credentials,
    connector: SharedHttpConnector,
    patience: Patience,
) -> SdkConfig {
    SdkConfig::builder()
        // Pinned, so that an update of the SDK does not change how the product behaves.
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(region)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        // The same connector whatever settings a client asks for: they are ours for both.
        .http_client(http_client_fn(move |_, _| connector.clone()))
        .timeout_config(patience.timeouts())
        .retry_config(patience.retries())
        .build()
}

/// As many repeated tries as there is time for. The SDK's own budget is filled up by calls that succeed, of which it sees
/// few, so that it would run dry in a process that lives through an outage.
fn unbounded(service: &'static str) -> RetryPartition {
    RetryPartition::custom(service).token_bucket(TokenBucket::unlimited()).build()
}

pub(crate) fn sqs(config: &SdkConfig, url: Option<String>) -> Lazy<aws_sdk_sqs::Client> {
    let mut config = aws_sdk_sqs::config::Builder::from(config).retry_partition(unbounded("sqs"));
    config.set_endpoint_url(url);
    Arc::new(LazyLock::new(Box::new(|| aws_sdk_sqs::Client::from_conf(config.build()))))
}

pub(crate) fn secrets_manager(
    config: &SdkConfig,
    url: Option<String>,
) -> Lazy<aws_sdk_secretsmanager::Client> {
    let config = aws_sdk_secretsmanager::config::Builder::from(config);
    let mut config = config.retry_partition(unbounded("secretsmanager"));
    config.set_endpoint_url(url);
    Arc::new(LazyLock::new(Box::new(|| aws_sdk_secretsmanager::Client::from_conf(config.build()))))
}

/// `None` were the SDK's rules to need time for it, which they don't.
pub(crate) fn sqs_endpoint(region: &str) -> Option<String> {
    use aws_sdk_sqs::config::endpoint::{DefaultResolver, Params};
    let params = Params::builder().region(region).build().ok()?;
    let endpoint = DefaultResolver::new().resolve_endpoint(&params).now_or_never()?.ok()?;
    Some(endpoint.url().to_owned())
}

/// As [`sqs_endpoint`].
pub(crate) fn secrets_manager_endpoint(region: &str) -> Option<String> {
    use aws_sdk_secretsmanager::config::endpoint::{DefaultResolver, Params};
    let params = Params::builder().region(region).build().ok()?;
    let endpoint = DefaultResolver::new().resolve_endpoint(&params).now_or_never()?.ok()?;
    Some(endpoint.url().to_owned())
}
