//! The two calls to AWS: read a password from Secrets Manager, send a batch of messages to SQS. Signature Version 4.

use std::collections::HashMap;
use std::sync::Arc;

use hmac::{Hmac, KeyInit as _, Mac as _};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::http::Connection;
use crate::push::Message;
use crate::{Result, variable};

/// SQS and Secrets Manager. The first call to each opens its connection.
pub(crate) struct Aws {
    pub(crate) tls: Arc<ClientConfig>,
    /// By the name of the service, as are the connections.
    urls: HashMap<&'static str, String>,
    connections: HashMap<&'static str, Connection>,
    queue_url: String,
    prefix: String,
    region: String,
    key_id: String,
    secret_key: String,
    token: String,
}

impl Aws {
    pub(crate) fn from_environment() -> Result<Self> {
        Ok(Self {
            tls: trusting(&variable("SSL_CERT_FILE"))?,
            urls: HashMap::from([
                ("sqs", variable("AWS_ENDPOINT_URL_SQS")),
                ("secretsmanager", variable("AWS_ENDPOINT_URL_SECRETS_MANAGER")),
            ]),
            connections: HashMap::new(),
            queue_url: variable("HOOKPOST_EVENTS_QUEUE_URL"),
            prefix: variable("HOOKPOST_SECRET_PREFIX"),
            region: variable("AWS_REGION"),
            key_id: variable("AWS_ACCESS_KEY_ID"),
            secret_key: variable("AWS_SECRET_ACCESS_KEY"),
            token: variable("AWS_SESSION_TOKEN"),
        })
    }

    /// The digest of an integration's password.
    pub(crate) fn password_digest(&mut self, integration: &str) -> Result<[u8; 32]> {
        let prefix = &self.prefix;
        let body = format!(r#"{{"SecretId":"{prefix}/{integration}/webhook","VersionStage":"AWSCURRENT"}}"#);
        let secret = self.call("secretsmanager", "1.1", "secretsmanager.GetSecretValue", &body)?;
        let value: Value = serde_json::from_str(secret["SecretString"].as_str().ok_or("no secret")?)?;
        Ok(Sha256::digest(value["password"].as_str().ok_or("no password")?).into())
    }

    /// Sends at most ten messages; returns SQS's entry for each.
    pub(crate) fn send(&mut self, messages: &[Message]) -> Result<Vec<Value>> {
        let entries: Vec<&str> = messages.iter().map(|message| &*message.entry).collect();
        let body = format!(r#"{{"QueueUrl":"{}","Entries":[{}]}}"#, self.queue_url, entries.join(","));
        match self.call("sqs", "1.0", "AmazonSQS.SendMessageBatch", &body)?["Successful"].take() {
            Value::Array(sent) if sent.len() == messages.len() => Ok(sent),
            _ => Err("SQS did not take every message".into()),
        }
    }

    /// Calls an operation in a version of AWS's JSON protocol.
    fn call(&mut self, service: &'static str, version: &str, target: &str, body: &str) -> Result<Value> {
        let mut connection = match self.connections.remove(service) {
            Some(connection) => connection,
            None => Connection::open(&self.urls[service], &self.tls)?,
        };
        connection.exchange(&self.signed(service, version, target, &connection.host, body))?;
        let output = serde_json::from_slice(connection.body())?;
        self.connections.insert(service, connection);
        Ok(output)
    }

    /// The whole request.
    fn signed(&self, service: &str, version: &str, target: &str, host: &str, body: &str) -> Vec<u8> {
        let Self { region, key_id, secret_key, token, .. } = self;
        let moment = moment();
        let day = &moment[..8];
        let key = [day, region, service, "aws4_request"]
            .iter()
            .fold(format!("AWS4{secret_key}").into_bytes(), |key, part| hmac(&key, part));
        let canonical = format!(
            "POST\n/\n\ncontent-type:application/x-amz-json-{version}\nhost:{host}\nx-amz-date:{moment}\n\
             x-amz-security-token:{token}\nx-amz-target:{target}\n\n{SIGNED}\n{}",
            hex::encode(Sha256::digest(body))
        );
        let scope = format!("{day}/{region}/{service}/aws4_request");
        let canonical = hex::encode(Sha256::digest(canonical));
        let signature = hex::encode(hmac(&key, &format!("AWS4-HMAC-SHA256\n{moment}\n{scope}\n{canonical}")));
        let length = body.len();
        let head = format!(
            "POST / HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/x-amz-json-{version}\r\n\
             content-length: {length}\r\nx-amz-date: {moment}\r\nx-amz-security-token: {token}\r\n\
             x-amz-target: {target}\r\nauthorization: AWS4-HMAC-SHA256 Credential={key_id}/{scope}, \
             SignedHeaders={SIGNED}, Signature={signature}\r\n\r\n"
        );
        [head.as_bytes(), body.as_bytes()].concat()
    }
}

fn hmac(key: &[u8], data: &str) -> Vec<u8> {
    // HMAC takes keys of any length.
    Hmac::<Sha256>::new_from_slice(key)
        .map_or_else(|_| Vec::new(), |mac| mac.chain_update(data).finalize().into_bytes().to_vec())
}

/// Now, as `20260302T155900Z`.
#[expect(clippy::disallowed_methods, reason = "a signature names the time")]
fn moment() -> String {
    jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Trusts the roots in a file and nobody else.
fn trusting(roots: &str) -> Result<Arc<ClientConfig>> {
    let mut store = RootCertStore::empty();
    for root in CertificateDer::pem_file_iter(roots)? {
        store.add(root?)?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(Arc::new(config.with_root_certificates(store).with_no_client_auth()))
}

const SIGNED: &str = "content-type;host;x-amz-date;x-amz-security-token;x-amz-target";
