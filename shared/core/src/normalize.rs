//! Wire form to events. Pure: the same delivery always gives the same events.

mod action;
mod comment;
pub(crate) mod context;
mod id;
mod people;
mod pull_request;
mod push;
mod repository;
mod rest_url;
pub(crate) mod sample;

use hookpost_events::Event;

use crate::normalize::context::Context;

use crate::payload::parse::BadBody;
use crate::payload::{EventType, Notification};

/// What a delivery turned out to hold.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Normalized {
    /// The events, in the order sent.
    pub(crate) events: Vec<Event>,
    /// What could not be understood, when some of it could not.
    pub(crate) defect: Option<String>,
}

impl Normalized {
    fn nothing_but(defect: impl Into<String>) -> Self {
        Self { events: Vec::new(), defect: Some(defect.into()) }
    }
}

impl From<BadBody> for Normalized {
    fn from(body: BadBody) -> Self {
        Self::nothing_but(body.reason)
    }
}

/// Turns a delivery of a known event type into events.
pub(crate) fn normalize(
    event_type: EventType,
    notification: &Notification<'_>,
    context: &Context<'_>,
) -> Normalized {
    let Some(resource) = notification.resource else {
        return Normalized::nothing_but(
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
