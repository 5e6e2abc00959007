//! Configures TLS with `ring`. The HTTP client gets a complete configuration, so that it cannot use another provider.

use std::sync::Arc;

use hookpost_core::azure_devops::error::RestError;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};

use crate::error::unreachable;

/// Trusts the system's root certificates.
///
/// # Errors
///
/// When the system has none.
pub(crate) fn with_system_roots() -> Result<ClientConfig, RestError> {
    let certificates = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (usable, _) = roots.add_parsable_certificates(certificates.certs);
    if usable == 0 {
        return Err(unreachable("the system has no trusted certificates"));
    }
    config(roots)
}

/// Trusts no certificate, for a client that uses plain HTTP on the loopback interface only.
pub(crate) fn without_roots() -> Result<ClientConfig, RestError> {
    config(RootCertStore::empty())
}

fn config(roots: RootCertStore) -> Result<ClientConfig, RestError> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| unreachable(error.to_string()))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}
