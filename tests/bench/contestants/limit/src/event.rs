//! From a proxy event to messages: what pushes and pull requests share.

use std::borrow::Cow;
use std::io;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::aws::{Attributes, Entry, Text, Trace};
use crate::place::Place;
use crate::sign::Hex;
use crate::wire::{Identity, Notification, ProxyEvent};
use crate::{pull_request, push};

/// The `CloudEvents` envelope.
#[derive(Serialize)]
pub(crate) struct Event<'a, D> {
    pub(crate) specversion: &'static str,
    pub(crate) id: &'a str,
    pub(crate) source: &'a str,
    pub(crate) subject: &'a str,
    pub(crate) time: &'a str,
    pub(crate) datacontenttype: &'static str,
    pub(crate) dataschema: &'static str,
    pub(crate) integration: &'a str,
    pub(crate) partitionkey: &'a str,
    pub(crate) r#type: &'static str,
    pub(crate) data: D,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Actor<'a> {
    pub(crate) id: &'a str,
    pub(crate) display_name: &'a str,
    pub(crate) unique_name: &'a str,
}

impl<'a> Actor<'a> {
    pub(crate) fn of(identity: &'a Identity<'a>) -> Self {
        Self { id: identity.id, display_name: &identity.display_name, unique_name: &identity.unique_name }
    }
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AzureDevOps<'a> {
    event_type: &'a str,
    event_id: &'a str,
    subscription_id: &'a str,
    notification_id: u64,
    resource_version: &'a str,
    activity_id: Option<&'a str>,
}

impl<'a> AzureDevOps<'a> {
    pub(crate) fn of<R>(notification: &Notification<'a, R>, event: &ProxyEvent<'a>) -> Self {
        Self {
            event_type: notification.event_type,
            event_id: notification.id,
            subscription_id: notification.subscription_id,
            notification_id: notification.notification_id,
            resource_version: notification.resource_version,
            activity_id: event.headers.activity_id,
        }
    }
}

/// A message, before it has a place in a batch.
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) group: String,
    pub(crate) body: String,
    attributes: [(&'static str, String); 8],
}

/// What tells messages of one delivery apart.
pub(crate) struct Particulars<'a> {
    pub(crate) r#type: &'static str,
    pub(crate) r#ref: &'a str,
    pub(crate) action: &'static str,
}

impl Message {
    pub(crate) fn new(
        id: String,
        group: String,
        integration: &str,
        place: &Place<'_>,
        it: &Particulars<'_>,
    ) -> Self {
        let attributes = [
            ("type", it.r#type.to_owned()),
            ("integration", integration.to_owned()),
            ("organization", place.organization.name.clone()),
            ("project", place.project.name.to_owned()),
            ("repository", place.repository.name.to_owned()),
            ("ref", it.r#ref.to_owned()),
            ("action", it.action.to_owned()),
            ("contentType", "application/cloudevents+json; charset=utf-8".to_owned()),
        ];
        Self { id, group, body: String::new(), attributes }
    }

    /// As SQS counts it.
    pub(crate) fn size(&self) -> usize {
        let attributes = self.attributes.iter();
        self.body.len()
            + attributes.map(|(name, value)| name.len() + "String".len() + value.len()).sum::<usize>()
    }

    pub(crate) fn entry<'a>(&'a self, place: usize, trace: &'a str) -> Entry<'a> {
        Entry {
            id: place.to_string(),
            message_body: &self.body,
            message_attributes: Attributes(&self.attributes),
            message_group_id: &self.group,
            message_deduplication_id: &self.id,
            message_system_attributes: Trace { header: Text::new(trace) },
        }
    }
}

/// Every message of a delivery.
pub(crate) fn messages(event: &ProxyEvent<'_>) -> io::Result<Vec<Message>> {
    if event.path.ends_with("/code-pushed") { push::messages(event) } else { pull_request::messages(event) }
}

/// An id over the parts that make the happening what it is.
pub(crate) fn event_id(kind: &str, parts: [&str; 4]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    format!("{kind}-{}", Hex(&hasher.finalize()[..16]))
}

/// The message group: readable when SQS takes that.
pub(crate) fn group(repository: &str, subject: &str) -> String {
    let group = format!("{repository}:{subject}");
    if group.len() <= 128 && group.bytes().all(|byte| byte.is_ascii_graphic()) {
        return group;
    }
    format!("{repository}:{}", Hex(&Sha256::digest(subject.as_bytes())[..16]))
}

/// A timestamp in UTC as it is, without zeros at the end of its fraction; `None` for the year 1, which means none.
pub(crate) fn utc(text: &str) -> Option<Cow<'_, str>> {
    if text.starts_with("0001-01-01T") {
        return None;
    }
    let digits = text.strip_suffix('Z')?;
    if !digits.contains('.') || !digits.ends_with('0') {
        return Some(text.into());
    }
    Some(format!("{}Z", digits.trim_end_matches('0').trim_end_matches('.')).into())
}

pub(crate) fn filled(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}
