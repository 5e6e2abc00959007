//! Webhook passwords in Secrets Manager.

use std::time::Duration;

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::SdkError;
use aws_sdk_secretsmanager::operation::get_secret_value::{GetSecretValueError, GetSecretValueOutput};
use hookpost_core::integration::IntegrationName;
use hookpost_core::password::WebhookPassword;
use hookpost_core::port::{PasswordSource, PasswordSourceError, Stage, Urgency};
use serde::{Deserialize, Serialize};
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::failure;

/// How long a delivery waits for a password that it can do without, stage by stage.
const RENEWAL_TIMEOUT: Duration = Duration::from_millis(800);

/// The secrets `{prefix}/{integration}/webhook`, each a JSON object `{"password": "…"}`.
#[derive(Clone, Debug)]
pub struct SecretsManagerPasswords {
    client: Client,
    prefix: String,
}

impl SecretsManagerPasswords {
    pub(crate) fn new(client: Client, prefix: String) -> Self {
        Self { client, prefix }
    }
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
        let in_words =
            |what: &str| PasswordSourceError { detail: format!("secret `{id}` ({label}): {what}") };
        let answer = self.client.get_secret_value().secret_id(&id).version_stage(label).send();
        let answer = match urgency {
            Urgency::Needed => answer.await,
            Urgency::Renewal => {
                timeout(RENEWAL_TIMEOUT, answer).await.map_err(|_| in_words("no answer within 800 ms"))?
            }
        };
        match answer {
            Ok(output) => password(output).map(Some).map_err(in_words),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(in_words(&failure::describe(&error))),
        }
    }
}

fn is_absent<R>(error: &SdkError<GetSecretValueError, R>) -> bool {
    match error.as_service_error() {
        Some(GetSecretValueError::ResourceNotFoundException(_)) => true,
        // Also said of secrets another AWS service manages; only the text tells the two apart: "You can't perform
        // this operation on the secret because it was marked for deletion."
        Some(GetSecretValueError::InvalidRequestException(error)) => {
            error.message().is_some_and(|text| text.to_ascii_lowercase().contains("delet"))
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
pub(crate) fn password(output: GetSecretValueOutput) -> Result<WebhookPassword, &'static str> {
    let text = output
        .secret_string
        .map(Zeroizing::new)
        .ok_or("holds binary data; store the JSON text {\"password\": \"…\"}")?;
    serde_json::from_str(&text)
        .ok()
        .and_then(|WebhookSecret { password }| WebhookPassword::new(password))
        .ok_or("is not JSON with a non-empty text `password`; store {\"password\": \"…\"}")
}

#[cfg(test)]
mod tests {
    use aws_sdk_secretsmanager::types::error::{InvalidRequestException, ResourceNotFoundException};

    use super::*;

    fn text(text: &str) -> Result<WebhookPassword, &'static str> {
        password(GetSecretValueOutput::builder().secret_string(text).build())
    }

    #[test]
    fn a_secret_is_json_with_a_password() {
        assert!(text(r#"{"password":"hunter2","createdBy":"setup"}"#).is_ok());
        for bad in ["hunter2", r#""hunter2""#, "{}", r#"{"password":""}"#, r#"{"password":2}"#] {
            let error = text(bad).expect_err(bad);
            assert!(!error.contains("hunter2"), "{error}");
        }
        assert!(password(GetSecretValueOutput::builder().build()).is_err());
    }

    #[test]
    fn what_is_stored_is_read_back() {
        let new = WebhookPassword::generate([7; 32]);
        let back = text(&value(&new)).expect("a password");
        assert_eq!(back.expose(), new.expose());
    }

    #[test]
    fn a_secret_marked_for_deletion_is_absent_and_other_bad_requests_are_not() {
        let absent = |error| is_absent(&SdkError::service_error(error, ()));
        let invalid = |text: &str| {
            let error = InvalidRequestException::builder().message(text).build();
            absent(GetSecretValueError::InvalidRequestException(error))
        };
        let missing = ResourceNotFoundException::builder().build();
        assert!(absent(GetSecretValueError::ResourceNotFoundException(missing)));
        assert!(invalid(
            "You can't perform this operation on the secret because it was marked for deletion."
        ));
        assert!(!invalid("The secret is managed by another service."));
    }
}
