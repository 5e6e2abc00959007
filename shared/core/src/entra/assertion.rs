//! The assertion that AWS STS signs about the role of this function.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use zeroize::Zeroizing;

/// A signed JSON Web Token that says who the role is. Whoever has it is the role until it expires, so it is erased from
/// memory when dropped.
pub struct Assertion(Zeroizing<String>);

/// What an assertion says. A federated credential of the app must have the same three texts, letter case included.
///
/// Source: AWS, IAM User Guide, "Understanding token claims"; Microsoft, "Workload identity federation
/// considerations".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// The issuer of this AWS account, a URL.
    pub issuer: String,
    /// The ARN of the role.
    pub subject: String,
    /// For whom the assertion is.
    pub audience: String,
}

impl Assertion {
    /// Takes the text that STS gave.
    pub fn new(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// The text, for the request to Entra.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Reads what the assertion says, without a check of its signature: STS has just given it. `None` when it is no
    /// JSON Web Token with these claims.
    pub fn claims(&self) -> Option<Claims> {
        let payload = self.0.split('.').nth(1)?;
        let json = Zeroizing::new(URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?);
        let Payload { iss, sub, aud } = serde_json::from_slice(&json).ok()?;
        let audience = match aud {
            Audience::One(audience) => audience,
            Audience::Several(all) => all.join(", "),
        };
        Some(Claims { issuer: iss, subject: sub, audience })
    }
}

impl fmt::Debug for Assertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Assertion(REDACTED)")
    }
}

#[derive(Deserialize)]
struct Payload {
    iss: String,
    sub: String,
    aud: Audience,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims_of(payload: &str) -> Option<Claims> {
        let text = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload));
        Assertion::new(Zeroizing::new(text)).claims()
    }

    #[test]
    fn the_claims_are_those_to_register_letter_for_letter() {
        let claims = claims_of(
            r#"{"iss":"https://ab12.tokens.sts.global.api.aws","sub":"arn:aws:iam::111122223333:role/A-b",
               "aud":"api://AzureADTokenExchange","https://sts.amazonaws.com/":{"aws_account":"111122223333"}}"#,
        )
        .expect("claims");
        assert_eq!(claims.issuer, "https://ab12.tokens.sts.global.api.aws");
        assert_eq!(claims.subject, "arn:aws:iam::111122223333:role/A-b");
        assert_eq!(claims.audience, "api://AzureADTokenExchange");
        let several = claims_of(r#"{"iss":"i","sub":"s","aud":["a"]}"#).expect("claims");
        assert_eq!(several.audience, "a");
    }

    #[test]
    fn what_is_no_token_has_no_claims() {
        for text in ["", "a", "a.b", "a.!!.c", "e30.e30.c2ln"] {
            assert_eq!(Assertion::new(Zeroizing::new(text.to_owned())).claims(), None, "{text}");
        }
    }

    #[test]
    fn debug_shows_nothing() {
        let assertion = Assertion::new(Zeroizing::new("eyJhunter2".to_owned()));
        assert_eq!(format!("{assertion:?}"), "Assertion(REDACTED)");
    }
}
