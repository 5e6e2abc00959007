//! The access token for Azure DevOps that Entra gives.

use std::fmt;

use jiff::Timestamp;
use zeroize::Zeroizing;

/// An access token, erased from memory when dropped.
#[derive(Clone)]
pub struct AccessToken {
    text: Zeroizing<String>,
    /// When Azure DevOps refuses it.
    pub expires_at: Timestamp,
}

impl AccessToken {
    /// Takes the text that Entra gave.
    pub fn new(text: Zeroizing<String>, expires_at: Timestamp) -> Self {
        Self { text, expires_at }
    }

    /// The text, for requests to Azure DevOps.
    pub fn expose(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccessToken(REDACTED, until {})", self.expires_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_token() {
        let token = AccessToken::new(Zeroizing::new("hunter2".to_owned()), Timestamp::UNIX_EPOCH);
        assert_eq!(format!("{token:?}"), "AccessToken(REDACTED, until 1970-01-01T00:00:00Z)");
    }
}
