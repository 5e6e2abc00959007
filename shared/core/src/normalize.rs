//! Converts deliveries into events. The same delivery always gives the same events.

mod action;
mod address;
mod alternate_urls;
mod collection;
mod comment;
pub(crate) mod context;
mod fields;
pub(crate) mod id;
mod location_sources;
mod pull_request;
pub(crate) mod push;
mod repository;
mod rest_url;
pub(crate) mod sample;
mod sequence;

use hookpost_events::Event;

use crate::normalize::context::DeliveryContext;
use crate::payload::EventType;
use crate::payload::parse::BadBody;

/// The result of converting a delivery.
pub(crate) enum Normalized<'a> {
    Events(Events<'a>),
    /// There is no event, for this reason, and that is no problem.
    Ignored(&'static str),
    /// There is no event, because another subscription delivers the same change and says which it is.
    DeliveredElsewhere,
    /// The delivery cannot be converted, for this reason.
    Failed(String),
}

/// The events of a delivery, in its order, and the problems of the parts that could not be converted. Each event is made
/// when it is asked for: a push of thousands of refs takes no more memory than one of a few.
pub(crate) type Events<'a> = Box<dyn Iterator<Item = Result<Event, String>> + Send + 'a>;

impl<'a> Normalized<'a> {
    fn failed(problem: impl Into<String>) -> Self {
        Self::Failed(problem.into())
    }

    fn event(event: Event) -> Self {
        Self::Events(Box::new(std::iter::once(Ok(event))))
    }

    /// The events alone.
    pub(crate) fn events(self) -> impl Iterator<Item = Event> + 'a {
        let events = if let Self::Events(events) = self { Some(events) } else { None };
        events.into_iter().flatten().filter_map(Result::ok)
    }
}

impl From<BadBody> for Normalized<'_> {
    fn from(body: BadBody) -> Self {
        Self::failed(body.reason)
    }
}

/// Converts a delivery of a known event type into events.
pub(crate) fn normalize<'a>(event_type: EventType, context: &'a DeliveryContext<'a>) -> Normalized<'a> {
    let Some(resource) = context.notification.resource else {
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
