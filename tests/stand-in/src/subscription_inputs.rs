//! The inputs of a subscription, as its creator gave them, and what they mean.
//!
//! Sources: learn.microsoft.com, REST reference, Service Hooks, Subscriptions and Consumers (the input
//! descriptors of `webHooks`).

use std::collections::BTreeMap;
use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{EventType, NotificationType, ResourceVersion, Uuid};

/// The part of a subscription that its creator sets.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SubscriptionInputs {
    /// `tfs` for everything about code.
    pub publisher_id: String,
    /// Such as `git.push`.
    pub event_type: String,
    /// As given, whether there is such a version or not.
    pub resource_version: Option<String>,
    /// `webHooks`, or another consumer.
    pub consumer_id: String,
    /// `httpRequest`, or another action.
    pub consumer_action_id: String,
    /// The filters, as given.
    pub publisher_inputs: BTreeMap<String, String>,
    /// The webhook, with its password in clear text.
    pub consumer_inputs: BTreeMap<String, String>,
}

/// The consumer input `resourceDetailsToSend`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Details {
    /// Everything.
    All,
    /// Ids and URLs. Users have received such pull requests; what is left of pushes and comments is assumed.
    Minimal,
    /// `resource` and `resourceVersion` are null.
    None,
}

/// The consumer inputs `messagesToSend` and `detailedMessagesToSend`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Messages {
    /// All three formats.
    All,
    /// Plain text only.
    Text,
    /// HTML only.
    Html,
    /// Markdown only.
    Markdown,
    /// The member is null.
    None,
}

impl SubscriptionInputs {
    /// The event type. `None` for one that the stand-in does not have, for other consumers, and for
    /// filters by group or merge result, which it does not apply.
    pub fn supported_type(&self) -> Option<EventType> {
        let unsupported = ["pushedBy", "pullrequestCreatedBy", "pullrequestReviewersContains", "mergeResult"];
        let is_supported = self.is_webhook()
            && self.filter("notificationType").is_some() == self.notification_type().is_some()
            && unsupported.iter().all(|name| self.filter(name).is_none());
        EventType::with_id(&self.event_type).filter(|_| is_supported)
    }

    pub(crate) fn is_webhook(&self) -> bool {
        self.publisher_id == "tfs"
            && self.consumer_id == "webHooks"
            && self.consumer_action_id == "httpRequest"
    }

    /// An empty filter is none.
    pub(crate) fn filter(&self, name: &str) -> Option<&str> {
        self.publisher_inputs.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The filter of "pull request updated".
    pub(crate) fn notification_type(&self) -> Option<NotificationType> {
        self.filter("notificationType").and_then(named)
    }

    /// The project that it is limited to.
    pub(crate) fn project(&self) -> Option<Uuid> {
        self.filter("projectId").and_then(|id| id.parse().ok())
    }

    pub(crate) fn consumer_input(&self, name: &str) -> Option<&str> {
        self.consumer_inputs.get(name).map(String::as_str)
    }

    /// The webhook's URL, query included.
    pub fn url(&self) -> &str {
        self.consumer_input("url").unwrap_or_default()
    }

    /// The webhook's password.
    pub fn password(&self) -> Option<&str> {
        self.consumer_input("basicAuthPassword")
    }

    /// The host of an absolute HTTP or HTTPS URL.
    pub(crate) fn host(&self) -> Option<String> {
        let url = Url::parse(self.url()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        url.host_str().map(str::to_owned)
    }

    /// The consumer inputs with a mask in the place of the password.
    pub(crate) fn masked_inputs(&self) -> BTreeMap<String, String> {
        let mut inputs = self.consumer_inputs.clone();
        if let Some(password) = inputs.get_mut("basicAuthPassword") {
            MASK.clone_into(password);
        }
        inputs
    }

    /// The schema of the resource. `latest`, or none, is the best version.
    pub(crate) fn version(&self, event_type: EventType) -> ResourceVersion {
        match self.resource_version.as_deref() {
            None | Some("latest") => event_type.best_version(),
            Some(version) => named(version).unwrap_or(ResourceVersion::Unsupported),
        }
    }

    /// How much of the resource is sent. Any other value is saved, and gives null resources.
    pub(crate) fn details(&self) -> Details {
        self.consumer_input("resourceDetailsToSend")
            .map_or(Some(Details::All), named)
            .unwrap_or(Details::None)
    }

    /// The formats of the message that `input` names.
    pub(crate) fn messages(&self, input: &str) -> Messages {
        self.consumer_input(input).map_or(Some(Messages::All), named).unwrap_or(Messages::None)
    }
}

/// The value that has this name in JSON.
fn named<T: DeserializeOwned>(name: &str) -> Option<T> {
    serde_json::from_value(name.into()).ok()
}

/// The name of a value in JSON.
pub(crate) fn name_of(value: impl Serialize) -> String {
    let name = serde_json::to_value(value).unwrap_or_default();
    name.as_str().unwrap_or_default().to_owned()
}

impl fmt::Debug for SubscriptionInputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (inputs, target) = (&self.publisher_inputs, self.masked_inputs());
        write!(f, "SubscriptionInputs({} {:?} {inputs:?} {target:?})", self.event_type, self.resource_version)
    }
}

pub(crate) const MASK: &str = "********";
