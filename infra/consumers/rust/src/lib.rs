//! A consumer of Hookpost's events. Put your code into `handle`.

mod consume;
mod handle;
mod state;

pub use consume::Consumer;

/// What a step reports when it fails. The message then stays on the queue.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// Credentials as every AWS tool finds them. The loop works in the Region of its queue, the function in its own.
pub async fn aws_config() -> aws_config::SdkConfig {
    use aws_smithy_http_client::{Builder, tls};
    // Of the two TLS libraries this one compiles faster.
    let ring = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring);
    let http = Builder::new().tls_provider(ring).build_https();
    let loader = aws_config::defaults(aws_config::BehaviorVersion::latest()).http_client(http);
    match queue_region() {
        Some(region) => loader.region(region).load().await,
        None => loader.load().await,
    }
}

/// What follows `sqs` in the host of the queue's URL.
fn queue_region() -> Option<aws_config::Region> {
    let url = std::env::var("EVENTS_QUEUE_URL").ok()?;
    let mut labels = url.split('/').nth(2)?.split('.');
    labels.find(|label| label.starts_with("sqs"))?;
    labels.next().map(|region| aws_config::Region::new(region.to_owned()))
}
