//! Timestamps. Azure DevOps writes zero to seven digits of a second, `Z` or an offset, or no zone at all; and
//! `0001-01-01T00:00:00` where there is none.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::payload::lenient::scalar::Text;

/// RFC 3339 in UTC, or `None` when absent, unset or unreadable.
pub(crate) fn utc(text: Option<&Text<'_>>) -> Option<String> {
    instant(text?.as_str()).map(|instant| instant.to_string())
}

/// The instant a timestamp names.
pub fn instant(text: &str) -> Option<Timestamp> {
    if text.starts_with("0001-01-01T") {
        return None;
    }
    text.parse().ok().or_else(|| {
        // Some servers leave the zone out; what they mean is UTC.
        let local: DateTime = text.parse().ok()?;
        Some(local.to_zoned(TimeZone::UTC).ok()?.timestamp())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let got = instant(text).map(|instant| instant.to_string());
        assert_eq!(got.as_deref(), expected, "{text}");
    }

    #[test]
    fn every_form_azure_devops_writes() {
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
