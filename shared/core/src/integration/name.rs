//! The name of an integration: one link between an Azure DevOps organization and this deployment.

use std::fmt;

/// Longest name, in characters.
pub const NAME_LENGTH_MAX: usize = 40;

/// A slug that names an integration in webhook URLs, in secret names and in events: a lower-case letter or
/// digit, then letters, digits and hyphens, not ending in a hyphen; at most [`NAME_LENGTH_MAX`] characters.
///
/// It cannot change: subscriptions and secrets carry it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IntegrationName(String);

/// The text is not the name of an integration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "an integration is named with 1 to {NAME_LENGTH_MAX} lower-case letters, digits and hyphens, \
     truncate with a letter or digit and not ending in a hyphen"
)]
pub struct BadIntegrationName;

impl IntegrationName {
    /// # Errors
    ///
    /// When `text` is not such a slug. The error does not repeat the text: it may come from a stranger.
    pub fn parse(text: &str) -> Result<Self, BadIntegrationName> {
        let allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        let edges = !text.starts_with('-') && !text.ends_with('-');
        let length = (1..=NAME_LENGTH_MAX).contains(&text.len());
        if length && edges && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadIntegrationName)
        }
    }

    /// The slug.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for IntegrationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_slugs_are_names() {
        for good in ["a", "contoso", "contoso-2", "0", &"x".repeat(40)] {
            assert!(IntegrationName::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "-a", "a-", "A", "a_b", "a/b", "ä", "a b", "..", &"x".repeat(41)] {
            assert!(IntegrationName::parse(bad).is_err(), "{bad}");
        }
    }
}
