//! Converts deliveries into events. The same delivery always gives the same events.

mod action;
mod address;
mod alternate_urls;
mod clues;
mod collection;
mod comment;
pub(crate) mod context;
mod fields;
mod id;
mod pull_request;
mod push;
mod repository;
mod rest_url;
pub(crate) mod sample;

use hookpost_events::Event;

use crate::normalize::context::Context;
use crate::payload::parse::BadBody;
use crate::payload::{EventType, Notification};

/// The events of a delivery.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Normalized {
    /// The events, in the order of the delivery.
    pub(crate) events: Vec<Event>,
    /// The first problem, when a part of the delivery could not be converted.
    pub(crate) problem: Option<String>,
    /// Why there is no event, when that is no problem.
    pub(crate) ignored: Option<&'static str>,
}

impl Normalized {
    fn failed(problem: impl Into<String>) -> Self {
        Self { problem: Some(problem.into()), ..Self::default() }
    }

    fn ignored(reason: &'static str) -> Self {
        Self { ignored: Some(reason), ..Self::default() }
    }
}

impl From<BadBody> for Normalized {
    fn from(body: BadBody) -> Self {
        Self::failed(body.reason)
    }
}

/// Converts a delivery of a known event type into events.
pub(crate) fn normalize(
    event_type: EventType,
    notification: &Notification<'_>,
    context: &Context<'_>,
) -> Normalized {
    let Some(resource) = notification.resource else {
        return Normalized::failed(
            "`resource` is empty: set the subscription's resource details to send to `All` and its resource version to \
             one that the event supports",
        );
    };
    match event_type {
        EventType::Push => push::normalize(resource, context),
        EventType::PullRequestCreated | EventType::PullRequestUpdated | EventType::PullRequestMerged => {
            pull_request::normalize(event_type, resource, context)
        }
        EventType::PullRequestCommented => comment::normalize(resource, context),
    }
}
