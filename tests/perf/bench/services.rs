//! SQS and Secrets Manager for every contestant, over HTTP and over TLS.

use std::io::Result;
use std::net::{Ipv4Addr, SocketAddr};

use hookpost_harness::local_aws::{LocalAws, receiver_settings};
use hookpost_stand_in::canary::{PASSWORD, SESSION_TOKEN};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::certificates::Certificates;
use crate::contestant::scratch;
use crate::deliveries::INTEGRATION;

pub(crate) struct Services {
    pub(crate) aws: LocalAws,
    /// Base URLs of the same services.
    pub(crate) http: String,
    pub(crate) https: String,
    certificates: Certificates,
}

impl Services {
    pub(crate) async fn start() -> Self {
        let certificates = Certificates::create(&scratch()).expect("certificates can be made and written");
        let aws = LocalAws::start(PREFIX, INTEGRATION, PASSWORD).await;
        let address = serve_tls(certificates.server.clone(), aws.address()).await;
        let address = address.expect("a loopback port is free");
        Self { http: aws.endpoint(), https: format!("https://{address}"), aws, certificates }
    }

    /// What a contestant gets beside the variables that Lambda sets, with services at one of the base URLs.
    pub(crate) fn environment(&self, endpoint: &str) -> Vec<(&'static str, String)> {
        let Certificates { trust_store, authority, .. } = &self.certificates;
        let [trust_store, authority] = [trust_store, authority].map(|file| file.display().to_string());
        let mut environment = receiver_settings(endpoint, PREFIX);
        environment.extend([
            // As long as Lambda's, which is signed and sent with every call.
            ("AWS_SESSION_TOKEN", SESSION_TOKEN.repeat(10)),
            ("SSL_CERT_FILE", trust_store.clone()),
            ("AWS_CA_BUNDLE", trust_store),
            // In addition to the roots that are compiled into Node.
            ("NODE_EXTRA_CA_CERTS", authority),
            // Valgrind is some fifty times slower than the processor: no call may be made twice because it is late.
            ("HOOKPOST_DEADLINE_MILLISECONDS", "25000".to_owned()),
        ]);
        environment
    }
}

/// Passes what arrives over TLS at the returned address on to a server without TLS.
async fn serve_tls(tls: TlsAcceptor, server: SocketAddr) -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(relay(tls.clone(), client, server));
        }
    });
    Ok(address)
}

/// Ends with an error when a contestant ends in the middle of a handshake or a request.
async fn relay(tls: TlsAcceptor, client: TcpStream, server: SocketAddr) -> Result<()> {
    client.set_nodelay(true)?;
    let mut client = tls.accept(client).await?;
    let mut server = TcpStream::connect(server).await?;
    server.set_nodelay(true)?;
    tokio::io::copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

const PREFIX: &str = "hookpost";
