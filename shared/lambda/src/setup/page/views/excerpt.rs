//! Short forms of texts that others have written.

/// The text as far as its HTML has at most so many bytes, with `…` where something is left out.
pub(super) fn excerpt(text: &str, bytes: usize) -> String {
    let mut room = bytes;
    let mut shown = String::new();
    for character in text.chars() {
        // Askama writes a character that it escapes as `&#NN;`.
        let cost = if matches!(character, '<' | '>' | '&' | '"' | '\'') { 5 } else { character.len_utf8() };
        let Some(left) = room.checked_sub(cost) else {
            shown.push('…');
            return shown;
        };
        room = left;
        shown.push(character);
    }
    shown
}

/// A URL without its scheme, which is the same for all.
pub(super) fn shown_url(url: &str) -> &str {
    url.strip_prefix("https://").unwrap_or(url)
}

/// The URL of a link; `None` where it is no web address and could do something else.
pub(super) fn link(url: &str) -> Option<&str> {
    Some(url).filter(|url| url.starts_with("https://"))
}

/// The first lines of a list, and how many more there are.
pub(super) fn first(lines: Vec<String>, count: usize) -> Vec<String> {
    let more = lines.len().saturating_sub(count);
    let mut shown: Vec<String> = lines.into_iter().take(count).collect();
    if more > 0 {
        shown.push(format!("and {more} more"));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_by_the_bytes_of_its_html() {
        assert_eq!(excerpt("<<ab", 11), "<<a…");
        assert_eq!(excerpt("ab", 2), "ab");
        assert_eq!(excerpt("äöü", 4), "äö…");
    }

    #[test]
    fn only_web_addresses_are_links() {
        assert_eq!(link("https://dev.azure.com/contoso"), Some("https://dev.azure.com/contoso"));
        assert_eq!(link("javascript:alert(1)"), None);
    }

    #[test]
    fn a_long_list_says_how_much_is_left_out() {
        let lines = |count: usize| (0..count).map(|line| line.to_string()).collect::<Vec<_>>();
        assert_eq!(first(lines(2), 2), ["0", "1"]);
        assert_eq!(first(lines(5), 2), ["0", "1", "and 3 more"]);
    }
}
