//! The value of a webhook secret: JSON, `{"password": "…"}`.

use hookpost_core::auth::password::WebhookPassword;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

#[derive(Deserialize)]
struct StoredPassword {
    // `serde` reads the password straight into memory that is wiped.
    password: Zeroizing<String>,
}

#[derive(Serialize)]
struct New<'a> {
    password: &'a str,
}

/// The value to store for a password.
pub(super) fn to_json(password: &WebhookPassword) -> Zeroizing<String> {
    let value = New { password: password.expose() };
    // Writing a text as JSON cannot fail.
    Zeroizing::new(serde_json::to_string(&value).unwrap_or_default())
}

/// The password in a stored value; `None` stands for a binary one.
///
/// # Errors
///
/// A fixed text when there is no password: a parser's own error may quote the secret.
pub(super) fn from_json(value: Option<String>) -> Result<WebhookPassword, &'static str> {
    let text =
        value.map(Zeroizing::new).ok_or("holds binary data; store the JSON text {\"password\": \"…\"}")?;
    serde_json::from_str(&text)
        .ok()
        .and_then(|StoredPassword { password }| WebhookPassword::new(password))
        .ok_or("is not JSON with a non-empty text `password`; store {\"password\": \"…\"}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<WebhookPassword, &'static str> {
        from_json(Some(text.to_owned()))
    }

    #[test]
    fn a_secret_without_a_password_is_an_error_that_shows_nothing() {
        assert!(read(r#"{"password":"hunter2","createdBy":"setup"}"#).is_ok());
        for bad in ["hunter2", r#""hunter2""#, "{}", r#"{"password":""}"#, r#"{"password":2}"#] {
            let error = read(bad).expect_err(bad);
            assert!(!error.contains("hunter2"), "{error}");
        }
        assert!(from_json(None).is_err());
    }

    #[test]
    fn a_stored_password_is_read_back() {
        let new = WebhookPassword::generate([7; 32]);
        let stored = read(&to_json(&new)).expect("a password");
        assert_eq!(stored.expose(), new.expose());
    }
}
