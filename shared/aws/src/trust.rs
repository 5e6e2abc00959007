//! Whom we believe to be AWS: Amazon's own roots, and should those not do, everybody whom the machine trusts. Why:
//! `infra/decisions/0008-amazon-roots.md`.

use std::error::Error;
use std::fmt;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

/// As text, with what each is in words before it.
const AMAZON_ROOTS: &str = include_str!("trust/amazon-roots.pem");

/// Whose certificates are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Roots {
    /// Amazon's, and the machine's where those do not do.
    AmazonFirst,
    /// The machine's, or those of the file that its environment names.
    Platform,
}

/// A pool of connections to AWS. TLS by `ring`, for the reasons in `infra/decisions/0001-ring.md`.
pub(crate) fn connector(roots: Roots, connect_timeout: Duration) -> SharedHttpConnector {
    let platform = move || believing(TrustStore::default(), connect_timeout);
    match roots {
        Roots::Platform => platform(),
        Roots::AmazonFirst => {
            let amazon = TrustStore::empty().with_pem_certificate(AMAZON_ROOTS);
            SharedHttpConnector::new(AmazonFirst::new(believing(amazon, connect_timeout), platform))
        }
    }
}

fn believing(roots: TrustStore, connect_timeout: Duration) -> SharedHttpConnector {
    let settings = HttpConnectorSettings::builder().connect_timeout(connect_timeout).build();
    let connector = Connector::builder().connector_settings(settings);
    let connector = connector.tls_provider(Provider::Rustls(CryptoMode::Ring));
    // A context of nothing but roots is always one.
    let context = TlsContext::builder().with_trust_store(roots).build().unwrap_or_default();
    SharedHttpConnector::new(connector.tls_context(context).build())
}

/// The first of two connectors, until its roots do not do; from then on the second.
struct AmazonFirst(Arc<State>);

struct State {
    amazon: SharedHttpConnector,
    platform: OnceLock<SharedHttpConnector>,
    make_platform: Box<dyn Fn() -> SharedHttpConnector + Send + Sync>,
    /// Amazon's roots have done once, so that no request has to be kept for a second try.
    have_done: AtomicBool,
}

impl AmazonFirst {
    fn new(
        amazon: SharedHttpConnector,
        make_platform: impl Fn() -> SharedHttpConnector + Send + Sync + 'static,
    ) -> Self {
        let (platform, have_done) = (OnceLock::new(), AtomicBool::new(false));
        Self(Arc::new(State { amazon, platform, make_platform: Box::new(make_platform), have_done }))
    }
}

impl fmt::Debug for AmazonFirst {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AmazonFirst").field("platform", &self.0.platform).finish_non_exhaustive()
    }
}

impl HttpConnector for AmazonFirst {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let state = Arc::clone(&self.0);
        if let Some(platform) = state.platform.get() {
            return platform.call(request);
        }
        let kept = if state.have_done.load(Ordering::Relaxed) { None } else { request.try_clone() };
        let answer = state.amazon.call(request);
        HttpConnectorFuture::new(async move {
            match answer.await {
                Err(error) if is_distrust(&error) => {
                    let platform = state.platform.get_or_init(&state.make_platform);
                    match kept {
                        Some(request) => platform.call(request).await,
                        None => Err(error),
                    }
                }
                answer => {
                    state.have_done.fetch_or(answer.is_ok(), Ordering::Relaxed);
                    answer
                }
            }
        })
    }
}

/// Whether TLS came to nothing. It tells so by data that is not valid, beneath errors of every layer above it.
fn is_distrust(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        next = match error.downcast_ref::<io::Error>() {
            Some(error) if error.kind() == io::ErrorKind::InvalidData => return true,
            // What it was made of is not its source, but has one.
            Some(error) => error.get_ref().map(|inner| inner as &(dyn Error + 'static)),
            None => error.source(),
        };
    }
    false
}

#[cfg(test)]
#[path = "trust_tests.rs"]
mod tests;
