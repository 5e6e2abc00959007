//! Servers with a certificate that no public authority signed.

use std::convert::Infallible;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use hookpost_azure_devops::{CaBundle, RestConnector, WaitLimits};
use hookpost_core::azure_devops::organization_url::{OrganizationUrl, Servers};
use hookpost_core::azure_devops::port::{AzureDevOps as _, OrganizationConnector as _};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::personal_access_token;

/// The authority of a company with this name.
fn authority(company: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::OrganizationName, company);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority")
}

/// Starts a server that has no repositories, with a certificate of this authority. Returns its URL.
async fn server(authority: &CertifiedIssuer<'static, KeyPair>) -> String {
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(["127.0.0.1".to_owned()]).expect("a name");
    let certificate = params.signed_by(&key, authority).expect("a certificate");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        )
        .expect("a configuration");
    let tls = TlsAcceptor::from(Arc::new(tls));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A client that does not trust the server ends the handshake.
            let Ok(stream) = tls.accept(stream).await else { continue };
            let respond = service_fn(async |_| {
                let body = Full::new(Bytes::from_static(br#"{"value":[]}"#));
                let response = hyper::Response::builder().header("content-type", "application/json");
                Ok::<_, Infallible>(response.body(body).expect("a response"))
            });
            let connection = hyper::server::conn::http1::Builder::new();
            tokio::spawn(connection.serve_connection(TokioIo::new(stream), respond));
        }
    });
    format!("https://127.0.0.1:{port}/tfs/Main")
}

/// A file with this text; the name must be unique among these tests.
fn file(name: &str, text: &str) -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).expect("written");
    path.display().to_string()
}

#[tokio::test]
async fn a_server_is_trusted_when_the_bundle_has_its_authority() {
    let (ours, other) = (authority("Contoso"), authority("Fabrikam"));
    let url = OrganizationUrl::parse(&server(&ours).await, Servers::Allowed).expect("a URL");
    let token = personal_access_token();
    let connector = RestConnector::new(None, WaitLimits::default());

    let both = format!("# Contoso's authorities\n{}{}", other.pem(), ours.pem());
    let bundle = CaBundle::read(&file("both.pem", &both)).expect("two authorities");
    let client = connector.clone().trusting(bundle).open(&url, &token).expect("a client");
    assert!(client.repositories().await.expect("trusted").is_empty());

    let bundle = CaBundle::read(&file("other.pem", &other.pem())).expect("an authority");
    for connector in [connector.clone(), connector.trusting(bundle)] {
        let client = connector.open(&url, &token).expect("a client");
        let error = client.repositories().await.expect_err("not trusted").to_string();
        assert!(error.contains("pass the authority in CaBundleLayerArn"), "{error}");
    }
}

#[test]
fn a_bundle_without_usable_certificates_says_what_the_layer_needs() {
    let missing = CaBundle::read("/opt/no-such-folder/ca.pem").expect_err("missing").to_string();
    assert!(missing.starts_with("/opt/no-such-folder/ca.pem cannot be read"), "{missing}");
    assert!(missing.contains("the layer needs a file `ca.pem` at its top"), "{missing}");
    let broken = authority("Contoso").pem().replace("MII", "AAA");
    for (name, text) in [("empty.pem", ""), ("der.pem", "no PEM"), ("broken.pem", &*broken)] {
        let error = CaBundle::read(&file(name, text)).expect_err(name).to_string();
        assert!(error.contains("certificates of your authorities in PEM form"), "{error}");
    }
}
