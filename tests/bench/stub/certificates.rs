//! An authority of our own, a certificate for loopback, and a trust store as large as the one of Amazon Linux.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;

/// So many roots are in `ca-certificates` of Amazon Linux 2023, give or take a few.
const ROOTS: usize = 145;

/// So many has Amazon Trust Services. A receiver has them in its binary and reads no others, unless it is told to, as it has
/// to be here: nobody can sign as Amazon.
const ROOTS_OF_AMAZON: usize = 5;

/// A root's subject, made long, so that a certificate has the average size of the real ones: 1.1 KB as DER.
const SUBJECT_CHARS: usize = 330;

/// What a TLS server needs, and what its clients are to trust.
#[derive(Debug)]
pub(crate) struct Certificates {
    pub(crate) server: Arc<ServerConfig>,
    /// Our authority alone.
    pub(crate) authority: PathBuf,
    /// Our authority, behind as many others as a system has.
    pub(crate) trust_store: PathBuf,
    /// Our authority, behind as many others as Amazon has.
    pub(crate) as_amazon: PathBuf,
}

impl Certificates {
    /// Makes new ones, and writes what clients read into `folder`.
    pub(crate) fn make(folder: &Path) -> io::Result<Self> {
        make(folder).map_err(io::Error::other)
    }
}

fn make(folder: &Path) -> Result<Certificates, Box<dyn std::error::Error + Send + Sync>> {
    let authority = CertifiedIssuer::self_signed(root("Loopback"), KeyPair::generate()?)?;
    let key = KeyPair::generate()?;
    let certificate = CertificateParams::new(["127.0.0.1".to_owned(), "localhost".to_owned()])?
        .signed_by(&key, &authority)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let server = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone(), authority.der().clone()],
            PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        )?;
    let behind = |others: usize| -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        let mut all = String::new();
        for number in 1..others {
            let name = format!("{number:03} {}", "x".repeat(SUBJECT_CHARS));
            // One key for all: nobody is ever asked to sign with it.
            write!(all, "{}", root(&name).self_signed(&key)?.pem())?;
        }
        Ok(all + &authority.pem())
    };
    fs::create_dir_all(folder)?;
    let written = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).map(|()| path)
    };
    Ok(Certificates {
        server: Arc::new(server),
        authority: written("authority.pem", &authority.pem())?,
        trust_store: written("trust-store.pem", &behind(ROOTS)?)?,
        as_amazon: written("as-amazon.pem", &behind(ROOTS_OF_AMAZON)?)?,
    })
}

fn root(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    params
}
