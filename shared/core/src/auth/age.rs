//! How long ago something was.

use std::time::Duration;

use jiff::Timestamp;

/// Whether `now` is less than `duration` after `since`. A clock that went backwards counts as expired.
pub(crate) fn within(since: Option<Timestamp>, duration: Duration, now: Timestamp) -> bool {
    since.is_some_and(|since| Duration::try_from(now.duration_since(since)).is_ok_and(|age| age < duration))
}
