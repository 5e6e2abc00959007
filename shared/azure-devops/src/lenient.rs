//! Text and lists in the answers of the REST API, on the lenient reader that deliveries are read with.

use hookpost_core::payload::lenient::scalar;
use hookpost_core::payload::timestamp::instant;
use serde::{Deserialize, Deserializer};

/// A scalar as text; anything else counts as absent, and so does the empty text.
#[derive(Debug, Default)]
pub(crate) struct Text(Option<String>);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = scalar::Text::deserialize(deserializer)?;
        Ok(Self(Some(String::from(text)).filter(|text| !text.is_empty())))
    }
}

impl Text {
    pub(crate) fn as_deref(&self) -> Option<&str> {
        self.0.as_deref()
    }

    pub(crate) fn into_option(self) -> Option<String> {
        self.0
    }

    pub(crate) fn or_empty(self) -> String {
        self.0.unwrap_or_default()
    }

    /// An id in lower case, as GUIDs are compared.
    pub(crate) fn into_id(self) -> Option<String> {
        self.0.map(|id| id.to_ascii_lowercase())
    }

    pub(crate) fn is(&self, expected: &str) -> bool {
        self.as_deref().is_some_and(|text| text.eq_ignore_ascii_case(expected))
    }

    pub(crate) fn number<N: std::str::FromStr>(&self) -> Option<N> {
        self.as_deref()?.parse().ok()
    }

    pub(crate) fn timestamp(&self) -> Option<jiff::Timestamp> {
        instant(self.as_deref()?)
    }
}

/// `{"count": …, "value": […]}`
#[derive(Debug, Deserialize)]
pub(crate) struct Listing<T> {
    #[serde(default)]
    count: Text,
    value: Option<Vec<Option<T>>>,
}

impl<T> Listing<T> {
    /// The items; `None` when there is no list, which must not look like an empty one: what is not listed is made.
    pub(crate) fn into_items(self) -> Option<impl Iterator<Item = T>> {
        let none = self.count.is("0").then(Vec::new);
        Some(self.value.or(none)?.into_iter().flatten())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, expected: Option<&str>) {
        let text: Text = serde_json::from_str(json).expect(json);
        assert_eq!(text.as_deref(), expected, "{json}");
    }

    #[test]
    fn any_scalar_is_text() {
        check(r#""a""#, Some("a"));
        check("7", Some("7"));
        check("true", Some("true"));
        for absent in ["null", r#""""#, "{}", "[1]", r#"{"a":[{}]}"#] {
            check(absent, None);
        }
    }

    #[test]
    fn only_a_list_is_a_list() {
        let items = |json| {
            let listing: Listing<u8> = serde_json::from_str(json).expect(json);
            listing.into_items().map(Iterator::collect::<Vec<_>>)
        };
        assert_eq!(items(r#"{"count":2,"value":[1,null,2]}"#), Some(vec![1, 2]));
        assert_eq!(items(r#"{"count":0,"value":null}"#), Some(vec![]));
        assert_eq!(items(r#"{"value":null}"#), None);
        assert_eq!(items("{}"), None);
    }
}
