//! Parses bytes into wire types, and describes what is wrong when that fails. No input makes it panic.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::auth::ring::Admission;
use crate::payload::Notification;

/// The body cannot be parsed. The reason never quotes the body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BadBody {
    pub(crate) reason: String,
}

/// Parses the envelope. Requires an [`Admission`], so that an unauthenticated body is never parsed.
///
/// # Errors
///
/// When the body is not a JSON object, or a known field is there twice.
pub(crate) fn parse<'a>(_: &Admission, body: &'a [u8]) -> Result<Notification<'a>, BadBody> {
    if !body.trim_ascii_start().starts_with(b"{") && serde_json::from_slice::<IgnoredAny>(body).is_ok() {
        return Err(BadBody { reason: "the body is not a JSON object".to_owned() });
    }
    serde_json::from_slice(body).map_err(|_| describe_error::<Notification<'_>>(body, ""))
}

/// Parses the resource as the type of its event.
///
/// # Errors
///
/// When the resource is not a JSON object, or a known field is there twice.
pub(crate) fn parse_resource<'a, T: Deserialize<'a>>(resource: &'a RawValue) -> Result<T, BadBody> {
    let text = resource.get();
    if !text.starts_with('{') {
        return Err(BadBody { reason: "`resource` is not a JSON object".to_owned() });
    }
    serde_json::from_str(text).map_err(|_| describe_error::<T>(text.as_bytes(), "resource"))
}

/// Removes what `serde_json` does not accept: a byte order mark, and escaped surrogates without a partner, which become
/// U+FFFD. Azure DevOps sends such surrogates, because .NET strings can hold them.
pub(crate) fn repair_encoding(body: &[u8]) -> Cow<'_, [u8]> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let mut repaired: Option<Vec<u8>> = None;
    let mut position = 0;
    while let Some(offset) = body.get(position..).and_then(|rest| memchr::memchr(b'\\', rest)) {
        let at = position + offset;
        position = match escaped_code_unit(body, at) {
            Some(0xD800..=0xDBFF) if matches!(escaped_code_unit(body, at + 6), Some(0xDC00..=0xDFFF)) => {
                at + 12
            }
            Some(0xD800..=0xDFFF) => {
                repaired.get_or_insert_with(|| body.to_vec())[at..at + 6].copy_from_slice(b"\\ufffd");
                at + 6
            }
            Some(_) => at + 6,
            None => at + 2,
        };
    }
    repaired.map_or(Cow::Borrowed(body), Cow::Owned)
}

/// The UTF-16 code unit that `\uXXXX` at `at` encodes.
fn escaped_code_unit(body: &[u8], at: usize) -> Option<u16> {
    let digits = body.get(at..at + 6)?.strip_prefix(b"\\u")?;
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Parses once more, recording the path, to describe where parsing failed. The text of `serde_json`'s error is not used,
/// since it may quote the body.
fn describe_error<'a, T: Deserialize<'a>>(json: &'a [u8], parent: &str) -> BadBody {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let Err(error) = serde_path_to_error::deserialize::<_, T>(&mut deserializer) else {
        return BadBody { reason: "something stands behind the JSON object".to_owned() };
    };
    let inner = error.inner();
    let path = error.path().to_string();
    let place = match (parent, path.as_str()) {
        // `serde_path_to_error` writes `?` when parsing fails before the first key.
        ("", "." | "?") => "the body".to_owned(),
        (parent, "." | "?") => format!("`{parent}`"),
        ("", path) => format!("`{path}`"),
        (parent, path) => format!("`{parent}.{path}`"),
    };
    let problem = if inner.is_data() {
        "cannot be read, such as a field that is there twice"
    } else if inner.is_eof() {
        "ends too early"
    } else {
        "is not valid JSON"
    };
    let (line, column) = (inner.line(), inner.column());
    BadBody { reason: format!("{place} {problem} (line {line}, column {column})") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reason(body: &str) -> String {
        let json: Result<Notification<'_>, _> = serde_json::from_str(body);
        assert!(json.is_err(), "{body} parses");
        describe_error::<Notification<'_>>(body.as_bytes(), "").reason
    }

    #[test]
    fn a_reason_names_the_field_and_does_not_quote_the_body() {
        assert_eq!(reason(""), "the body ends too early (line 1, column 0)");
        assert_eq!(reason("{\"id\": hunter2}"), "`id` is not valid JSON (line 1, column 8)");
        assert_eq!(
            reason("{\"id\": \"hunter2\", \"id\": 2}"),
            "the body cannot be read, such as a field that is there twice (line 1, column 22)"
        );
    }

    #[test]
    fn only_unpaired_surrogates_are_replaced() {
        let check = |from: &str, to: &str| {
            assert_eq!(String::from_utf8_lossy(&repair_encoding(from.as_bytes())), to, "{from}");
        };
        check(r#""\ud83d\ude00""#, r#""\ud83d\ude00""#);
        check(r#""\ud83d""#, r#""\ufffd""#);
        check(r#""\ude00\ud83d""#, r#""\ufffd\ufffd""#);
        check(r#""\uD83D\ud83d\uDE00""#, r#""\ufffd\ud83d\uDE00""#);
        check(r#""\\ud83d""#, r#""\\ud83d""#);
        check("\u{feff}{}", "{}");
        check(r"\ud83", r"\ud83");
    }
}
