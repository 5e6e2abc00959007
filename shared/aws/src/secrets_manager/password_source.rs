//! Webhook passwords and the published names of integrations, as receivers read them.

use std::time::Duration;

use aws_sdk_secretsmanager::error::ProvideErrorMetadata as _;
use hookpost_core::auth::password::WebhookPassword;
use hookpost_core::integration::name::IntegrationName;
use hookpost_core::integration::published_names::{PUBLISHED_NAMES_SECRET, PublishedNames};
use hookpost_core::ports::{PasswordSource, PasswordSourceError, Urgency};
use hookpost_core::secrets::version::VersionStage;
use tokio::time::timeout;

use super::{Client, is_about_deletion, staging_label, webhook_secret};
use crate::error_text;

/// How long a delivery waits for the renewal of a password of which it has a copy, for each stage, and for the names.
const RENEWAL_TIMEOUT: Duration = Duration::from_millis(800);

/// The secrets `{prefix}/{integration}/webhook`, each a JSON object `{"password": "…"}`, and the list
/// `{prefix}/integrations`.
#[derive(Clone, Debug)]
pub struct SecretsManagerPasswordSource {
    client: Client,
    prefix: String,
}

impl SecretsManagerPasswordSource {
    pub(crate) fn new(client: Client, prefix: String) -> Self {
        Self { client, prefix }
    }

    /// Reads a secret and parses its value. The error says what is wrong with the secret.
    async fn read<T>(
        &self,
        id: &str,
        label: &str,
        parse: impl FnOnce(Option<String>) -> Result<T, String>,
    ) -> Result<Option<T>, String> {
        match self.client.get_secret_value().secret_id(id).version_stage(label).send().await {
            Ok(output) => Ok(Some(parse(output.secret_string)?)),
            Err(error) if is_absent(error.code(), error.message()) => Ok(None),
            Err(error) => Err(error_text::of_call(&error)),
        }
    }
}

/// Waits for a renewal no longer than it may delay a delivery.
async fn renewal<T>(read: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    timeout(RENEWAL_TIMEOUT, read).await.unwrap_or_else(|_| Err("no answer within 800 ms".to_owned()))
}

impl PasswordSource for SecretsManagerPasswordSource {
    /// One `GetSecretValue`. A secret that is being deleted counts as absent: the integration was unlinked.
    ///
    /// Secrets Manager denies a role that may not read a secret even when the secret does not exist. So that a
    /// guessed name is `None` and not an error, the role must be allowed every name `{prefix}/*/webhook`, with and
    /// without the six random characters that AWS puts behind the name of a secret that exists.
    async fn fetch(
        &self,
        integration: &IntegrationName,
        stage: VersionStage,
        urgency: Urgency,
    ) -> Result<Option<WebhookPassword>, PasswordSourceError> {
        let id = format!("{}/{integration}/webhook", self.prefix);
        let label = staging_label(stage);
        let read = self.read(&id, label, |value| webhook_secret::from_json(value).map_err(str::to_owned));
        let password = match urgency {
            Urgency::Needed => read.await,
            Urgency::Renewal => renewal(read).await,
        };
        password
            .map_err(|problem| PasswordSourceError { detail: format!("secret `{id}` ({label}): {problem}") })
    }

    /// One `GetSecretValue`. As for the passwords, the role must be allowed the name in both forms.
    async fn names(&self) -> Result<Option<PublishedNames>, PasswordSourceError> {
        let id = format!("{}/{PUBLISHED_NAMES_SECRET}", self.prefix);
        let parse = |value: Option<String>| {
            PublishedNames::from_json(&value.unwrap_or_default()).map_err(|problem| problem.to_string())
        };
        let names = renewal(self.read(&id, staging_label(VersionStage::Current), parse)).await;
        names.map_err(|problem| PasswordSourceError { detail: format!("secret `{id}`: {problem}") })
    }
}

fn is_absent(code: Option<&str>, message: Option<&str>) -> bool {
    match code {
        Some("ResourceNotFoundException") => true,
        Some("InvalidRequestException") => message.is_some_and(is_about_deletion),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
