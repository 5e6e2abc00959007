//! How an integration does, in one word, and what needs attention.

use hookpost_core::overview::{ConnectedBy, IntegrationOverview};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::setup::page::views::frame::Frame;

/// A token that expires in so many days is shown as a problem.
const EXPIRES_SOON_DAYS: i32 = 14;

/// How an integration does, the loudest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    /// `watch` cannot work for it.
    Failing,
    /// Something needs attention.
    NeedsAttention,
    /// Its token expires soon.
    ExpiresSoon,
    /// No pass of `watch` has looked at it yet.
    NotSeen,
    /// No pass of `watch` has looked for too long.
    NotSeenLately,
    /// All is well.
    Healthy,
}

impl State {
    /// By what `watch` saw, the credential, and whether that was too long ago.
    pub(super) fn of(
        seen: Option<&IntegrationOverview>,
        credential: Option<&ConnectedBy>,
        is_old: bool,
        frame: &Frame,
    ) -> Self {
        let days = credential.and_then(|by| days_left(by, frame));
        let is_short = |seen: &IntegrationOverview| {
            seen.subscriptions.as_ref().is_some_and(|each| each.delivering < each.wanted)
        };
        if seen.is_some_and(|seen| seen.failure.is_some()) || days.is_some_and(|days| days < 0) {
            Self::Failing
        } else if seen.is_some_and(|seen| is_short(seen) || !seen.remains.is_empty()) {
            Self::NeedsAttention
        } else if days.is_some_and(|days| days <= EXPIRES_SOON_DAYS) {
            Self::ExpiresSoon
        } else if seen.is_none_or(|seen| seen.subscriptions.is_none()) {
            Self::NotSeen
        } else if is_old {
            Self::NotSeenLately
        } else {
            Self::Healthy
        }
    }

    /// The word, with a mark that tells it without color.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Failing => "✕ Failing",
            Self::NeedsAttention => "! Needs attention",
            Self::ExpiresSoon => "! Expires soon",
            Self::NotSeen => "… Not seen yet",
            Self::NotSeenLately => "… Not seen lately",
            Self::Healthy => "✓ Well",
        }
    }

    /// The class of its color.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Failing => "hp-bad",
            Self::NeedsAttention | Self::ExpiresSoon => "hp-warn",
            Self::NotSeen | Self::NotSeenLately => "hp-quiet",
            Self::Healthy => "hp-good",
        }
    }
}

/// What needs attention, the most urgent first. `watch` names a subscription that does not deliver in both of its lists.
pub(super) fn needs(overview: &IntegrationOverview) -> Vec<&str> {
    let failure = overview.failure.iter().map(|failure| &failure.message);
    let not_delivering = overview.subscriptions.iter().flat_map(|each| &each.not_delivering);
    let mut needs: Vec<&str> = Vec::new();
    for need in failure.chain(&overview.remains).chain(not_delivering) {
        if !needs.contains(&need.as_str()) {
            needs.push(need);
        }
    }
    needs
}

/// The credential, and how long it is good.
pub(super) fn credential(by: &ConnectedBy, frame: &Frame) -> String {
    match by {
        ConnectedBy::Entra { .. } => "app, does not expire".to_owned(),
        ConnectedBy::Token { expires_on: None } => "token, end unknown".to_owned(),
        ConnectedBy::Token { expires_on: Some(date) } => match days_left_until(*date, frame) {
            ..0 => format!("token, expired on {date}"),
            0 => "token, expires today".to_owned(),
            1 => "token, 1 day left".to_owned(),
            days @ 2..=EXPIRES_SOON_DAYS => format!("token, {days} days left"),
            _ => format!("token, until {date}"),
        },
    }
}

fn days_left(by: &ConnectedBy, frame: &Frame) -> Option<i32> {
    match by {
        ConnectedBy::Token { expires_on } => expires_on.map(|date| days_left_until(date, frame)),
        ConnectedBy::Entra { .. } => None,
    }
}

fn days_left_until(date: Date, frame: &Frame) -> i32 {
    let today = frame.now.to_zoned(TimeZone::UTC).date();
    today.until(date).map_or(0, |left| left.get_days())
}
