use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::AtomicUsize;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::*;

const STRANGER: &str = include_str!("trust/stranger.pem");
const SECOND: Duration = Duration::from_secs(1);

/// Answers every request after a handshake with a certificate that nobody trusts.
fn stranger() -> SocketAddr {
    let chain = vec![CertificateDer::from_pem_slice(STRANGER.as_bytes()).expect("a certificate")];
    let key = PrivateKeyDer::from_pem_slice(STRANGER.as_bytes()).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.expect("versions").with_no_client_auth().with_single_cert(chain, key);
    let config = Arc::new(config.expect("a configuration"));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = rustls::ServerConnection::new(Arc::clone(&config)).expect("a connection");
            let mut stream = rustls::StreamOwned::new(connection, stream.expect("a stream"));
            // Mistrusted, it reads an alert instead of a request.
            if stream.read(&mut [0; 4096]).is_ok() {
                drop(stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n"));
            }
        }
    });
    address
}

#[derive(Debug)]
struct Fake {
    calls: Arc<AtomicUsize>,
    is_fine: bool,
}

impl HttpConnector for Fake {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        self.calls.fetch_add(1, Ordering::Relaxed);
        HttpConnectorFuture::ready(if self.is_fine {
            Ok(HttpResponse::new(200_u16.try_into().expect("a status"), SdkBody::empty()))
        } else {
            Err(ConnectorError::io(io::Error::from(io::ErrorKind::ConnectionRefused).into()))
        })
    }
}

fn fake(is_fine: bool) -> (SharedHttpConnector, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    (SharedHttpConnector::new(Fake { calls: Arc::clone(&calls), is_fine }), calls)
}

async fn call(connector: &impl HttpConnector, url: &str) -> Option<u16> {
    let answer = connector.call(HttpRequest::get(url).expect("a request")).await;
    answer.ok().map(|answer| answer.status().as_u16())
}

#[test]
fn amazons_roots_are_all_there() {
    let roots: Vec<_> = CertificateDer::pem_slice_iter(AMAZON_ROOTS.as_bytes()).collect();
    assert_eq!(roots.len(), 5);
    let mut store = rustls::RootCertStore::empty();
    for root in roots {
        let root = root.expect("a certificate");
        let print = format!("{:?}", ring::digest::digest(&ring::digest::SHA256, &root));
        let print = print.strip_prefix("SHA256:").expect("its kind").to_owned();
        assert!(AMAZON_ROOTS.contains(&print), "{print}");
        store.add(root).expect("a root");
    }
}

#[tokio::test]
async fn whom_amazon_does_not_vouch_for_is_left_to_the_machine() {
    let url = format!("https://{}/", stranger());
    let amazon = believing(TrustStore::empty().with_pem_certificate(AMAZON_ROOTS), SECOND);
    let (platform, calls) = fake(true);
    let connector = AmazonFirst::new(amazon, move || platform.clone());
    for expected in 1..=2 {
        assert_eq!(call(&connector, &url).await, Some(200));
        assert_eq!(calls.load(Ordering::Relaxed), expected);
    }
}

#[tokio::test]
async fn a_stranger_is_believed_by_nobody() {
    let url = format!("https://{}/", stranger());
    for roots in [Roots::AmazonFirst, Roots::Platform] {
        assert_eq!(call(&connector(roots, SECOND), &url).await, None, "{roots:?}");
    }
}

#[tokio::test]
async fn neither_success_nor_an_outage_makes_the_machine_asked() {
    for (is_fine, expected) in [(true, Some(200)), (false, None)] {
        let (amazon, _) = fake(is_fine);
        let (platform, calls) = fake(true);
        let connector = AmazonFirst::new(amazon, move || platform.clone());
        assert_eq!(call(&connector, "https://h/").await, expected);
        assert_eq!(calls.load(Ordering::Relaxed), 0);
    }
}
