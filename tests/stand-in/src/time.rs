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

/// `createdDate` of an event: the service records it some seconds after the change.
pub(super) fn record_time(changed: Timestamp) -> Timestamp {
    later(changed, SignedDuration::new(6, 204_817_300))
}

/// `at` moved forward, or `at` itself at the end of time.
pub(super) fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(at)
}

/// The time that a test has set, or else that of this machine.
#[expect(clippy::disallowed_methods, reason = "a server has a clock; tests set the time")]
pub(super) fn set_or_now(set: Option<Timestamp>) -> Timestamp {
    set.unwrap_or_else(Timestamp::now)
}
