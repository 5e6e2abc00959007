//! The credentials of AWS where there is no Lambda: of the environment, a profile, a pod, a task or a machine, in the order
//! of every tool of AWS.

use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::provider_config::ProviderConfig;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use hookpost_aws::SharedCredentialsProvider;

/// A provider that renews what expires. It finds nothing yet.
pub(crate) async fn provider() -> SharedCredentialsProvider {
    // TLS by `ring`: see infra/decisions/0001-ring.md.
    let http = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let config = ProviderConfig::default().with_http_client(http);
    SharedCredentialsProvider::new(DefaultCredentialsChain::builder().configure(config).build().await)
}
