//! Webhook passwords in Secrets Manager.

mod wire;

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_secretsmanager::error::ProvideErrorMetadata as _;
use aws_sdk_secretsmanager::{Client, config};
use hookpost_core::integration::IntegrationName;
use hookpost_core::password::WebhookPassword;
use hookpost_core::port::{PasswordSource, PasswordSourceError, Stage, Urgency};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, timeout};
use zeroize::Zeroizing;

use crate::failure;
use crate::first_try::{Answer, FirstTry};
use crate::patience::Patience;
use crate::services::Lazy;

/// How long a delivery waits for a password that it can do without, stage by stage.
const RENEWAL_TIMEOUT: Duration = Duration::from_millis(800);

/// The secrets `{prefix}/{integration}/webhook`, each a JSON object `{"password": "…"}`.
#[derive(Clone, Debug)]
pub struct SecretsManagerPasswords {
    client: Lazy<Client>,
    first_try: Option<Arc<FirstTry>>,
    prefix: String,
}

/// The password, if there is one, or in words what is wrong.
type Found = Result<Option<WebhookPassword>, String>;

impl SecretsManagerPasswords {
    /// The client is asked what the first try does not settle.
    pub(crate) fn new(client: Lazy<Client>, first_try: Option<Arc<FirstTry>>, prefix: String) -> Self {
        Self { client, first_try, prefix }
    }

    async fn read(&self, id: &str, label: &str) -> Found {
        let began = Instant::now();
        let Some(first_try) = &self.first_try else { return self.by_sdk(id, label, None).await };
        match at_once(first_try, id, label).await {
            Some(found) => found,
            None => self.by_sdk(id, label, Some(first_try.patience_left(began).await)).await,
        }
    }

    /// Asks with this patience, or else with the client's own.
    async fn by_sdk(&self, id: &str, label: &str, patience: Option<Patience>) -> Found {
        let request = self.client.get_secret_value().secret_id(id).version_stage(label);
        let config = patience.map(|patience| {
            config::Builder::new().timeout_config(patience.timeouts()).retry_config(patience.retries())
        });
        match request.customize().config_override(config.unwrap_or_default()).send().await {
            Ok(output) => password(output.secret_string).map(Some).map_err(str::to_owned),
            Err(error) if is_absent(error.code(), error.message()) => Ok(None),
            Err(error) => Err(failure::describe(&error)),
        }
    }
}

/// `None` for everything but a secret that is there or is not.
async fn at_once(first_try: &FirstTry, id: &str, label: &str) -> Option<Found> {
    let body = serde_json::to_vec(&wire::Request { secret_id: id, version_stage: label }).ok()?;
    let Answer { status, body } = first_try.call(wire::TARGET, body).await?;
    if status == 200 {
        let secret: wire::Secret = serde_json::from_slice(&body).ok()?;
        return Some(password(secret.secret_string).map(Some).map_err(str::to_owned));
    }
    // 400, says AWS's documentation, and 404 is what others make of it. With 5xx nothing is settled.
    if !(400..500).contains(&status) {
        return None;
    }
    let refusal: wire::Refusal = serde_json::from_slice(&body).ok()?;
    is_absent(refusal.code.as_deref(), refusal.message.as_deref()).then_some(Ok(None))
}

impl PasswordSource for SecretsManagerPasswords {
    /// One `GetSecretValue`. A secret that waits for its deletion counts as absent: the integration was unlinked.
    ///
    /// A role that may not read a secret is told so even when the secret does not exist. So that a stranger's
    /// guess is `None` and not an error, the role must be allowed every name `{prefix}/*/webhook`, with and
    /// without the six random characters that AWS puts behind the name of one that exists.
    async fn fetch(
        &self,
        integration: &IntegrationName,
        stage: Stage,
        urgency: Urgency,
    ) -> Result<Option<WebhookPassword>, PasswordSourceError> {
        let id = format!("{}/{integration}/webhook", self.prefix);
        let label = match stage {
            Stage::Current => "AWSCURRENT",
            Stage::Pending => "AWSPENDING",
            Stage::Previous => "AWSPREVIOUS",
        };
        let found = self.read(&id, label);
        let found = match urgency {
            Urgency::Needed => found.await,
            Urgency::Renewal => timeout(RENEWAL_TIMEOUT, found)
                .await
                .unwrap_or_else(|_| Err("no answer within 800 ms".to_owned())),
        };
        found.map_err(|what| PasswordSourceError { detail: format!("secret `{id}` ({label}): {what}") })
    }
}

fn is_absent(code: Option<&str>, message: Option<&str>) -> bool {
    match code.map(failure::bare) {
        Some("ResourceNotFoundException") => true,
        // Also said of secrets another AWS service manages; only the text tells the two apart: "You can't perform
        // this operation on the secret because it was marked for deletion."
        Some("InvalidRequestException") => {
            message.is_some_and(|text| text.to_ascii_lowercase().contains("delet"))
        }
        _ => false,
    }
}

#[derive(Deserialize)]
struct WebhookSecret {
    password: Zeroizing<String>,
}

/// What is stored for a password. It needs no escapes in JSON but for an operator's own.
pub(crate) fn value(password: &WebhookPassword) -> Zeroizing<String> {
    #[derive(Serialize)]
    struct Secret<'a> {
        password: &'a str,
    }
    let secret = Secret { password: password.expose() };
    // Writing a text as JSON cannot fail.
    Zeroizing::new(serde_json::to_string(&secret).unwrap_or_default())
}

/// The error is a fixed text: a parser's own may quote what it read.
pub(crate) fn password(secret: Option<String>) -> Result<WebhookPassword, &'static str> {
    let text =
        secret.map(Zeroizing::new).ok_or("holds binary data; store the JSON text {\"password\": \"…\"}")?;
    serde_json::from_str(&text)
        .ok()
        .and_then(|WebhookSecret { password }| WebhookPassword::new(password))
        .ok_or("is not JSON with a non-empty text `password`; store {\"password\": \"…\"}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Result<WebhookPassword, &'static str> {
        password(Some(text.to_owned()))
    }

    #[test]
    fn a_secret_is_json_with_a_password() {
        assert!(text(r#"{"password":"hunter2","createdBy":"setup"}"#).is_ok());
        for bad in ["hunter2", r#""hunter2""#, "{}", r#"{"password":""}"#, r#"{"password":2}"#] {
            let error = text(bad).expect_err(bad);
            assert!(!error.contains("hunter2"), "{error}");
        }
        assert!(password(None).is_err());
    }

    #[test]
    fn what_is_stored_is_read_back() {
        let new = WebhookPassword::generate([7; 32]);
        let back = text(&value(&new)).expect("a password");
        assert_eq!(back.expose(), new.expose());
    }

    #[test]
    fn a_secret_marked_for_deletion_is_absent_and_other_bad_requests_are_not() {
        let invalid = |text| is_absent(Some("InvalidRequestException"), Some(text));
        assert!(is_absent(Some("ResourceNotFoundException"), None));
        assert!(is_absent(Some("com.amazonaws.secretsmanager#ResourceNotFoundException"), None));
        assert!(invalid(
            "You can't perform this operation on the secret because it was marked for deletion."
        ));
        assert!(!invalid("The secret is managed by another service."));
        assert!(!is_absent(Some("AccessDeniedException"), Some("on a secret marked for deletion")));
        assert!(!is_absent(None, None));
    }
}
