//! Reads the fields of a request one by one, and collects the problems.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::integration::name::IntegrationName;
use crate::integration::selection::{ALL_PROJECTS, parse_branch};

/// The fields of a request. A reader that finds a problem notes it and returns `None` or a default.
pub(super) struct Fields<'a> {
    object: &'a Map<String, Value>,
    known: Vec<&'static str>,
    problems: Vec<String>,
}

impl<'a> Fields<'a> {
    pub(super) fn of(object: &'a Map<String, Value>) -> Self {
        Self { object, known: Vec::new(), problems: Vec::new() }
    }

    pub(super) fn problem(&mut self, text: impl Into<String>) {
        self.problems.push(text.into());
    }

    pub(super) fn problems(self) -> Vec<String> {
        self.problems
    }

    /// Whether the request has the field, even if it is `null`.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.object.contains_key(name)
    }

    /// Notes that the action has such a field, where nothing reads it.
    pub(super) fn knows(&mut self, name: &'static str) {
        self.known.push(name);
    }

    /// The value of a field; `null` counts as absent.
    fn value(&mut self, name: &'static str) -> Option<&'a Value> {
        self.known.push(name);
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
                self.problem(format!("`{name}` must be a string"));
                None
            }
        }
    }

    /// The fields of an object.
    pub(super) fn object(&mut self, name: &'static str) -> Option<Self> {
        let object = self.value(name)?.as_object();
        if object.is_none() {
            self.problem(format!("`{name}` must be a JSON object"));
        }
        object.map(Self::of)
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

    /// A list of names. `"all"`, in place of the list or in it, and an absent field give an empty list.
    pub(super) fn texts_or_all(&mut self, name: &'static str) -> Vec<String> {
        let texts = match self.value(name) {
            None => return Vec::new(),
            Some(Value::String(all)) if all == ALL_PROJECTS => return Vec::new(),
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
        texts.filter(|texts| !texts.iter().any(|text| text == ALL_PROJECTS)).unwrap_or_default()
    }

    /// The name of a branch, without `refs/heads/`.
    pub(super) fn branch(&mut self, name: &'static str) -> Option<String> {
        let branch = self.text(name)?;
        parse_branch(&branch).map_err(|error| self.problem(format!("`{name}` {error}"))).ok()
    }

    pub(super) fn date(&mut self, name: &'static str) -> Option<Date> {
        let date = self.text(name)?.parse().ok();
        if date.is_none() {
            self.problem(format!("`{name}` must be a date such as 2027-05-31"));
        }
        date
    }

    pub(super) fn timestamp(&mut self, name: &'static str) -> Option<Timestamp> {
        let timestamp = self.text(name)?.parse().ok();
        if timestamp.is_none() {
            self.problem(format!("`{name}` must be a time such as 2026-11-22T08:00:00Z"));
        }
        timestamp
    }

    pub(super) fn integration(&mut self) -> Option<IntegrationName> {
        let name = self.text("integration")?;
        IntegrationName::parse(&name).map_err(|error| self.problem(format!("`integration`: {error}"))).ok()
    }

    pub(super) fn required_integration(&mut self) -> Option<IntegrationName> {
        self.required_text("integration", "the name that `connect` gave it")?;
        self.integration()
    }

    /// Returns the problems. Fields that no reader has read are problems, too.
    pub(super) fn finish(mut self, action: &str) -> Vec<String> {
        for name in self.object.keys().filter(|name| !self.known.contains(&name.as_str())) {
            let similar = self.known.iter().find(|known| is_similar(known, name));
            let hint = similar.map_or_else(String::new, |similar| format!("; did you mean `{similar}`?"));
            let name: String = name.chars().take(64).collect();
            self.problems.push(format!("`{name}` is not a field of `{action}`{hint}"));
        }
        self.problems
    }
}

/// Whether `given` is probably a misspelling of `known`: the names are equal, or one is the start of the other, when
/// case, punctuation and `s` for `z` are ignored.
fn is_similar(known: &str, given: &str) -> bool {
    let simplify = |text: &str| -> String {
        let letters = text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase());
        letters.map(|c| if c == 'z' { 's' } else { c }).collect()
    };
    let (known, given) = (simplify(known), simplify(given));
    known == given || known.starts_with(&given) || (given.starts_with(&known) && known.len() > 2)
}
