//! Redacts secrets in text from Azure DevOps.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hookpost_core::azure_devops::token::PersonalAccessToken;
use zeroize::Zeroizing;

/// Most characters of a redacted text.
const CHARS_MAX: usize = 400;

const MASK: &str = "********";

/// The token of a client, in every form in which it is sent.
pub(crate) struct Secrets {
    token: Zeroizing<String>,
    /// Base64 of `:{token}`, as in the `Authorization` header.
    encoded: Zeroizing<String>,
}

impl Secrets {
    pub(crate) fn new(token: &PersonalAccessToken) -> Self {
        let pair = Zeroizing::new(format!(":{}", token.expose()));
        Self {
            token: Zeroizing::new(token.expose().to_owned()),
            encoded: Zeroizing::new(STANDARD.encode(pair.as_bytes())),
        }
    }

    /// The value of the `Authorization` header.
    pub(crate) fn authorization(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("Basic {}", *self.encoded))
    }

    /// Masks the token and `password`, and makes one line of at most [`CHARS_MAX`] characters without control characters.
    /// Responses may quote the request.
    pub(crate) fn redact(&self, text: &str, password: Option<&str>) -> String {
        let secrets = [Some(self.token.as_str()), Some(self.encoded.as_str()), password];
        let secrets = secrets.into_iter().flatten().filter(|secret| !secret.is_empty());
        let text = secrets.fold(text.to_owned(), |text, secret| text.replace(secret, MASK));
        one_line(&text)
    }
}

/// The first [`CHARS_MAX`] characters of a text, without control characters and line breaks.
pub(crate) fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").chars().take(CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_control_characters_are_removed() {
        let secrets = Secrets::new(&PersonalAccessToken::parse("hunter2").expect("a token"));
        assert_eq!(*secrets.authorization(), "Basic Omh1bnRlcjI=");
        let text = "bad\r\n\tvalue\0 \u{1b}[31m'swordfish' for Omh1bnRlcjI= of hunter2 ";
        let redacted = secrets.redact(text, Some("swordfish"));
        assert_eq!(redacted, "bad value [31m'********' for ******** of ********");
        assert_eq!(secrets.redact(&"é".repeat(9999), None).chars().count(), CHARS_MAX);
        assert_eq!(secrets.redact("as it is", Some("")), "as it is");
    }
}
