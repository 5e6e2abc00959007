//! Replaces or escapes the characters that SQS and `CloudEvents` do not accept.

use std::borrow::Cow;

/// Replaces control characters and noncharacters with U+FFFD, for attributes.
///
/// SQS rejects U+FFFE, U+FFFF and all control characters but tab, line feed and carriage return. `CloudEvents` rejects
/// every control character and every noncharacter in an attribute.
pub(crate) fn sanitize(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_rejected) {
        Cow::Owned(text.chars().map(|c| if is_rejected(c) { '\u{fffd}' } else { c }).collect())
    } else {
        Cow::Borrowed(text)
    }
}

fn is_rejected(c: char) -> bool {
    let noncharacter = matches!(c, '\u{fdd0}'..='\u{fdef}') || (u32::from(c) & 0xfffe) == 0xfffe;
    c.is_control() || noncharacter
}

/// Escapes U+FFFE and U+FFFF, which JSON allows and SQS rejects. `serde_json` has already escaped control characters.
pub(crate) fn escape_noncharacters(json: String) -> String {
    // In valid JSON these characters can only be inside a string.
    if memchr::memmem::find(json.as_bytes(), b"\xEF\xBF\xBE").is_some()
        || memchr::memmem::find(json.as_bytes(), b"\xEF\xBF\xBF").is_some()
    {
        json.replace('\u{fffe}', "\\ufffe").replace('\u{ffff}', "\\uffff")
    } else {
        json
    }
}

/// The longest prefix of `text` within `bytes`, cut between characters.
pub(crate) fn truncate(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rejected_characters_are_replaced() {
        assert_eq!(sanitize("refs/heads/grün 🌲"), "refs/heads/grün 🌲");
        assert_eq!(
            sanitize("a\0b\u{fffe}c\u{1ffff}\u{fdd0}\u{85}"),
            "a\u{fffd}b\u{fffd}c\u{fffd}\u{fffd}\u{fffd}"
        );
    }

    #[test]
    fn escaped_noncharacters_survive_in_json() {
        let json = escape_noncharacters(serde_json::to_string("x\u{fffe}\u{ffff}\0").expect("text"));
        assert_eq!(json, r#""x\ufffe\uffff\u0000""#);
        let decoded: String = serde_json::from_str(&json).expect("JSON");
        assert_eq!(decoded, "x\u{fffe}\u{ffff}\0");
    }

    #[test]
    fn text_is_cut_between_characters() {
        assert_eq!(truncate("aé", 2), "a");
        assert_eq!(truncate("aé", 9), "aé");
        assert_eq!(truncate("é", 0), "");
    }
}
