//! A personal access token in a secret that an operator made by hand.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::azure_devops::token::{BadToken, PersonalAccessToken};

/// Why no token was found; it reads on from the name of the secret. What was found instead is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenNotFound {
    /// JSON with several texts, or none, and none of them called `pat`.
    #[error("holds JSON in which the token cannot be told: name its field `pat`, or store the token alone")]
    Ambiguous,
    /// Looks like JSON and is none.
    #[error(
        "holds something that begins like JSON and is none: store the token alone, or {{\"pat\": \"…\"}}"
    )]
    BrokenJson,
    /// What stands there cannot be a token.
    #[error("does not hold a token: {0}")]
    BadToken(BadToken),
}

/// Finds the token in a secret's value: the value itself; or, in a JSON object, as the console makes it of key and value,
/// the field `pat`, or the only field that holds a text.
///
/// # Errors
///
/// When there is none, or more than one it could be.
pub fn find_token(value: &str) -> Result<PersonalAccessToken, TokenNotFound> {
    let parse = |text: &str| PersonalAccessToken::parse(text).map_err(TokenNotFound::BadToken);
    let json = value.trim_start();
    if !json.starts_with('{') {
        return parse(value);
    }
    // Raw values point into `value`, so that no copy is left behind.
    let fields: BTreeMap<String, &RawValue> =
        serde_json::from_str(json).map_err(|_| TokenNotFound::BrokenJson)?;
    let mut texts = fields.values().filter(|value| value.get().starts_with('"'));
    let only = texts.next().filter(|_| texts.next().is_none());
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
    fn a_token_is_found_alone_or_in_a_field() {
        for value in [
            "hunter2",
            " hunter2\n",
            r#"{"pat":"hunter2"}"#,
            r#" {"azure":"hunter2"}"#,
            r#"{"user":"ada","pat":"hunter2"}"#,
            r#"{"token":"hunter2","year":2027}"#,
        ] {
            assert_eq!(found(value).as_deref(), Ok("hunter2"), "{value}");
        }
    }

    #[test]
    fn what_is_no_token_is_told_without_showing_it() {
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
