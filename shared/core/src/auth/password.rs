//! Webhook passwords: generated for a subscription, or fetched from the password source. [`ring`](super::ring) compares
//! them.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

/// Length of a generated password, in characters: 32 bytes in base64.
const GENERATED_CHARS: usize = 43;

/// A webhook password. Never empty; wiped from memory when dropped.
pub struct WebhookPassword(Zeroizing<String>);

impl WebhookPassword {
    /// Takes a password as text; `None` when it is empty, since an empty password must never admit anybody.
    pub fn new(text: Zeroizing<String>) -> Option<Self> {
        (!text.is_empty()).then_some(Self(text))
    }

    /// Encodes 32 random bytes as a password: 43 characters of URL-safe base64, without padding. The bytes must come
    /// from the operating system's generator and be used for nothing else.
    pub fn generate(bytes: [u8; 32]) -> Self {
        let bytes = Zeroizing::new(bytes);
        // The full capacity at once: growing would leave a copy of the password in freed memory.
        let mut text = Zeroizing::new(String::with_capacity(GENERATED_CHARS));
        URL_SAFE_NO_PAD.encode_string(bytes.as_slice(), &mut text);
        Self(text)
    }

    /// The password in the clear, for storing it and for sending it to Azure DevOps only.
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
    fn empty_text_is_not_a_password() {
        assert!(WebhookPassword::new(Zeroizing::new(String::new())).is_none());
    }

    #[test]
    fn a_generated_password_is_43_url_safe_characters() {
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
