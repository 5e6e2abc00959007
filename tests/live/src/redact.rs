//! Removes secrets and names from what is reported, which goes into public issues.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hookpost_core::azure_devops::catalog::Identity;
use hookpost_core::azure_devops::token::PersonalAccessToken;
use zeroize::Zeroizing;

/// Most characters of one text in the report.
const CHARS_MAX: usize = 700;

/// Shorter names are not replaced: they would be found inside words.
const NAME_MIN: usize = 3;

/// Texts, each with what replaces it.
#[derive(Default)]
pub(crate) struct Redactor(Vec<(Zeroizing<String>, &'static str)>);

impl Redactor {
    /// Removes a password.
    pub(crate) fn secret(&mut self, secret: &str) {
        let forms = [secret.to_owned(), STANDARD.encode(format!(":{secret}"))];
        self.0.extend(forms.map(|form| (Zeroizing::new(form), "********")));
    }

    /// Removes a token.
    pub(crate) fn token(&mut self, token: &PersonalAccessToken) {
        self.secret(token.expose());
    }

    /// Replaces the names of a person.
    pub(crate) fn person(&mut self, who: &Identity, replacement: &'static str) {
        self.name(&who.display_name, replacement);
        self.name(&who.unique_name, replacement);
    }

    /// Replaces a name.
    pub(crate) fn name(&mut self, name: &str, replacement: &'static str) {
        if name.chars().count() >= NAME_MIN {
            self.0.push((Zeroizing::new(name.to_owned()), replacement));
        }
    }

    /// One line without secrets, names and control characters.
    pub(crate) fn clean(&self, text: &str) -> String {
        let text =
            self.0.iter().fold(text.to_owned(), |text, (hidden, shown)| text.replace(&**hidden, shown));
        let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join(" ").chars().take(CHARS_MAX).collect()
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redactor").field("texts", &self.0.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_names_are_replaced() {
        let mut redactor = Redactor::default();
        redactor.token(&PersonalAccessToken::parse("hunter2").expect("a token"));
        redactor.secret("swordfish");
        let owner = Identity {
            id: "1".to_owned(),
            display_name: "Ada Okafor".to_owned(),
            unique_name: "ada@contoso.example".to_owned(),
        };
        redactor.person(&owner, "{owner}");
        redactor.name("ab", "{short}");
        let text = "Ada Okafor (ada@contoso.example)\r\nsent\tOmh1bnRlcjI=, hunter2 and swordfish, about";
        let expected = "{owner} ({owner}) sent ********, ******** and ********, about";
        assert_eq!(redactor.clean(text), expected);
        assert_eq!(redactor.clean(&"é".repeat(9999)).chars().count(), CHARS_MAX);
        assert!(!format!("{redactor:?}").contains("hunter2"));
    }
}
