//! The two calls that are made: a password, and a batch of messages.

use std::fs;
use std::io;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use crate::http::Connection;
use crate::sign::{Call, Signer};
use crate::variable;

/// One message of a batch.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Entry<'a> {
    pub(crate) id: String,
    pub(crate) message_body: &'a str,
    pub(crate) message_attributes: Attributes<'a>,
    pub(crate) message_group_id: &'a str,
    pub(crate) message_deduplication_id: &'a str,
    pub(crate) message_system_attributes: Trace<'a>,
}

/// Names and values.
pub(crate) struct Attributes<'a>(pub(crate) &'a [(&'static str, String)]);

impl Serialize for Attributes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, Text::new(value))))
    }
}

#[derive(Serialize)]
pub(crate) struct Trace<'a> {
    #[serde(rename = "AWSTraceHeader")]
    pub(crate) header: Text<'a>,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Text<'a> {
    data_type: &'static str,
    pub(crate) string_value: &'a str,
}

impl<'a> Text<'a> {
    pub(crate) fn new(string_value: &'a str) -> Self {
        Self { data_type: "String", string_value }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Batch<'a> {
    queue_url: &'a str,
    entries: &'a [Entry<'a>],
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Sent<'a> {
    #[serde(borrow)]
    successful: Vec<Success<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Success<'a> {
    message_id: &'a str,
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

/// SQS and Secrets Manager. Connections are opened by the first call.
pub(crate) struct Aws {
    tls: Arc<ClientConfig>,
    sqs: Service,
    secrets_manager: Service,
    queue_url: String,
    prefix: String,
    batch: Vec<u8>,
}

struct Service {
    url: String,
    content_type: &'static str,
    signer: Signer,
    connection: Option<Connection>,
    request: Vec<u8>,
}

impl Aws {
    pub(crate) fn from_environment() -> io::Result<Self> {
        let service = |name: &'static str, url: &str, content_type| Service {
            url: variable(url),
            content_type,
            signer: Signer::new(
                name,
                &variable("AWS_REGION"),
                ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"].map(variable),
            ),
            connection: None,
            request: Vec::new(),
        };
        Ok(Self {
            tls: tls(&variable("LIMIT_ROOTS"))?,
            sqs: service("sqs", "AWS_ENDPOINT_URL_SQS", "application/x-amz-json-1.0"),
            secrets_manager: service(
                "secretsmanager",
                "AWS_ENDPOINT_URL_SECRETS_MANAGER",
                "application/x-amz-json-1.1",
            ),
            queue_url: variable("HOOKPOST_EVENTS_QUEUE_URL"),
            prefix: variable("HOOKPOST_SECRET_PREFIX"),
            batch: Vec::new(),
        })
    }

    pub(crate) fn tls(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.tls)
    }

    /// The digest of an integration's password, or `None` when there is none.
    pub(crate) fn password(&mut self, integration: &str) -> io::Result<Option<[u8; 32]>> {
        let prefix = &self.prefix;
        let body = format!(r#"{{"SecretId":"{prefix}/{integration}/webhook","VersionStage":"AWSCURRENT"}}"#);
        let answer =
            self.secrets_manager.call("secretsmanager.GetSecretValue", body.as_bytes(), &self.tls)?;
        if !answer.is_ok() {
            return Ok(None);
        }
        let secret: Secret = serde_json::from_slice(answer.body())?;
        let Password { password } = serde_json::from_str(&secret.secret_string)?;
        Ok(Some(Sha256::digest(password.as_bytes()).into()))
    }

    /// Sends at most ten messages; their ids.
    pub(crate) fn send(&mut self, entries: &[Entry<'_>]) -> io::Result<Vec<String>> {
        self.batch.clear();
        serde_json::to_writer(&mut self.batch, &Batch { queue_url: &self.queue_url, entries })?;
        let answer = self.sqs.call("AmazonSQS.SendMessageBatch", &self.batch, &self.tls)?;
        let sent: Sent<'_> = serde_json::from_slice(answer.body())?;
        if !answer.is_ok() || sent.successful.len() != entries.len() {
            return Err(io::Error::other("SQS did not take every message"));
        }
        Ok(sent.successful.into_iter().map(|success| success.message_id.to_owned()).collect())
    }
}

impl Service {
    fn call(&mut self, target: &str, body: &[u8], tls: &Arc<ClientConfig>) -> io::Result<&Connection> {
        let connection = match self.connection.take() {
            Some(connection) => self.connection.insert(connection),
            None => self.connection.insert(Connection::open(&self.url, tls)?),
        };
        let call = Call { host: &connection.host, target, content_type: self.content_type, body };
        self.signer.request(&call, &mut self.request);
        connection.exchange(&self.request)?;
        Ok(connection)
    }
}

/// Trusts the roots in a file and nobody else.
fn tls(roots: &str) -> io::Result<Arc<ClientConfig>> {
    let mut store = RootCertStore::empty();
    let text = fs::read_to_string(roots)?;
    for block in text.split("-----BEGIN CERTIFICATE-----").skip(1) {
        let base64: String = block.lines().take_while(|line| !line.starts_with('-')).collect();
        let der = STANDARD.decode(base64).map_err(io::Error::other)?;
        store.add(CertificateDer::from(der)).map_err(io::Error::other)?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(Arc::new(config.map_err(io::Error::other)?.with_root_certificates(store).with_no_client_auth()))
}
