//! The names of secrets.

use std::fmt;

use crate::integration::name::{IntegrationName, NAME_LENGTH_MAX};

/// Longest name of a secret, in characters (Secrets Manager's limit).
const SECRET_NAME_CHARS_MAX: usize = 512;

/// Number of random characters that Secrets Manager appends to a name in an ARN, after a hyphen.
const ARN_SUFFIX_CHARS: usize = 6;

/// The two secrets of an integration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SecretKind {
    /// The webhook password, which Azure DevOps sends and the receivers check.
    Webhook,
    /// The configuration, with the personal access token. Receivers have no permission to read it.
    Organization,
}

impl SecretKind {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::Webhook, Self::Organization];

    /// The last part of the name. It must not end in a hyphen and six characters, since Secrets Manager would take an
    /// ARN without the random suffix for a full ARN.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Organization => "organization",
        }
    }
}

impl fmt::Display for SecretKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The names `{prefix}/{integration}/webhook` and `{prefix}/{integration}/organization`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretNames {
    /// Ends in a slash.
    prefix: String,
}

/// The text cannot be the prefix of the names of secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the prefix of secret names is made of letters, digits and `/_+=.@-`, without a slash at the start or end"
)]
pub struct BadPrefix;

impl SecretNames {
    /// Names that begin with `prefix`, which has no slash at its end.
    ///
    /// # Errors
    ///
    /// [`BadPrefix`] when Secrets Manager does not accept such names.
    pub fn new(prefix: &str) -> Result<Self, BadPrefix> {
        let longest_name = prefix.len() + NAME_LENGTH_MAX + "//organization".len();
        let edges_allowed = !prefix.starts_with('/') && !prefix.ends_with('/');
        let length_allowed = !prefix.is_empty() && longest_name <= SECRET_NAME_CHARS_MAX;
        if length_allowed && edges_allowed && prefix.bytes().all(is_name_character) {
            Ok(Self { prefix: format!("{prefix}/") })
        } else {
            Err(BadPrefix)
        }
    }

    /// The name of a secret.
    pub fn name(&self, integration: &IntegrationName, kind: SecretKind) -> String {
        format!("{}{integration}/{kind}", self.prefix)
    }

    /// The prefix of all names, including the slash.
    pub fn common_prefix(&self) -> &str {
        &self.prefix
    }

    /// Parses a name or an ARN; `None` when it does not belong to an integration of this deployment.
    pub fn read(&self, name_or_arn: &str) -> Option<(IntegrationName, SecretKind)> {
        let Some((_, name)) = name_or_arn.strip_prefix("arn:").and_then(|arn| arn.split_once(":secret:"))
        else {
            return self.read_name(name_or_arn);
        };
        let full_arn = name.rsplit_once('-').filter(|(_, suffix)| suffix.len() == ARN_SUFFIX_CHARS);
        full_arn.and_then(|(name, _)| self.read_name(name)).or_else(|| self.read_name(name))
    }

    fn read_name(&self, name: &str) -> Option<(IntegrationName, SecretKind)> {
        let (integration, kind) = name.strip_prefix(&self.prefix)?.split_once('/')?;
        let kind = SecretKind::ALL.into_iter().find(|known| known.as_str() == kind)?;
        Some((IntegrationName::parse(integration).ok()?, kind))
    }
}

/// The name or ARN of a secret, as an operator enters it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretId(String);

/// The text is not the name or ARN of a secret. The error does not repeat the text, which may be a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSecretId {
    /// The characters or the length are not those of a name or ARN.
    #[error("not the name or ARN of a secret, which is made of letters, digits and `/_+=.@-:`")]
    Form,
    /// The text looks like a token: it is long and has only letters and digits.
    #[error(
        "this looks like a token, not like the name of a secret that holds a token; \
         if it is a name, pass the ARN of the secret instead"
    )]
    Token,
}

impl SecretId {
    /// Parses a name or ARN, without the white space around it.
    ///
    /// # Errors
    ///
    /// When the text cannot be a name or ARN, or looks like a token in the wrong field. Requesting a secret of that
    /// name would write the token to the account's audit trail.
    pub fn parse(text: &str) -> Result<Self, BadSecretId> {
        let text = text.trim();
        let allowed = |c: u8| is_name_character(c) || c == b':';
        if text.is_empty() || text.len() > SECRET_ID_CHARS_MAX || !text.bytes().all(allowed) {
            return Err(BadSecretId::Form);
        }
        if text.len() >= TOKEN_CHARS_MIN && text.bytes().all(|c| c.is_ascii_alphanumeric()) {
            return Err(BadSecretId::Token);
        }
        Ok(Self(text.to_owned()))
    }

    /// The name or ARN.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SecretId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_name_character(c: u8) -> bool {
    c.is_ascii_alphanumeric() || b"/_+=.@-".contains(&c)
}

/// Longest name or ARN, in characters (Secrets Manager's limit).
const SECRET_ID_CHARS_MAX: usize = 2048;

/// From this length on, a text of letters and digits counts as a token. Personal access tokens have 52 or 84
/// characters.
const TOKEN_CHARS_MIN: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> SecretNames {
        SecretNames::new("hookpost").expect("a prefix")
    }

    fn contoso() -> IntegrationName {
        IntegrationName::parse("contoso").expect("a name")
    }

    #[test]
    fn names_and_arns_are_parsed() {
        for kind in SecretKind::ALL {
            let name = names().name(&contoso(), kind);
            let arn = format!("arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:{name}");
            for text in [name, format!("{arn}-AbC1d2"), arn] {
                assert_eq!(names().read(&text), Some((contoso(), kind)), "{text}");
            }
        }
    }

    #[test]
    fn names_outside_the_scheme_are_not_parsed() {
        for name in [
            "",
            "hookpost/contoso",
            "hookpost/contoso/webhook/old",
            "hookpost/contoso/webhook-AbC1d2",
            "hookpost/Contoso/webhook",
            "hookpost-2/contoso/webhook",
            "arn:aws:secretsmanager:eu-west-1:1:secret:other/contoso/webhook-AbC1d2",
        ] {
            assert_eq!(names().read(name), None, "{name}");
        }
    }

    #[test]
    fn prefixes_are_those_that_secrets_manager_accepts() {
        for good in ["hookpost", "team/hookpost", "a_b+c=d.e@f-g"] {
            assert!(SecretNames::new(good).is_ok(), "{good}");
        }
        for bad in ["", "/a", "a/", "a b", "ä", &"x".repeat(500)] {
            assert_eq!(SecretNames::new(bad), Err(BadPrefix), "{bad}");
        }
    }

    #[test]
    fn a_token_is_not_accepted_as_the_name_of_a_secret() {
        let arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:team/pat-AbC1d2";
        assert_eq!(SecretId::parse(&format!(" {arn}\n")).expect("an ARN").as_str(), arn);
        assert!(SecretId::parse("pat").is_ok());
        assert_eq!(SecretId::parse(&"a2".repeat(26)), Err(BadSecretId::Token));
        for bad in ["", " ", "two words", "{\"pat\":1}"] {
            assert_eq!(SecretId::parse(bad), Err(BadSecretId::Form), "{bad}");
        }
    }
}
