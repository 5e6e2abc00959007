//! Finds the personal access token in a secret that an operator created.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::azure_devops::token::{BadToken, PersonalAccessToken};

/// Why a secret holds no token, as text that follows the name of the secret. It does not show the value of the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenNotFound {
    /// A JSON object without a usable `pat` field, and with no string field or several.
    #[error(
        "holds JSON in which no field is clearly the token: call that field `pat`, or store the token alone"
    )]
    Ambiguous,
    /// The value begins like JSON but is not valid JSON.
    #[error(
        "holds a value that begins like JSON but is not valid JSON: store the token alone, or {{\"pat\": \"…\"}}"
    )]
    BrokenJson,
    /// The value cannot be a token.
    #[error("does not hold a token: {0}")]
    BadToken(BadToken),
}

/// Finds the token in the value of a secret. The value is the token itself or a JSON object, as the AWS console creates
/// it from key and value. In an object, the token is the field `pat`, or else the only string field.
///
/// # Errors
///
/// [`TokenNotFound`] when there is no token, or when several fields may be the token.
pub fn find_token(value: &str) -> Result<PersonalAccessToken, TokenNotFound> {
    let parse = |text: &str| PersonalAccessToken::parse(text).map_err(TokenNotFound::BadToken);
    let json = value.trim_start();
    if !json.starts_with('{') {
        return parse(value);
    }
    // Raw values borrow from `value`, so that parsing leaves no copy of the token in memory.
    let fields: BTreeMap<String, &RawValue> =
        serde_json::from_str(json).map_err(|_| TokenNotFound::BrokenJson)?;
    let mut strings = fields.values().filter(|value| value.get().starts_with('"'));
    let only = strings.next().filter(|_| strings.next().is_none());
    let token = fields.get("pat").or(only).ok_or(TokenNotFound::Ambiguous)?;
    let text: String = serde_json::from_str(token.get()).map_err(|_| TokenNotFound::Ambiguous)?;
    parse(&Zeroizing::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(value: &str) -> Result<String, TokenNotFound> {
        find_token(value).map(|token| token.expose().to_owned())
    }

    #[test]
    fn a_token_is_found_alone_or_in_a_json_field() {
        for value in [
            "hunter2",
            " hunter2\n",
            r#"{"pat":"hunter2"}"#,
            r#" {"azure":"hunter2"}"#,
            r#"{"user":"ada","pat":"hunter2"}"#,
            r#"{"token":"hunter2","year":2027}"#,
            // The secret in which `connect` stored it.
            r#"{"version":1,"organizationUrl":"https://dev.azure.com/contoso","pat":"hunter2","projects":["Shop"]}"#,
        ] {
            assert_eq!(found(value).as_deref(), Ok("hunter2"), "{value}");
        }
    }

    #[test]
    fn an_error_does_not_show_the_value() {
        let ambiguous = [r#"{"a":"hunter2","b":"hunter3"}"#, r#"{"pat":2}"#, "{}", r#"{"a":["hunter2"]}"#];
        for value in ambiguous {
            assert_eq!(found(value), Err(TokenNotFound::Ambiguous), "{value}");
        }
        assert_eq!(found(r#"{"pat":"hunter2""#), Err(TokenNotFound::BrokenJson));
        assert_eq!(found(" "), Err(TokenNotFound::BadToken(BadToken::Empty)));
        let error = found("hunter2 hunter3").expect_err("white space");
        assert_eq!(error, TokenNotFound::BadToken(BadToken::WhiteSpace));
        assert!(!format!("{error} {error:?}").contains("hunter"));
    }
}
