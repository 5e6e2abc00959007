//! Parses timestamps. Azure DevOps writes zero to seven fractional digits, and `Z`, an offset, or no zone at all. It
//! writes `0001-01-01T00:00:00` for a timestamp that is not set.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::payload::lenient::scalar::LenientText;

/// A timestamp as RFC 3339 in UTC; `None` when it is absent, not set, or cannot be parsed.
pub(crate) fn utc(text: Option<&LenientText<'_>>) -> Option<String> {
    instant(text?.as_str()).map(|instant| instant.to_string())
}

/// Parses a timestamp; `None` when it is not set or cannot be parsed.
pub fn instant(text: &str) -> Option<Timestamp> {
    if text.starts_with("0001-01-01T") {
        return None;
    }
    text.parse().ok().or_else(|| {
        // Some servers leave the zone out and mean UTC.
        let local: DateTime = text.parse().ok()?;
        Some(local.to_zoned(TimeZone::UTC).ok()?.timestamp())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let parsed = instant(text).map(|instant| instant.to_string());
        assert_eq!(parsed.as_deref(), expected, "{text}");
    }

    #[test]
    fn every_form_that_azure_devops_writes_is_parsed() {
        check("2026-03-04T07:14:12.5477052Z", Some("2026-03-04T07:14:12.5477052Z"));
        check("2026-03-04T07:14:12.82Z", Some("2026-03-04T07:14:12.82Z"));
        check("2026-03-04T07:14:12Z", Some("2026-03-04T07:14:12Z"));
        check("2026-03-04T07:14:12.5+02:00", Some("2026-03-04T05:14:12.5Z"));
        check("2026-03-04T07:14:12", Some("2026-03-04T07:14:12Z"));
        check("0001-01-01T00:00:00", None);
        check("0001-01-01T00:00:00Z", None);
        check("yesterday", None);
        check("", None);
    }
}
