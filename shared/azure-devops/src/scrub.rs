//! Words of Azure DevOps, made fit to be shown.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hookpost_core::azure_devops::token::PersonalAccessToken;
use zeroize::Zeroizing;

/// Most characters of a message that are repeated.
const CHARS_MAX: usize = 400;

const MASK: &str = "********";

/// The credentials of a client, in every form they travel in.
pub(crate) struct Secrets {
    token: Zeroizing<String>,
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

    /// One line without control characters, our token and `password`; cut when long. An answer may well quote the
    /// request.
    pub(crate) fn scrub(&self, text: &str, password: Option<&str>) -> String {
        let secrets = [Some(self.token.as_str()), Some(self.encoded.as_str()), password];
        let secrets = secrets.into_iter().flatten().filter(|secret| !secret.is_empty());
        let text = secrets.fold(text.to_owned(), |text, secret| text.replace(secret, MASK));
        one_line(&text)
    }
}

/// The beginning of a text, without control characters and line breaks.
pub(crate) fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").chars().take(CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_control_characters_do_not_get_through() {
        let secrets = Secrets::new(&PersonalAccessToken::parse("hunter2").expect("a token"));
        assert_eq!(*secrets.authorization(), "Basic Omh1bnRlcjI=");
        let said = "bad\r\n\tvalue\0 \u{1b}[31m'swordfish' for Omh1bnRlcjI= of hunter2 ";
        let shown = secrets.scrub(said, Some("swordfish"));
        assert_eq!(shown, "bad value [31m'********' for ******** of ********");
        assert_eq!(secrets.scrub(&"é".repeat(9999), None).chars().count(), CHARS_MAX);
        assert_eq!(secrets.scrub("as it is", Some("")), "as it is");
    }
}
