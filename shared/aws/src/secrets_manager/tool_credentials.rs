//! The users and passwords of tools, as a relay reads them.

use hookpost_core::relay::port::{ToolCredentialSource, ToolCredentials};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::Client;
use crate::error_text;

/// Secrets of any name, each a JSON object `{"user": "…", "password": "…"}`.
#[derive(Clone, Debug)]
pub struct SecretsManagerToolCredentials {
    client: Client,
}

#[derive(Deserialize)]
struct StoredCredentials {
    // `serde` reads both straight into memory that is wiped.
    #[serde(default)]
    user: Zeroizing<String>,
    password: Zeroizing<String>,
}

impl SecretsManagerToolCredentials {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }
}

impl ToolCredentialSource for SecretsManagerToolCredentials {
    async fn fetch(&self, secret_id: &str) -> Result<ToolCredentials, String> {
        let output = self.client.get_secret_value().secret_id(secret_id).send().await;
        let output = output.map_err(|error| {
            let cause = error_text::of_call(&error);
            format!("secret `{secret_id}`: {cause}; allow the relay's role to read it")
        })?;
        from_json(output.secret_string).map_err(|problem| format!("secret `{secret_id}` {problem}"))
    }
}

/// The credentials in a stored value; `None` stands for a binary one.
///
/// # Errors
///
/// A fixed text: a parser's own error may quote the secret.
fn from_json(value: Option<String>) -> Result<ToolCredentials, &'static str> {
    let text = value.map(Zeroizing::new).unwrap_or_default();
    serde_json::from_str(&text)
        .ok()
        .filter(|stored: &StoredCredentials| !stored.password.is_empty() && !stored.user.contains(':'))
        .map(|StoredCredentials { user, password }| ToolCredentials { user, password })
        .ok_or("must hold the JSON text {\"user\": \"…\", \"password\": \"…\"}, without a colon in the user")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_is_no_credentials_is_an_error_that_shows_nothing() {
        let read = |text: &str| from_json(Some(text.to_owned()));
        let both = read(r#"{"user":"azure","password":"hunter2","x":1}"#).expect("credentials");
        assert_eq!((both.user.as_str(), both.password.as_str()), ("azure", "hunter2"));
        assert!(!format!("{both:?}").contains("hunter2"));
        assert!(read(r#"{"password":"hunter2"}"#).is_ok_and(|credentials| credentials.user.is_empty()));
        for bad in
            ["hunter2", r#""hunter2""#, "{}", r#"{"password":""}"#, r#"{"user":"a:b","password":"hunter2"}"#]
        {
            assert!(!read(bad).expect_err(bad).contains("hunter2"));
        }
        assert!(from_json(None).is_err());
    }
}
