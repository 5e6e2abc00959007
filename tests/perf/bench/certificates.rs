//! A certificate authority of our own, a certificate for loopback, and a trust store as large as the one of Amazon Linux.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::TlsAcceptor;

/// Roots in `ca-certificates` of Amazon Linux 2023, give or take a few.
const ROOTS: usize = 145;

/// Length of a root's subject, so that a certificate has the average size of the real ones: 1.1 KB as DER.
const SUBJECT_CHARS: usize = 330;

pub(crate) struct Certificates {
    /// For a server on loopback.
    pub(crate) server: TlsAcceptor,
    /// A file with our authority alone.
    pub(crate) authority: PathBuf,
    /// A file with our authority behind as many others as a system trusts.
    pub(crate) trust_store: PathBuf,
}

impl Certificates {
    /// Makes new certificates, and writes those for clients into `folder`.
    pub(crate) fn create(folder: &Path) -> Result<Self, Box<dyn Error>> {
        let authority = CertifiedIssuer::self_signed(root("Loopback"), KeyPair::generate()?)?;
        let key = KeyPair::generate()?;
        let certificate = CertificateParams::new(["127.0.0.1".to_owned()])?.signed_by(&key, &authority)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let server = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone(), authority.der().clone()],
                PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            )?;
        let mut roots = String::new();
        for number in 1..ROOTS {
            let subject = format!("{number:03} {}", "x".repeat(SUBJECT_CHARS));
            // One key for all, because no other root is ever asked to sign.
            roots += &root(&subject).self_signed(&key)?.pem();
        }
        fs::create_dir_all(folder)?;
        let file = |name: &str, text: String| fs::write(folder.join(name), text).map(|()| folder.join(name));
        Ok(Self {
            server: TlsAcceptor::from(Arc::new(server)),
            authority: file("authority.pem", authority.pem())?,
            trust_store: file("trust-store.pem", roots + &authority.pem())?,
        })
    }
}

fn root(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    params
}
