//! The configuration that the clients share.

use std::time::Duration;

use aws_sdk_sqs::config::retry::RetryConfig;
use aws_sdk_sqs::config::timeout::TimeoutConfig;
use aws_sdk_sqs::config::{
    BehaviorVersion, Region, SharedCredentialsProvider, StalledStreamProtectionConfig,
};
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::http::{HttpConnectorSettings, SharedHttpConnector, http_client_fn};
use aws_types::SdkConfig;

use crate::settings::EndpointVariant;

/// Longest wait for a connection. Inside a Region one is open in a few milliseconds.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// Tries of one call, the first included.
const ATTEMPTS: u32 = 3;

/// Bounds of the random pause between two tries, which the SDK doubles with each try.
const BACKOFF_FIRST: Duration = Duration::from_millis(50);
const BACKOFF_MAX: Duration = Duration::from_millis(400);

/// A pool of connections. TLS by `ring`, for the reasons in `infra/decisions/0001-ring.md`, with the machine's trust store,
/// or that of `SSL_CERT_FILE` and `SSL_CERT_DIR`.
pub(crate) fn connector(deadline: Duration) -> SharedHttpConnector {
    let settings = HttpConnectorSettings::builder().connect_timeout(connect_timeout(deadline)).build();
    let connector = Connector::builder().connector_settings(settings);
    SharedHttpConnector::new(connector.tls_provider(Provider::Rustls(CryptoMode::Ring)).build())
}

/// Time limits of one call for a delivery with this deadline. A call with its retries gets three quarters of it and one
/// try three eighths: a try that hangs leaves time for another, and a slow service leaves time to answer 503.
pub(crate) fn timeouts(deadline: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(connect_timeout(deadline))
        .operation_attempt_timeout(deadline * 3 / 8)
        .operation_timeout(deadline * 3 / 4)
        .build()
}

fn connect_timeout(deadline: Duration) -> Duration {
    CONNECT_TIMEOUT.min(deadline / 4)
}

pub(crate) fn sdk_config(
    region: Region,
    variant: EndpointVariant,
    credentials: SharedCredentialsProvider,
    connector: SharedHttpConnector,
    timeouts: TimeoutConfig,
) -> SdkConfig {
    let retries = RetryConfig::standard().with_max_attempts(ATTEMPTS);
    SdkConfig::builder()
        // Pinned, so that an update of the SDK does not change how the product behaves.
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(region)
        .use_fips(variant.fips)
        .use_dual_stack(variant.dual_stack)
        .credentials_provider(credentials)
        // The same connector whatever settings a client asks for, so that all clients share its pool.
        .http_client(http_client_fn(move |_, _| connector.clone()))
        .timeout_config(timeouts)
        .retry_config(retries.with_initial_backoff(BACKOFF_FIRST).with_max_backoff(BACKOFF_MAX))
        // The limit of a try covers reading the answer, so watching the stream as well is work for nothing.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .build()
}
