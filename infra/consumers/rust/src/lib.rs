//! A consumer of Hookpost's events. Put your code into `handle`.

mod consume;
mod handle;
mod state;

pub use consume::Consumer;

/// What a step reports when it fails. The message then stays on the queue.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// Region and credentials as every AWS tool finds them. Of the two TLS libraries this one compiles faster.
pub async fn aws_config() -> aws_config::SdkConfig {
    use aws_smithy_http_client::{Builder, tls};
    let ring = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring);
    let http = Builder::new().tls_provider(ring).build_https();
    aws_config::defaults(aws_config::BehaviorVersion::latest()).http_client(http).load().await
}
