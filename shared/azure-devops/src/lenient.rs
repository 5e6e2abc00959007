//! Reads text and lists of REST responses leniently, with the reader for deliveries in `hookpost-core`.

use hookpost_core::payload::lenient::scalar::LenientText;
use hookpost_core::payload::timestamp::instant;
use serde::{Deserialize, Deserializer};

/// Text, or any other scalar as text. Other values and empty text count as absent.
#[derive(Debug, Default)]
pub(crate) struct OptionalText(Option<String>);

impl<'de> Deserialize<'de> for OptionalText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = LenientText::deserialize(deserializer)?;
        Ok(Self(Some(String::from(text)).filter(|text| !text.is_empty())))
    }
}

impl OptionalText {
    pub(crate) fn as_deref(&self) -> Option<&str> {
        self.0.as_deref()
    }

    pub(crate) fn into_option(self) -> Option<String> {
        self.0
    }

    pub(crate) fn or_empty(self) -> String {
        self.0.unwrap_or_default()
    }

    /// An id in lower case. Azure DevOps ignores the case of GUIDs.
    pub(crate) fn into_id(self) -> Option<String> {
        self.0.map(|id| id.to_ascii_lowercase())
    }

    /// A GUID in lower case; `None` for other text and for the GUID of zeros, which stands for none.
    pub(crate) fn into_guid(self) -> Option<String> {
        let lengths = [8, 4, 4, 4, 12];
        self.into_id().filter(|id| {
            id.split('-').map(str::len).eq(lengths)
                && id.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
                && id.chars().any(|c| !matches!(c, '-' | '0'))
        })
    }

    /// Whether the text is `expected`, ignoring ASCII case.
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

/// The JSON of a list: `{"count": …, "value": […]}`.
#[derive(Debug, Deserialize)]
pub(crate) struct ListResponse<T> {
    #[serde(default)]
    count: OptionalText,
    value: Option<Vec<Option<T>>>,
}

impl<T> ListResponse<T> {
    /// The items that are not null; `None` when there is no list. A missing list must not look like an empty one, because
    /// `setup` creates the subscriptions that are not listed.
    pub(crate) fn into_items(self) -> Option<impl Iterator<Item = T>> {
        let empty = self.count.is("0").then(Vec::new);
        Some(self.value.or(empty)?.into_iter().flatten())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, expected: Option<&str>) {
        let text: OptionalText = serde_json::from_str(json).expect(json);
        assert_eq!(text.as_deref(), expected, "{json}");
    }

    #[test]
    fn any_scalar_is_read_as_text() {
        check(r#""a""#, Some("a"));
        check("7", Some("7"));
        check("true", Some("true"));
        for absent in ["null", r#""""#, "{}", "[1]", r#"{"a":[{}]}"#] {
            check(absent, None);
        }
    }

    #[test]
    fn only_a_guid_is_read_as_one() {
        let guid = |text: &str| OptionalText(Some(text.to_owned())).into_guid();
        let lower_case = Some("0b2e4f4c-3c1f-4c55-8f6d-3c3c2c6b0001".to_owned());
        assert_eq!(guid("0B2E4F4C-3C1F-4C55-8F6D-3C3C2C6B0001"), lower_case);
        for other in [
            "00000000-0000-0000-0000-000000000000",
            "0b2e4f4c3c1f4c558f6d3c3c2c6b0001",
            "0b2e4f4c-3c1f-4c55-8f6d-3c3c2c6b000g",
            "x",
        ] {
            assert_eq!(guid(other), None, "{other}");
        }
        assert_eq!(OptionalText(None).into_guid(), None);
    }

    #[test]
    fn a_missing_list_is_not_an_empty_list() {
        let items = |json| {
            let list: ListResponse<u8> = serde_json::from_str(json).expect(json);
            list.into_items().map(Iterator::collect::<Vec<_>>)
        };
        assert_eq!(items(r#"{"count":2,"value":[1,null,2]}"#), Some(vec![1, 2]));
        assert_eq!(items(r#"{"count":0,"value":null}"#), Some(vec![]));
        assert_eq!(items(r#"{"value":null}"#), None);
        assert_eq!(items("{}"), None);
    }
}
