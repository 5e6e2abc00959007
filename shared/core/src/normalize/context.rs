//! What the events of one delivery share: the envelope, the request and the moment.

use hookpost_events::{AzureDevOps, Event, Payload, SPEC_VERSION};
use jiff::Timestamp;

use crate::integration::name::IntegrationName;
use crate::message::sanitize::sanitize;
use crate::normalize::id::{digest, group_id};
use crate::normalize::people::owned;
use crate::normalize::repository::Located;
use crate::payload::Notification;
use crate::payload::lenient::scalar::Text;
use crate::payload::timestamp;

/// One delivery, seen from its events.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub(crate) integration: &'a IntegrationName,
    pub(crate) notification: &'a Notification<'a>,
    /// The `change` query parameter of the webhook URL.
    pub(crate) change: Option<&'a str>,
    pub(crate) activity_id: Option<&'a str>,
    pub(crate) traceparent: Option<&'a str>,
    pub(crate) received_at: Timestamp,
    /// Whether there never was a delivery: the notification was made from a list of what happened.
    pub(crate) reconstructed: bool,
}

impl Context<'_> {
    /// How Azure DevOps names the delivery.
    pub(super) fn azure_devops(&self) -> AzureDevOps {
        let notification = self.notification;
        AzureDevOps {
            event_type: owned(notification.event_type.as_ref()),
            // One that was made up names nothing.
            event_id: owned(notification.id.as_ref()).filter(|_| !self.reconstructed),
            subscription_id: owned(notification.subscription_id.as_ref()),
            notification_id: notification
                .notification_id
                .and_then(crate::payload::lenient::scalar::Number::unsigned),
            resource_version: owned(notification.resource_version.as_ref()),
            activity_id: self.activity_id.map(str::to_owned),
            reconstructed: self.reconstructed.then_some(true),
        }
    }

    /// When the delivery's event record was made.
    pub(super) fn created_date(&self) -> Option<String> {
        timestamp::utc(self.notification.created_date.as_ref())
    }

    /// What tells this delivery's event from any other: its id, and where that is missing what is nearest to one.
    pub(super) fn event_key(&self) -> String {
        let notification = self.notification;
        if let Some(id) = owned(notification.id.as_ref()) {
            return id;
        }
        let subscription = notification.subscription_id.as_ref().map(Text::as_str);
        match (
            subscription,
            notification.notification_id.and_then(crate::payload::lenient::scalar::Number::unsigned),
        ) {
            (Some(subscription), Some(number)) => format!("{subscription}/{number}"),
            _ => digest(notification.resource.map_or("", |resource| resource.get())),
        }
    }

    /// Puts the envelope around a payload. `subject` also makes the message group.
    pub(super) fn event(
        &self,
        id: String,
        located: &Located,
        subject: &str,
        time: Option<String>,
        payload: Payload,
    ) -> Event {
        Event {
            specversion: SPEC_VERSION.to_owned(),
            id,
            source: sanitize(&located.source).into_owned(),
            subject: sanitize(subject).into_owned(),
            time: time.unwrap_or_else(|| self.received_at.to_string()),
            datacontenttype: "application/json".to_owned(),
            dataschema: payload.data_schema().to_owned(),
            integration: self.integration.as_str().to_owned(),
            partitionkey: group_id(&located.key, subject),
            traceparent: self.traceparent.filter(|value| is_traceparent(value)).map(str::to_owned),
            payload,
        }
    }
}

/// Version 00 of the W3C trace context header, the only one there is.
fn is_traceparent(value: &str) -> bool {
    let hex = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|c| c.is_ascii_digit() || (b'a'..=b'f').contains(&c))
    };
    let mut parts = value.split('-');
    let [Some(version), Some(trace), Some(span), Some(flags), None] =
        [parts.next(), parts.next(), parts.next(), parts.next(), parts.next()]
    else {
        return false;
    };
    version == "00" && hex(trace, 32) && hex(span, 16) && hex(flags, 2)
}

#[cfg(test)]
mod tests {
    use crate::normalize::context::is_traceparent;

    #[test]
    fn only_a_well_formed_trace_context_is_passed_on() {
        assert!(is_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        for bad in
            ["", "00", "00-x-y-01", "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", "\u{fffe}"]
        {
            assert!(!is_traceparent(bad), "{bad}");
        }
    }
}
