//! Webhook passwords and their comparison. What is kept is digests; the passwords themselves are wiped.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

/// Length of a generated password, in characters: 32 bytes in base64.
const GENERATED_CHARS: usize = 43;

/// A webhook password, made here or as it came from the store: never empty, wiped from memory when dropped.
pub struct WebhookPassword(Zeroizing<String>);

impl WebhookPassword {
    /// `None` for an empty text, which must never admit anybody.
    pub fn new(text: Zeroizing<String>) -> Option<Self> {
        (!text.is_empty()).then_some(Self(text))
    }

    /// A new password out of 32 random bytes: 43 characters of URL-safe base64, without padding. The bytes must come
    /// from the operating system's generator, and are to be used for nothing else.
    pub fn generate(bytes: [u8; 32]) -> Self {
        let bytes = Zeroizing::new(bytes);
        // As long as it will get, so that it never moves and leaves a copy behind.
        let mut text = Zeroizing::new(String::with_capacity(GENERATED_CHARS));
        URL_SAFE_NO_PAD.encode_string(bytes.as_slice(), &mut text);
        Self(text)
    }

    /// The password itself: to store it, to send it to Azure DevOps, and for nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for WebhookPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookPassword(REDACTED)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_text_is_no_password() {
        assert!(WebhookPassword::new(Zeroizing::new(String::new())).is_none());
    }

    #[test]
    fn a_generated_password_is_43_characters_that_need_no_escape() {
        let password = WebhookPassword::generate([0xfb; 32]);
        assert_eq!(password.expose(), "-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_s");
        assert_eq!(password.expose().len(), GENERATED_CHARS);
        assert_ne!(password.expose(), WebhookPassword::generate([0xfa; 32]).expose());
    }

    #[test]
    fn debug_shows_no_password() {
        assert_eq!(format!("{:?}", WebhookPassword::generate([1; 32])), "WebhookPassword(REDACTED)");
    }
}
