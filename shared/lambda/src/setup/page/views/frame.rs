//! What every view has: the function that its buttons call, the theme, and the time.

use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

/// What every view has.
#[derive(Clone, Debug)]
pub(in crate::setup::page) struct Frame {
    /// The ARN of this function.
    pub(in crate::setup::page) endpoint: String,
    pub(in crate::setup::page) theme: Theme,
    pub(in crate::setup::page) now: Timestamp,
    /// The time zone of whoever looks.
    pub(in crate::setup::page) offset: Offset,
}

/// The theme of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::setup::page) enum Theme {
    Light,
    Dark,
}

/// A time as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::setup::page) struct Moment {
    /// Such as "5 min ago".
    pub(in crate::setup::page) ago: String,
    /// Date and time in the time zone of whoever looks.
    pub(in crate::setup::page) exact: String,
}

impl Frame {
    /// The class of the theme.
    pub(super) fn theme(&self) -> &'static str {
        match self.theme {
            Theme::Light => "hp-light",
            Theme::Dark => "hp-dark",
        }
    }

    /// A time that has passed.
    pub(super) fn moment(&self, at: Timestamp) -> Moment {
        Moment { ago: ago(self.now.duration_since(at)), exact: self.exact(at) }
    }

    /// A date and time, such as `2026-11-27 14:05 +01:00`.
    pub(super) fn exact(&self, at: Timestamp) -> String {
        at.to_zoned(TimeZone::fixed(self.offset)).strftime("%Y-%m-%d %H:%M %:z").to_string()
    }
}

/// How long ago something was, in its largest unit.
fn ago(duration: SignedDuration) -> String {
    match duration.as_mins() {
        ..1 => "just now".to_owned(),
        minutes @ 1..60 => format!("{minutes} min ago"),
        minutes @ 60..2880 => format!("{} h ago", minutes / 60),
        minutes => format!("{} days ago", minutes / 1440),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_in_its_largest_unit() {
        for (minutes, expected) in
            [(-5, "just now"), (0, "just now"), (1, "1 min ago"), (119, "1 h ago"), (2880, "2 days ago")]
        {
            assert_eq!(ago(SignedDuration::from_mins(minutes)), expected);
        }
    }

    #[test]
    fn a_time_is_shown_in_the_zone_of_whoever_looks() {
        let at = "2026-11-27T23:05:00Z".parse().unwrap();
        let offset = Offset::from_seconds(3600).unwrap();
        let frame = Frame { endpoint: String::new(), theme: Theme::Light, now: at, offset };
        assert_eq!(frame.exact(at), "2026-11-28 00:05 +01:00");
    }
}
