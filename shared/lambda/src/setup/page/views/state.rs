//! How an integration does, in one word, and what needs somebody.

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
    /// Something needs somebody.
    NeedsSomebody,
    /// Its token expires soon.
    ExpiresSoon,
    /// No pass of `watch` has looked at it yet.
    New,
    /// All is well.
    Well,
}

impl State {
    pub(super) fn of(overview: Option<&IntegrationOverview>, frame: &Frame) -> Self {
        let Some(overview) = overview else { return Self::New };
        let days = overview.connected_by.as_ref().and_then(|by| days_left(by, frame));
        let is_short = overview.subscriptions.as_ref().is_some_and(|each| each.delivering < each.wanted);
        if overview.failure.is_some() || days.is_some_and(|days| days < 0) {
            Self::Failing
        } else if is_short || !overview.remains.is_empty() {
            Self::NeedsSomebody
        } else if days.is_some_and(|days| days <= EXPIRES_SOON_DAYS) {
            Self::ExpiresSoon
        } else if overview.subscriptions.is_none() {
            Self::New
        } else {
            Self::Well
        }
    }

    /// The word, with a mark that tells it without color.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Failing => "✕ Failing",
            Self::NeedsSomebody => "! Needs somebody",
            Self::ExpiresSoon => "! Expires soon",
            Self::New => "… New",
            Self::Well => "✓ Well",
        }
    }

    /// The class of its color.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Failing => "hp-bad",
            Self::NeedsSomebody | Self::ExpiresSoon => "hp-warn",
            Self::New => "hp-quiet",
            Self::Well => "hp-good",
        }
    }
}

/// What needs somebody, the most urgent first.
pub(super) fn needs(overview: &IntegrationOverview) -> Vec<&str> {
    let failure = overview.failure.as_ref().map(|failure| failure.message.as_str());
    let not_delivering = overview.subscriptions.iter().flat_map(|each| &each.not_delivering);
    failure.into_iter().chain(overview.remains.iter().chain(not_delivering).map(String::as_str)).collect()
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
