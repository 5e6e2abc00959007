//! What all events of one delivery share: identifiers, the request and the time.

use hookpost_events::{Actor, AzureDevOps, Common, Event, Payload, SPEC_VERSION};
use jiff::Timestamp;

use crate::integration::name::IntegrationName;
use crate::message::sanitize::sanitize;
use crate::normalize::fields::{id, non_empty};
use crate::normalize::id::{digest, group_id};
use crate::normalize::repository::RepositoryLocation;
use crate::normalize::sequence::sequence;
use crate::payload::lenient::scalar::{LenientText, Number};
use crate::payload::timestamp;
use crate::payload::{Message, Notification};

/// One delivery.
#[derive(Debug)]
pub(crate) struct DeliveryContext<'a> {
    pub(crate) integration: &'a IntegrationName,
    pub(crate) notification: &'a Notification<'a>,
    /// The `change` query parameter of the webhook URL.
    pub(crate) change: Option<&'a str>,
    pub(crate) activity_id: Option<&'a str>,
    pub(crate) traceparent: Option<&'a str>,
    pub(crate) received_at: Timestamp,
    /// Most ref updates of a push that become events.
    pub(crate) refs_max: usize,
    /// Whether the notification was reconstructed from a list of pushes or pull requests, and never delivered.
    pub(crate) reconstructed: bool,
}

impl DeliveryContext<'_> {
    /// The identifiers that Azure DevOps gives the delivery.
    pub(super) fn azure_devops(&self) -> AzureDevOps {
        let notification = self.notification;
        AzureDevOps {
            event_type: non_empty(notification.event_type.as_ref()),
            // The id of a reconstructed notification is not Azure DevOps's.
            event_id: id(notification.id.as_ref()).filter(|_| !self.reconstructed),
            subscription_id: non_empty(notification.subscription_id.as_ref()),
            notification_id: notification.notification_id.and_then(Number::unsigned),
            resource_version: non_empty(notification.resource_version.as_ref()),
            activity_id: self.activity_id.map(str::to_owned),
            reconstructed: self.reconstructed.then_some(true),
        }
    }

    /// When Azure DevOps created the event.
    pub(super) fn created_date(&self) -> Option<String> {
        timestamp::utc(self.notification.created_date.as_ref())
    }

    /// The origin of an event, and who caused it.
    pub(super) fn common(&self, location: RepositoryLocation, actor: Option<Actor>) -> Common {
        let RepositoryLocation { organization, project, repository, .. } = location;
        Common {
            integration: self.integration.as_str().to_owned(),
            organization,
            project,
            repository,
            actor,
            message: message_text(self.notification.message.as_ref()),
            message_complete: None,
            detailed_message: message_text(self.notification.detailed_message.as_ref()),
            detailed_message_complete: None,
            azure_devops: self.azure_devops(),
        }
    }

    /// Identifies the event: its id, else subscription and notification id, else a digest of the resource.
    pub(crate) fn event_key(&self) -> String {
        let notification = self.notification;
        if let Some(id) = id(notification.id.as_ref()) {
            return id;
        }
        let subscription = notification.subscription_id.as_ref().map(LenientText::as_str);
        match (subscription, notification.notification_id.and_then(Number::unsigned)) {
            (Some(subscription), Some(number)) => format!("{subscription}/{number}"),
            _ => digest(notification.resource.map_or("", |resource| resource.get())),
        }
    }

    /// Wraps a payload in the `CloudEvents` envelope. `group`, the repository's key, and `subject` make the message group.
    pub(super) fn event(
        &self,
        id: String,
        source: String,
        group: &str,
        subject: &str,
        time: Option<String>,
        payload: Payload,
    ) -> Event {
        Event {
            specversion: SPEC_VERSION.to_owned(),
            id,
            source,
            subject: sanitize(subject).into_owned(),
            time: time.unwrap_or_else(|| self.received_at.to_string()),
            datacontenttype: "application/json".to_owned(),
            dataschema: payload.data_schema().unwrap_or_default().to_owned(),
            integration: self.integration.as_str().to_owned(),
            partitionkey: group_id(group, subject),
            sequence: sequence(&payload, self.notification.created_date.as_ref()),
            traceparent: self.traceparent.filter(|value| is_traceparent(value)).map(str::to_owned),
            payload,
        }
    }
}

/// The plain text of a message, else its Markdown.
fn message_text(message: Option<&Message<'_>>) -> Option<String> {
    let message = message?;
    non_empty(message.text.as_ref()).or_else(|| non_empty(message.markdown.as_ref()))
}

/// Whether a value has the form of the W3C `traceparent` header, version 00.
fn is_traceparent(value: &str) -> bool {
    let is_hex = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|c| c.is_ascii_digit() || (b'a'..=b'f').contains(&c))
    };
    let mut parts = value.split('-');
    let [Some(version), Some(trace), Some(span), Some(flags), None] =
        [parts.next(), parts.next(), parts.next(), parts.next(), parts.next()]
    else {
        return false;
    };
    version == "00" && is_hex(trace, 32) && is_hex(span, 16) && is_hex(flags, 2)
}

#[cfg(test)]
mod tests {
    use crate::normalize::context::is_traceparent;

    #[test]
    fn only_a_well_formed_traceparent_is_accepted() {
        assert!(is_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        for bad in
            ["", "00", "00-x-y-01", "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", "\u{fffe}"]
        {
            assert!(!is_traceparent(bad), "{bad}");
        }
    }
}
