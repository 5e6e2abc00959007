//! The characters that queues and `CloudEvents` attributes take.

use std::borrow::Cow;

/// Text for an attribute: control characters, noncharacters and nothing else become U+FFFD.
///
/// SQS refuses all controls but tab, line feed and carriage return, and U+FFFE and U+FFFF; `CloudEvents` refuses every
/// control character and every noncharacter in an attribute.
pub(crate) fn sanitize(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_refused) {
        Cow::Owned(text.chars().map(|c| if is_refused(c) { '\u{fffd}' } else { c }).collect())
    } else {
        Cow::Borrowed(text)
    }
}

fn is_refused(c: char) -> bool {
    let noncharacter = matches!(c, '\u{fdd0}'..='\u{fdef}') || (u32::from(c) & 0xfffe) == 0xfffe;
    c.is_control() || noncharacter
}

/// JSON with the two characters escaped that JSON allows and SQS refuses; `serde_json` has escaped the controls.
pub(crate) fn escape_noncharacters(json: String) -> String {
    // In valid JSON these can only stand inside a string.
    if memchr::memmem::find(json.as_bytes(), b"\xEF\xBF\xBE").is_some()
        || memchr::memmem::find(json.as_bytes(), b"\xEF\xBF\xBF").is_some()
    {
        json.replace('\u{fffe}', "\\ufffe").replace('\u{ffff}', "\\uffff")
    } else {
        json
    }
}

/// The longest truncate of `text` within `bytes`, ending between characters.
pub(crate) fn truncate(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_refused_is_replaced() {
        assert_eq!(sanitize("refs/heads/grün 🌲"), "refs/heads/grün 🌲");
        assert_eq!(
            sanitize("a\0b\u{fffe}c\u{1ffff}\u{fdd0}\u{85}"),
            "a\u{fffd}b\u{fffd}c\u{fffd}\u{fffd}\u{fffd}"
        );
    }

    #[test]
    fn noncharacters_stay_readable_in_json() {
        let json = escape_noncharacters(serde_json::to_string("x\u{fffe}\u{ffff}\0").expect("text"));
        assert_eq!(json, r#""x\ufffe\uffff\u0000""#);
        let back: String = serde_json::from_str(&json).expect("JSON");
        assert_eq!(back, "x\u{fffe}\u{ffff}\0");
    }

    #[test]
    fn text_is_cut_between_characters() {
        assert_eq!(truncate("aé", 2), "a");
        assert_eq!(truncate("aé", 9), "aé");
        assert_eq!(truncate("é", 0), "");
    }
}
