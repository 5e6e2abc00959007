//! Removes secrets and names from what is reported, which goes into public issues.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hookpost_core::azure_devops::catalog::Identity;
use hookpost_core::azure_devops::credential::AccessCredential;
use zeroize::Zeroizing;

/// Most characters of one text in the report.
const CHARS_MAX: usize = 700;

/// Shorter names are not replaced: they would be found inside words.
const NAME_MIN: usize = 3;

/// Pieces of a token of Entra that have fewer bytes are not replaced: they tell nothing, and may be words.
const PIECE_BYTES: usize = 16;

const MASK: &str = "********";

/// Texts, each with what replaces it.
#[derive(Default)]
pub(crate) struct Redactor(Vec<(Zeroizing<String>, &'static str)>);

impl Redactor {
    /// Removes a password.
    pub(crate) fn secret(&mut self, secret: &str) {
        let forms = [secret.to_owned(), STANDARD.encode(format!(":{secret}"))];
        self.0.extend(forms.map(|form| (Zeroizing::new(form), MASK)));
    }

    /// Removes a token. Of one of Entra, which has some 2,000 characters, a message may quote a piece.
    pub(crate) fn token(&mut self, token: &AccessCredential) {
        match token {
            AccessCredential::Basic(token) => self.secret(token.expose()),
            AccessCredential::Bearer(token) => {
                let token = token.expose();
                self.secret(token);
                let parts = token.split('.').filter(|part| part.len() >= PIECE_BYTES);
                let pieces = token.as_bytes().windows(PIECE_BYTES).flat_map(str::from_utf8);
                self.0.extend(parts.chain(pieces).map(|piece| (Zeroizing::new(piece.to_owned()), MASK)));
            }
        }
    }

    /// Replaces the names of a person, or of an app, whose unique name is of two ids.
    pub(crate) fn person(&mut self, who: &Identity, replacement: &'static str) {
        self.name(&who.display_name, replacement);
        self.name(&who.unique_name, replacement);
        who.unique_name.split('\\').for_each(|part| self.name(part, replacement));
    }

    /// Replaces a name.
    pub(crate) fn name(&mut self, name: &str, replacement: &'static str) {
        if name.chars().count() >= NAME_MIN {
            self.0.push((Zeroizing::new(name.to_owned()), replacement));
        }
    }

    /// One line without secrets, names and control characters.
    pub(crate) fn redact(&self, text: &str) -> String {
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
    use hookpost_core::azure_devops::token::PersonalAccessToken;
    use hookpost_core::entra::access_token::AccessToken;
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn a_token_of_entra_and_its_pieces_are_replaced() {
        let text = "eyJ0eXAiOiJKV1QifQ.eyJ0aWQiOiJ0ZW5hbnQifQ.c2lnbmF0dXJlIG9mIGVudHJh";
        let token = AccessToken::new(Zeroizing::new(text.to_owned()), Timestamp::MAX);
        let mut redactor = Redactor::default();
        redactor.token(&AccessCredential::Bearer(token));
        let quoted = format!("<{text}> has {} and begins {}…", &text[19..41], &text[..18]);
        assert_eq!(redactor.redact(&quoted), "<********> has ******** and begins ********…");
        let piece = redactor.redact(&format!("it has {} inside", &text[25..60]));
        assert!(piece.starts_with("it has ********") && !piece.contains(&text[25..41]), "{piece}");
        assert!(!piece.contains(&text[44..60]), "{piece}");
    }

    #[test]
    fn the_ids_of_an_app_and_its_tenant_are_replaced() {
        let mut redactor = Redactor::default();
        let app = Identity {
            id: "1".to_owned(),
            display_name: "Lakeside hooks".to_owned(),
            unique_name: r"72f988bf-86f1-41af-91ab-2d7cd011db47\0d1e2f3a-0000-4000-8000-000000000001"
                .to_owned(),
        };
        redactor.person(&app, "{owner}");
        let text = format!("{} of 72f988bf-86f1-41af-91ab-2d7cd011db47", app.unique_name);
        assert_eq!(redactor.redact(&text), "{owner} of {owner}");
    }

    #[test]
    fn secrets_and_names_are_replaced() {
        let mut redactor = Redactor::default();
        let token = PersonalAccessToken::parse("hunter2").expect("a token");
        redactor.token(&AccessCredential::Basic(token));
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
        assert_eq!(redactor.redact(text), expected);
        assert_eq!(redactor.redact(&"é".repeat(9999)).chars().count(), CHARS_MAX);
        assert!(!format!("{redactor:?}").contains("hunter2"));
    }
}
