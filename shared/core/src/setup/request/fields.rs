//! The fields of a request, read one by one, with everything that is wrong noted on the way.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::azure_devops::token::PersonalAccessToken;
use crate::integration::name::IntegrationName;
use crate::setup::request::Token;

pub(super) struct Fields<'a> {
    object: &'a Map<String, Value>,
    asked: Vec<&'static str>,
    problems: Vec<String>,
}

impl<'a> Fields<'a> {
    pub(super) fn of(object: &'a Map<String, Value>) -> Self {
        Self { object, asked: Vec::new(), problems: Vec::new() }
    }

    pub(super) fn problem(&mut self, text: impl Into<String>) {
        self.problems.push(text.into());
    }

    pub(super) fn problems(self) -> Vec<String> {
        self.problems
    }

    /// A field that is there; `null` counts as absent.
    fn value(&mut self, name: &'static str) -> Option<&'a Value> {
        self.asked.push(name);
        self.object.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        let value = self.value(name)?;
        match value.as_str().map(str::trim) {
            Some("") => {
                self.problem(format!("`{name}` is empty"));
                None
            }
            Some(text) => Some(text.to_owned()),
            None => {
                self.problem(format!("`{name}` must be text"));
                None
            }
        }
    }

    pub(super) fn required_text(&mut self, name: &'static str, meaning: &str) -> Option<String> {
        if self.value(name).is_none() {
            self.problem(format!("`{name}` is missing: {meaning}"));
            return None;
        }
        self.text(name)
    }

    pub(super) fn flag(&mut self, name: &'static str) -> bool {
        match self.value(name) {
            None => false,
            Some(Value::Bool(flag)) => *flag,
            Some(_) => {
                self.problem(format!("`{name}` must be true or false"));
                false
            }
        }
    }

    pub(super) fn number(&mut self, name: &'static str, range: RangeInclusive<u8>) -> Option<u8> {
        let value = self.value(name)?;
        let number = value.as_u64().and_then(|number| u8::try_from(number).ok());
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            self.problem(format!(
                "`{name}` must be a whole number from {} to {}",
                range.start(),
                range.end()
            ));
        }
        number
    }

    /// A list of names, or `"all"`, or nothing; the last two are an empty list.
    pub(super) fn texts_or_all(&mut self, name: &'static str) -> Vec<String> {
        let texts = match self.value(name) {
            None => return Vec::new(),
            Some(Value::String(all)) if all == "all" => return Vec::new(),
            Some(Value::Array(items)) if !items.is_empty() => {
                let text = |item: &Value| {
                    item.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
                };
                items.iter().map(text).collect::<Option<Vec<String>>>()
            }
            Some(_) => None,
        };
        if texts.is_none() {
            self.problem(format!("`{name}` must be a list of names or ids, or \"all\""));
        }
        texts.unwrap_or_default()
    }

    pub(super) fn date(&mut self, name: &'static str) -> Option<Date> {
        let date = self.text(name)?.parse().ok();
        if date.is_none() {
            self.problem(format!("`{name}` must be a date such as 2027-05-31"));
        }
        date
    }

    pub(super) fn moment(&mut self, name: &'static str) -> Option<Timestamp> {
        let moment = self.text(name)?.parse().ok();
        if moment.is_none() {
            self.problem(format!("`{name}` must be a moment such as 2026-11-22T08:00:00Z"));
        }
        moment
    }

    pub(super) fn integration(&mut self) -> Option<IntegrationName> {
        let name = self.text("integration")?;
        IntegrationName::parse(&name).map_err(|error| self.problem(format!("`integration`: {error}"))).ok()
    }

    pub(super) fn required_integration(&mut self) -> Option<IntegrationName> {
        self.required_text("integration", "the name it was given by `connect`")?;
        self.integration()
    }

    /// The personal access token, or where it is: exactly one of the two.
    pub(super) fn token(&mut self) -> Option<Token> {
        match (self.text("pat"), self.text("patSecretId")) {
            (Some(_), Some(_)) => {
                self.problem("give `pat` or `patSecretId`, not both");
                None
            }
            (None, Some(secret)) => Some(Token::InSecret(secret)),
            (Some(pat), None) => match PersonalAccessToken::parse(&pat) {
                Ok(pat) => Some(Token::Given(pat)),
                Err(error) => {
                    self.problem(format!("`pat`: {error}"));
                    None
                }
            },
            (None, None) => {
                if !self.object.contains_key("pat") && !self.object.contains_key("patSecretId") {
                    self.problem("`patSecretId` is missing: the secret that holds the token (or `pat`, the token itself)");
                }
                None
            }
        }
    }

    /// Ends the reading: what was not asked for is a problem too.
    pub(super) fn finish(mut self, action: &str) -> Vec<String> {
        for name in self.object.keys().filter(|name| !self.asked.contains(&name.as_str())) {
            let near = self.asked.iter().find(|asked| alike(asked, name));
            let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            let name: String = name.chars().take(64).collect();
            self.problems.push(format!("`{name}` is not a field of `{action}`{hint}"));
        }
        self.problems
    }
}

/// Whether one was probably meant by the other: the same letters but for case, hyphens and one spelling of `z`.
fn alike(one: &str, other: &str) -> bool {
    let plain = |text: &str| -> String {
        let letters = text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase());
        letters.map(|c| if c == 'z' { 's' } else { c }).collect()
    };
    let (one, other) = (plain(one), plain(other));
    one == other || one.starts_with(&other) || (other.starts_with(&one) && one.len() > 2)
}
