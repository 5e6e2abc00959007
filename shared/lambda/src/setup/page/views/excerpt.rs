//! Short forms of texts that others have written.

/// Longest line, in bytes of HTML.
pub(super) const LINE_BYTES_MAX: usize = 2000;

/// The text as far as its HTML has at most so many bytes, with `…` where something is left out.
pub(super) fn excerpt(text: &str, bytes: usize) -> String {
    let mut room = bytes;
    let mut shown = String::new();
    for character in text.chars() {
        let cost = match character {
            // Askama writes a character that it escapes as `&#NN;`.
            '<' | '>' | '&' | '"' | '\'' => 5,
            // Two of them become `<code></code>`.
            '`' => 7,
            _ => character.len_utf8(),
        };
        let Some(left) = room.checked_sub(cost) else {
            shown.push('…');
            return shown;
        };
        room = left;
        shown.push(character);
    }
    shown
}

/// The parts of a text, each with whether it is code, which stands between backticks as it does in the terminal.
pub(super) fn parts(text: &str) -> impl Iterator<Item = (bool, &str)> {
    let is_paired = text.matches('`').count().is_multiple_of(2);
    let parts = text.splitn(if is_paired { usize::MAX } else { 1 }, '`');
    parts.enumerate().map(|(index, part)| (index % 2 == 1, part))
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
    fn what_stands_between_backticks_is_code() {
        let shown = |text| parts(text).collect::<Vec<_>>();
        assert_eq!(shown("run `connect`"), [(false, "run "), (true, "connect"), (false, "")]);
        assert_eq!(shown("a ` alone"), [(false, "a ` alone")]);
        assert_eq!(excerpt("``", 13), "`…");
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
