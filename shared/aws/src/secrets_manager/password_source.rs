//! Webhook passwords, as receivers read them.

use std::time::Duration;

use aws_sdk_secretsmanager::error::ProvideErrorMetadata as _;
use hookpost_core::auth::password::WebhookPassword;
use hookpost_core::integration::name::IntegrationName;
use hookpost_core::ports::{PasswordSource, PasswordSourceError, Urgency};
use hookpost_core::secrets::version::VersionStage;
use tokio::time::timeout;

use super::{Client, is_about_deletion, staging_label, webhook_secret};
use crate::error_text;

/// How long a delivery waits for the renewal of a password of which it has a copy, for each stage.
const RENEWAL_TIMEOUT: Duration = Duration::from_millis(800);

/// The secrets `{prefix}/{integration}/webhook`, each a JSON object `{"password": "…"}`.
#[derive(Clone, Debug)]
pub struct SecretsManagerPasswordSource {
    client: Client,
    prefix: String,
}

impl SecretsManagerPasswordSource {
    pub(crate) fn new(client: Client, prefix: String) -> Self {
        Self { client, prefix }
    }

    /// The error says what is wrong with the secret.
    async fn read(&self, id: &str, label: &str) -> Result<Option<WebhookPassword>, String> {
        match self.client.get_secret_value().secret_id(id).version_stage(label).send().await {
            Ok(output) => Ok(Some(webhook_secret::from_json(output.secret_string)?)),
            Err(error) if is_absent(error.code(), error.message()) => Ok(None),
            Err(error) => Err(error_text::of_call(&error)),
        }
    }
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
        let read = self.read(&id, label);
        let password = match urgency {
            Urgency::Needed => read.await,
            Urgency::Renewal => timeout(RENEWAL_TIMEOUT, read)
                .await
                .unwrap_or_else(|_| Err("no answer within 800 ms".to_owned())),
        };
        password
            .map_err(|problem| PasswordSourceError { detail: format!("secret `{id}` ({label}): {problem}") })
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
