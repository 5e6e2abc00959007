//! Redacts secrets in text from Azure DevOps.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hookpost_core::azure_devops::credential::AccessCredential;
use zeroize::Zeroizing;

use crate::mask::mask;

/// Most characters of a redacted text.
const CHARS_MAX: usize = 400;

/// The credential of a client, in every form in which it is sent.
pub(crate) struct Secrets {
    credential: AccessCredential,
    /// What the `Authorization` header has behind the scheme.
    sent: Zeroizing<String>,
}

impl Secrets {
    pub(crate) fn new(credential: &AccessCredential) -> Self {
        let sent = match credential {
            AccessCredential::Basic(token) => {
                let pair = Zeroizing::new(format!(":{}", token.expose()));
                STANDARD.encode(pair.as_bytes())
            }
            AccessCredential::Bearer(token) => token.expose().to_owned(),
        };
        Self { credential: credential.clone(), sent: Zeroizing::new(sent) }
    }

    /// The value of the `Authorization` header.
    pub(crate) fn authorization(&self) -> Zeroizing<String> {
        let scheme = match self.credential {
            AccessCredential::Basic(_) => "Basic",
            AccessCredential::Bearer(_) => "Bearer",
        };
        Zeroizing::new(format!("{scheme} {}", *self.sent))
    }

    /// Whether the token is one of Entra, whose owner is an app.
    pub(crate) fn are_of_an_app(&self) -> bool {
        matches!(self.credential, AccessCredential::Bearer(_))
    }

    /// Masks the token and `password`, and makes one line of at most [`CHARS_MAX`] characters without control characters.
    /// Responses may quote the request.
    pub(crate) fn redact(&self, text: &str, password: Option<&str>) -> String {
        let token = match &self.credential {
            AccessCredential::Basic(token) => token.expose(),
            AccessCredential::Bearer(token) => token.expose(),
        };
        one_line(&mask(text, &[token, &self.sent, password.unwrap_or_default()]))
    }
}

/// The first [`CHARS_MAX`] characters of a text, without control characters and line breaks.
pub(crate) fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").chars().take(CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use hookpost_core::azure_devops::token::PersonalAccessToken;
    use hookpost_core::entra::access_token::AccessToken;
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn secrets_and_control_characters_are_removed() {
        let token = PersonalAccessToken::parse("hunter2").expect("a token");
        let secrets = Secrets::new(&AccessCredential::Basic(token));
        assert_eq!(*secrets.authorization(), "Basic Omh1bnRlcjI=");
        let text = "bad\r\n\tvalue\0 \u{1b}[31m'swordfish' for Omh1bnRlcjI= of hunter2 ";
        let redacted = secrets.redact(text, Some("swordfish"));
        assert_eq!(redacted, "bad value [31m'********' for ******** of ********");
        assert_eq!(secrets.redact(&"é".repeat(9999), None).chars().count(), CHARS_MAX);
        assert_eq!(secrets.redact("as it is", Some("")), "as it is");
    }

    #[test]
    fn an_access_token_is_sent_as_it_is_and_masked() {
        let token = AccessToken::new(Zeroizing::new("hunter2".to_owned()), Timestamp::UNIX_EPOCH);
        let secrets = Secrets::new(&AccessCredential::Bearer(token));
        assert_eq!(*secrets.authorization(), "Bearer hunter2");
        assert_eq!(secrets.redact("'Bearer hunter2' is bad", None), "'Bearer ********' is bad");
    }
}
