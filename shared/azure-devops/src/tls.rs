//! TLS by `ring`, handed to the HTTP client ready made, so that no other provider can come in.

use std::sync::Arc;

use hookpost_core::azure_devops::error::RestError;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};

/// Trusts what the system trusts.
pub(crate) fn trusting_the_system() -> Result<ClientConfig, RestError> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (usable, _) = roots.add_parsable_certificates(found.certs);
    if usable == 0 {
        return Err(unreachable("the system has no trusted certificates"));
    }
    config(roots)
}

/// Trusts nobody: for a client that speaks plain HTTP on this machine only.
pub(crate) fn trusting_nobody() -> Result<ClientConfig, RestError> {
    config(RootCertStore::empty())
}

fn config(roots: RootCertStore) -> Result<ClientConfig, RestError> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| unreachable(&error.to_string()))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

fn unreachable(detail: &str) -> RestError {
    RestError::Unreachable { detail: detail.to_owned() }
}
