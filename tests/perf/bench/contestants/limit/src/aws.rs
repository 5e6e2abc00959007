//! The two calls to AWS: read a password from Secrets Manager, send a batch of messages to SQS. Signature Version 4.

use std::io;
use std::sync::Arc;

use hmac::{Hmac, KeyInit as _, Mac as _};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::http::Connection;
use crate::variable;

/// A message of a batch.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Entry<'a> {
    pub(crate) id: String,
    pub(crate) message_body: String,
    pub(crate) message_attributes: Attributes<'a>,
    pub(crate) message_group_id: String,
    pub(crate) message_deduplication_id: String,
    pub(crate) message_system_attributes: SystemAttributes<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Attributes<'a> {
    pub(crate) r#type: Text<'a>,
    pub(crate) integration: Text<'a>,
    pub(crate) organization: Text<'a>,
    pub(crate) project: Text<'a>,
    pub(crate) repository: Text<'a>,
    pub(crate) r#ref: Text<'a>,
    pub(crate) action: Text<'a>,
    pub(crate) content_type: Text<'a>,
}

#[derive(Serialize)]
pub(crate) struct SystemAttributes<'a> {
    #[serde(rename = "AWSTraceHeader")]
    pub(crate) trace_header: Text<'a>,
}

/// An attribute's value.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Text<'a> {
    data_type: &'static str,
    string_value: &'a str,
}

