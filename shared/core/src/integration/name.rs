//! The name of an integration.

use std::fmt;

/// Longest name, in characters.
pub const NAME_LENGTH_MAX: usize = 40;

/// The name of an integration in webhook URLs, secret names and events: 1 to [`NAME_LENGTH_MAX`] lower-case ASCII
/// letters, digits and hyphens, without a hyphen at the start or end.
///
/// The name of an integration cannot change, since subscriptions and secrets contain it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IntegrationName(String);

/// The text is not a valid name of an integration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "an integration is named with 1 to {NAME_LENGTH_MAX} lower-case letters, digits and hyphens, \
     without a hyphen at the start or end"
)]
pub struct BadIntegrationName;

impl IntegrationName {
    /// Parses a name.
    ///
    /// # Errors
    ///
    /// [`BadIntegrationName`] when `text` is not a valid name. The error does not repeat `text`, which may come from an
    /// attacker.
    pub fn parse(text: &str) -> Result<Self, BadIntegrationName> {
        let allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        let edges_allowed = !text.starts_with('-') && !text.ends_with('-');
        let length_allowed = (1..=NAME_LENGTH_MAX).contains(&text.len());
        if length_allowed && edges_allowed && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadIntegrationName)
        }
    }

    /// The name as text.
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
    fn names_are_lower_case_ascii_with_inner_hyphens() {
        for good in ["a", "contoso", "contoso-2", "0", &"x".repeat(40)] {
            assert!(IntegrationName::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "-a", "a-", "A", "a_b", "a/b", "ä", "a b", "..", &"x".repeat(41)] {
            assert!(IntegrationName::parse(bad).is_err(), "{bad}");
        }
    }
}
