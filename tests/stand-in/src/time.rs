//! Timestamps as Azure DevOps writes them.

use jiff::{SignedDuration, Timestamp};

/// "Not set", written without a zone: .NET's smallest date.
pub(super) const UNSET: &str = "0001-01-01T00:00:00";

/// UTC with up to seven fraction digits, trailing zeros dropped as .NET does (`…:12.82Z`).
pub(super) fn render(at: Timestamp) -> String {
    let ticks = format!("{}", at.strftime("%Y-%m-%dT%H:%M:%S%.7f"));
    let trimmed =
        if ticks.contains('.') { ticks.trim_end_matches('0').trim_end_matches('.') } else { &ticks };
    format!("{trimmed}Z")
}

/// UTC in whole seconds: what Git keeps of an author's or committer's date.
pub(super) fn render_seconds(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// When the service writes the event record: some seconds after the happening.
pub(super) fn record_time(happened: Timestamp) -> Timestamp {
    later(happened, SignedDuration::new(6, 204_817_300))
}

/// `at` moved forward, or `at` itself at the end of time.
pub(super) fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(at: &str, expected: &str) {
        assert_eq!(render(at.parse().unwrap()), expected);
    }

    #[test]
    fn fractions_have_up_to_seven_digits() {
        check("2026-03-02T09:15:04.1234567Z", "2026-03-02T09:15:04.1234567Z");
        check("2026-03-02T09:15:04.160355Z", "2026-03-02T09:15:04.160355Z");
        check("2026-03-02T09:15:04.820Z", "2026-03-02T09:15:04.82Z");
        check("2026-03-02T09:15:00Z", "2026-03-02T09:15:00Z");
        check("2026-03-02T10:15:40+01:00", "2026-03-02T09:15:40Z");
    }

    #[test]
    fn the_record_is_written_seconds_later_with_all_seven_digits() {
        let recorded = record_time("2026-03-02T09:15:00Z".parse().unwrap());
        assert_eq!(render(recorded), "2026-03-02T09:15:06.2048173Z");
    }
}