pub(crate) fn text(string_value: &str) -> Text<'_> {
    Text { data_type: "String", string_value }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Batch<'a> {
    queue_url: &'a str,
    entries: &'a [Entry<'a>],
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BatchResult {
    successful: Vec<Success>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Success {
    message_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Secret {
    secret_string: String,
}

#[derive(Deserialize)]
struct Password {
    password: String,
}

/// SQS and Secrets Manager. The first call to each opens its connection.
pub(crate) struct Aws {
    pub(crate) tls: Arc<ClientConfig>,
    sqs: Service,
    secrets_manager: Service,
    queue_url: String,
    prefix: String,
}

impl Aws {
    pub(crate) fn from_environment() -> io::Result<Self> {
        Ok(Self {
            tls: trusting(&variable("SSL_CERT_FILE"))?,
            sqs: Service::new("sqs", "application/x-amz-json-1.0", "AWS_ENDPOINT_URL_SQS"),
            secrets_manager: Service::new(
                "secretsmanager",
                "application/x-amz-json-1.1",
                "AWS_ENDPOINT_URL_SECRETS_MANAGER",
            ),
            queue_url: variable("HOOKPOST_EVENTS_QUEUE_URL"),
            prefix: variable("HOOKPOST_SECRET_PREFIX"),
        })
    }

    /// The digest of an integration's password; `None` when there is none.
    pub(crate) fn password(&mut self, integration: &str) -> io::Result<Option<[u8; 32]>> {
        let prefix = &self.prefix;
        let body = format!(r#"{{"SecretId":"{prefix}/{integration}/webhook","VersionStage":"AWSCURRENT"}}"#);
        let response =
            self.secrets_manager.call("secretsmanager.GetSecretValue", body.as_bytes(), &self.tls)?;
        if !response.is_ok() {
            return Ok(None);
        }
        let Secret { secret_string } = serde_json::from_slice(response.body())?;
        let Password { password } = serde_json::from_str(&secret_string)?;
        Ok(Some(Sha256::digest(password.as_bytes()).into()))
    }

    /// Sends at most ten messages; returns their ids.
    pub(crate) fn send(&mut self, entries: &[Entry<'_>]) -> io::Result<impl Iterator<Item = String> + use<>> {
        let body = serde_json::to_vec(&Batch { queue_url: &self.queue_url, entries })?;
        let response = self.sqs.call("AmazonSQS.SendMessageBatch", &body, &self.tls)?;
        let BatchResult { successful } = serde_json::from_slice(response.body())?;
        if successful.len() != entries.len() {
            return Err(io::Error::other("SQS did not take every message"));
        }
        Ok(successful.into_iter().map(|success| success.message_id))
    }
}

struct Service {
    name: &'static str,
    content_type: &'static str,
    url: String,
    region: String,
    key_id: String,
    secret_key: String,
    token: String,
    /// The day for which `signing_key` was derived.
    day: String,
    signing_key: [u8; 32],
    connection: Option<Connection>,
}

impl Service {
    fn new(name: &'static str, content_type: &'static str, url: &str) -> Self {
        Self {
            name,
            content_type,
            url: variable(url),
            region: variable("AWS_REGION"),
            key_id: variable("AWS_ACCESS_KEY_ID"),
            secret_key: variable("AWS_SECRET_ACCESS_KEY"),
            token: variable("AWS_SESSION_TOKEN"),
            day: String::new(),
            signing_key: [0; 32],
            connection: None,
        }
    }

    fn call(&mut self, target: &str, body: &[u8], tls: &Arc<ClientConfig>) -> io::Result<&Connection> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => Connection::open(&self.url, tls)?,
        };
        connection.exchange(&self.signed(target, &connection.host, body))?;
        Ok(self.connection.insert(connection))
    }

    /// The whole request.
    fn signed(&mut self, target: &str, host: &str, body: &[u8]) -> Vec<u8> {
        let moment = moment();
        let day = &moment[..8];
        if self.day != day {
            let secret = format!("AWS4{}", self.secret_key);
            let parts = [day, &self.region, self.name, "aws4_request"];
            let first = hmac(secret.as_bytes(), parts[0]);
            self.signing_key = parts[1..].iter().fold(first, |key, part| hmac(&key, part));
            day.clone_into(&mut self.day);
        }
        let Self { name, content_type, region, key_id, token, signing_key, .. } = self;
        let canonical = format!(
            "POST\n/\n\ncontent-type:{content_type}\nhost:{host}\nx-amz-date:{moment}\nx-amz-security-token:{token}\n\
             x-amz-target:{target}\n\n{SIGNED}\n{}",
            hex::encode(Sha256::digest(body))
        );
        let scope = format!("{day}/{region}/{name}/aws4_request");
        let canonical = hex::encode(Sha256::digest(canonical.as_bytes()));
        let to_sign = format!("AWS4-HMAC-SHA256\n{moment}\n{scope}\n{canonical}");
        let signature = hex::encode(hmac(signing_key, &to_sign));
        let head = format!(
            "POST / HTTP/1.1\r\nhost: {host}\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n\
             x-amz-date: {moment}\r\nx-amz-security-token: {token}\r\nx-amz-target: {target}\r\n\
             authorization: AWS4-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders={SIGNED}, \
             Signature={signature}\r\n\r\n",
            body.len()
        );
        [head.as_bytes(), body].concat()
    }
}

fn hmac(key: &[u8], data: &str) -> [u8; 32] {
    // HMAC takes keys of any length.
    Hmac::<Sha256>::new_from_slice(key)
        .map_or([0; 32], |mac| mac.chain_update(data).finalize().into_bytes().into())
}

/// Now, as `20260302T155900Z`.
#[expect(clippy::disallowed_methods, reason = "a signature names the time")]
fn moment() -> String {
    jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Trusts the roots in a file and nobody else.
fn trusting(roots: &str) -> io::Result<Arc<ClientConfig>> {
    let mut store = RootCertStore::empty();
    for root in CertificateDer::pem_file_iter(roots).map_err(io::Error::other)? {
        store.add(root.map_err(io::Error::other)?).map_err(io::Error::other)?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(Arc::new(config.map_err(io::Error::other)?.with_root_certificates(store).with_no_client_auth()))
}

const SIGNED: &str = "content-type;host;x-amz-date;x-amz-security-token;x-amz-target";
