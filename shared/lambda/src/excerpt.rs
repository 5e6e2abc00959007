//! The beginning of long lists and texts, so that no log line and no answer grows with the number of projects.

use std::borrow::Cow;

/// Longest list or text in a log line, in bytes. With it a line stays below the 256 KB of an event in CloudWatch Logs, and
/// its metrics are read.
pub(crate) const LOG_FIELD_BYTES_MAX: usize = 8 * 1024;

/// The first texts of `list`: at most `texts` of them, with at most `bytes` together. A last one counts the others.
pub(crate) fn of_list(list: &[String], texts: usize, bytes: usize) -> Vec<Cow<'_, str>> {
    let mut bytes_left = bytes;
    let mut shown = Vec::new();
    for text in list.iter().take(texts) {
        if bytes_left == 0 {
            break;
        }
        shown.push(of_text(text, bytes_left));
        bytes_left = bytes_left.saturating_sub(text.len());
    }
    let others = list.len() - shown.len();
    if others > 0 {
        shown.push(Cow::Owned(format!("{others} more")));
    }
    shown
}

/// The first `bytes` of `text`, with an ellipsis where some are missing.
pub(crate) fn of_text(text: &str, bytes: usize) -> Cow<'_, str> {
    match text.floor_char_boundary(bytes) {
        end if end == text.len() => Cow::Borrowed(text),
        end => Cow::Owned(format!("{}…", &text[..end])),
    }
}
