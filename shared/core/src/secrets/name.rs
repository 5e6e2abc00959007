//! What the secrets are called, and which integration a name belongs to.

use std::fmt;

use crate::integration::name::{IntegrationName, NAME_LENGTH_MAX};

/// Longest name of a secret, in characters.
const SECRET_NAME_CHARS_MAX: usize = 512;

/// Characters that Secrets Manager puts behind a name to make its ARN, after a hyphen.
const ARN_SUFFIX_CHARS: usize = 6;

/// Which of an integration's two secrets is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SecretKind {
    /// The password that Azure DevOps sends and the receivers compare with.
    Webhook,
    /// The link to Azure DevOps: organization, personal access token, what is subscribed to. Receivers cannot read it.
    Organization,
}

impl SecretKind {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Webhook, Self::Organization];

    /// The last part of the name. None ends in a hyphen and six characters, as an ARN does: Secrets Manager would take
    /// an ARN without its own six for a whole one.
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
    /// With the slash behind it.
    prefix: String,
}

/// The text cannot be the first part of a secret's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the names of secrets begin with letters, digits and `/_+=.@-`, and do not begin or end with a slash"
)]
pub struct BadPrefix;

impl SecretNames {
    /// # Errors
    ///
    /// When Secrets Manager takes no name that begins with `prefix`.
    pub fn new(prefix: &str) -> Result<Self, BadPrefix> {
        let longest = prefix.len() + NAME_LENGTH_MAX + "//organization".len();
        let edges = !prefix.starts_with('/') && !prefix.ends_with('/');
        let fits = !prefix.is_empty() && longest <= SECRET_NAME_CHARS_MAX;
        if fits && edges && prefix.bytes().all(is_name_character) {
            Ok(Self { prefix: format!("{prefix}/") })
        } else {
            Err(BadPrefix)
        }
    }

    /// The name of one secret.
    pub fn name(&self, integration: &IntegrationName, kind: SecretKind) -> String {
        format!("{}{integration}/{kind}", self.prefix)
    }

    /// What every one of these names begins with, slash included.
    pub fn common_prefix(&self) -> &str {
        &self.prefix
    }

    /// Which secret a name or an ARN means; `None` when it is none of these names.
    pub fn read(&self, name_or_arn: &str) -> Option<(IntegrationName, SecretKind)> {
        let Some((_, name)) = name_or_arn.strip_prefix("arn:").and_then(|arn| arn.split_once(":secret:"))
        else {
            return self.read_name(name_or_arn);
        };
        let whole = name.rsplit_once('-').filter(|(_, suffix)| suffix.len() == ARN_SUFFIX_CHARS);
        whole.and_then(|(name, _)| self.read_name(name)).or_else(|| self.read_name(name))
    }

    fn read_name(&self, name: &str) -> Option<(IntegrationName, SecretKind)> {
        let (integration, kind) = name.strip_prefix(&self.prefix)?.split_once('/')?;
        let kind = SecretKind::ALL.into_iter().find(|known| known.as_str() == kind)?;
        Some((IntegrationName::parse(integration).ok()?, kind))
    }
}

/// A secret that the operator names: its name or its ARN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretId(String);

/// The text is not the name or ARN of a secret. It is not repeated: it may be the secret itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSecretId {
    /// Characters or a length that no name and no ARN has.
    #[error("a secret is named by its name or its ARN: letters, digits and `/_+=.@-:`")]
    Form,
    /// Only letters and digits, and many of them.
    #[error(
        "this looks like a token itself, not like the name of a secret that holds it; \
         if it is a name, give the secret's ARN instead"
    )]
    Token,
}

impl SecretId {
    /// Spaces around the text are dropped.
    ///
    /// # Errors
    ///
    /// When this cannot be a secret's name or ARN, or is more likely a token that was put into the wrong field: asking
    /// for a secret of that name would write it into the account's audit trail.
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

/// Longest name or ARN.
const SECRET_ID_CHARS_MAX: usize = 2048;

/// Personal access tokens have 52 characters, or 84.
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
    fn a_name_is_read_back_from_itself_and_from_its_arn() {
        for kind in SecretKind::ALL {
            let name = names().name(&contoso(), kind);
            let arn = format!("arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:{name}");
            for text in [name, format!("{arn}-AbC1d2"), arn] {
                assert_eq!(names().read(&text), Some((contoso(), kind)), "{text}");
            }
        }
    }

    #[test]
    fn other_names_are_nobodys() {
        for other in [
            "",
            "hookpost/contoso",
            "hookpost/contoso/webhook/old",
            "hookpost/contoso/webhook-AbC1d2",
            "hookpost/Contoso/webhook",
            "hookpost-2/contoso/webhook",
            "arn:aws:secretsmanager:eu-west-1:1:secret:other/contoso/webhook-AbC1d2",
        ] {
            assert_eq!(names().read(other), None, "{other}");
        }
    }

    #[test]
    fn a_prefix_is_what_secrets_manager_takes() {
        for good in ["hookpost", "team/hookpost", "a_b+c=d.e@f-g"] {
            assert!(SecretNames::new(good).is_ok(), "{good}");
        }
        for bad in ["", "/a", "a/", "a b", "ä", &"x".repeat(500)] {
            assert_eq!(SecretNames::new(bad), Err(BadPrefix), "{bad}");
        }
    }

    #[test]
    fn a_token_in_the_wrong_place_is_not_taken_for_a_name() {
        let arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:team/pat-AbC1d2";
        assert_eq!(SecretId::parse(&format!(" {arn}\n")).expect("an ARN").as_str(), arn);
        assert!(SecretId::parse("pat").is_ok());
        assert_eq!(SecretId::parse(&"a2".repeat(26)), Err(BadSecretId::Token));
        for bad in ["", " ", "two words", "{\"pat\":1}"] {
            assert_eq!(SecretId::parse(bad), Err(BadSecretId::Form), "{bad}");
        }
    }
}
