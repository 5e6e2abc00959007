//! Configures TLS with `ring`. The HTTP client gets a complete configuration, so that it cannot use another provider.

use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::{ClientConfig, RootCertStore};

/// Certificates of authorities that the system does not know, such as that of a company.
#[derive(Clone, Debug, Default)]
pub struct CaBundle(Vec<CertificateDer<'static>>);

/// The file holds no authorities. The text names the file and what to do.
#[derive(Debug, thiserror::Error)]
pub enum BadCaBundle {
    /// The file cannot be read.
    #[error("{path} cannot be read: the layer needs a file `ca.pem` at its top ({source})")]
    Unreadable {
        /// The file.
        path: String,
        /// Why the file cannot be read.
        source: pem::Error,
    },
    /// The file has no certificate, or one that is not valid.
    #[error("{path} must hold the certificates of your authorities in PEM form, and nothing that is broken")]
    NoCertificates {
        /// The file.
        path: String,
    },
}

impl CaBundle {
    /// Reads a PEM file. What is not a certificate in it, such as comments, is ignored.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or one of its certificates cannot, or it has none.
    pub fn read(path: &str) -> Result<Self, BadCaBundle> {
        let unreadable = |source| BadCaBundle::Unreadable { path: path.to_owned(), source };
        let certificates = CertificateDer::pem_file_iter(path).map_err(unreadable)?;
        let certificates: Vec<_> = certificates.collect::<Result<_, _>>().map_err(unreadable)?;
        let mut roots = RootCertStore::empty();
        let is_usable = certificates.iter().all(|certificate| roots.add(certificate.clone()).is_ok());
        if certificates.is_empty() || !is_usable {
            return Err(BadCaBundle::NoCertificates { path: path.to_owned() });
        }
        Ok(Self(certificates))
    }
}

/// Trusts the system's root certificates, and those of `more`.
///
/// # Errors
///
/// When the system has none.
pub(crate) fn with_system_roots(more: &CaBundle) -> Result<ClientConfig, String> {
    let certificates = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (usable, _) = roots.add_parsable_certificates(certificates.certs);
    if usable == 0 {
        return Err("the system has no trusted certificates".to_owned());
    }
    roots.add_parsable_certificates(more.0.iter().cloned());
    config(roots)
}

/// Trusts no certificate, for a client that uses plain HTTP on the loopback interface only.
pub(crate) fn without_roots() -> Result<ClientConfig, String> {
    config(RootCertStore::empty())
}

fn config(roots: RootCertStore) -> Result<ClientConfig, String> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}
