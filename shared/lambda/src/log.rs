//! The log: one JSON object per line on standard output, which Lambda hands to CloudWatch.
//!
//! Each line has `timestamp`, `level` and a stable `event`. Lambda filters by the first two when its log format is JSON.

use std::io::{self, Write as _};
use std::panic::Location;
use std::time::Duration;

use hookpost_core::settings::SettingsError;
use serde::Serialize;
use serde_json::json;

use crate::system::now;

/// Longest text in a line, in characters, where an attacker may have sent it.
const TEXT_CHARS_MAX: usize = 256;

/// Most lines are shorter, in bytes.
const TYPICAL_BYTES: usize = 1024;

#[derive(Serialize)]
struct Line<'a, T> {
    timestamp: String,
    level: &'static str,
    event: &'static str,
    #[serde(flatten)]
    fields: &'a T,
}

/// Writes one line.
pub(crate) fn write(level: &'static str, event: &'static str, fields: &impl Serialize) {
    // One write, so that lines of several threads do not mix. An error has nowhere to be reported.
    drop(io::stdout().lock().write_all(&line(level, event, fields)));
}

/// One line, with its line feed; `timestamp` is in RFC 3339, UTC, to the millisecond.
pub(crate) fn line(level: &'static str, event: &'static str, fields: &impl Serialize) -> Vec<u8> {
    let mut text = Vec::with_capacity(TYPICAL_BYTES);
    let line = Line { timestamp: format!("{:.3}", now()), level, event, fields };
    if serde_json::to_writer(&mut text, &line).is_ok() {
        text.push(b'\n');
    }
    text
}

/// The function is ready for its first invocation, `init` after it started.
pub(crate) fn started(function: &str, init: Duration) {
    let version = env!("CARGO_PKG_VERSION");
    write(
        "INFO",
        "started",
        &json!({"function": function, "version": version, "initMs": milliseconds(init)}),
    );
}

/// The function cannot start. Problems name settings, never their values.
pub(crate) fn configuration_invalid(function: &str, error: &SettingsError) {
    write("FATAL", "configuration_invalid", &json!({"function": function, "problems": error.0}));
}

/// A panic, by its place only: its message may quote a body or a credential.
pub(crate) fn panic(location: Option<&Location<'_>>) {
    write("ERROR", "panic", &json!({"location": location.map(ToString::to_string)}));
}

/// At most the first [`TEXT_CHARS_MAX`] characters of `text`.
pub(crate) fn truncate(text: &str) -> &str {
    text.char_indices().nth(TEXT_CHARS_MAX).map_or(text, |(end, _)| &text[..end])
}

/// To a hundredth.
pub(crate) fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 100_000.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_truncated_between_characters() {
        assert_eq!(truncate(&"ä".repeat(1000)), "ä".repeat(TEXT_CHARS_MAX));
        assert_eq!(truncate("short"), "short");
    }
}
