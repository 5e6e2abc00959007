//! The wire type of a subscription, and its JSON for requests.

use std::collections::BTreeMap;

use hookpost_core::azure_devops::subscription::{
    ExistingSubscription, SubscriptionStatus, WantedSubscription,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::calls::identity::WireIdentity;
use crate::lenient::OptionalText;

/// Publisher inputs that Azure DevOps adds. They are not filters.
const NOT_FILTERS: [&str; 2] = ["hostId", "tfsSubscriptionId"];

/// A subscription as Azure DevOps returns it.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct WireSubscription {
    id: OptionalText,
    event_type: OptionalText,
    status: OptionalText,
    resource_version: OptionalText,
    created_by: Option<WireIdentity>,
    created_date: OptionalText,
    probation_retries: OptionalText,
    last_probation_retry_date: OptionalText,
    last_successful_attempt_date: OptionalText,
    publisher_inputs: Option<BTreeMap<String, OptionalText>>,
    consumer_inputs: Option<BTreeMap<String, OptionalText>>,
}

/// A subscription of a list. It is converted as soon as it is read, so that a long list is in memory once; `None` when it
/// has no id.
#[derive(Deserialize)]
#[serde(from = "WireSubscription")]
pub(crate) struct ListedSubscription(pub(crate) Option<ExistingSubscription>);

impl From<WireSubscription> for ListedSubscription {
    fn from(subscription: WireSubscription) -> Self {
        Self(subscription.into_subscription())
    }
}

impl WireSubscription {
    /// Converts the subscription; `None` when it has no id.
    pub(crate) fn into_subscription(self) -> Option<ExistingSubscription> {
        let mut filters = self.publisher_inputs.unwrap_or_default();
        let mut inputs = self.consumer_inputs.unwrap_or_default();
        let [project_id, repository_id] =
            ["projectId", "repository"].map(|name| filters.remove(name).and_then(OptionalText::into_id));
        let [branch, notification_type] = ["branch", "notificationType"].map(|name| take(&mut filters, name));
        filters.retain(|name, _| !NOT_FILTERS.contains(&name.as_str()));
        let other_filters =
            filters.into_iter().filter_map(|(name, value)| Some((name, value.into_option()?))).collect();
        let mut input = |name| take(&mut inputs, name);
        Some(ExistingSubscription {
            id: self.id.into_id()?,
            event_type: self.event_type.or_empty(),
            notification_type,
            status: SubscriptionStatus::of(self.status.as_deref()),
            url: input("url").unwrap_or_default(),
            project_id,
            repository_id,
            branch,
            other_filters,
            resource_version: self.resource_version.into_option(),
            details: input("resourceDetailsToSend"),
            messages: input("messagesToSend"),
            detailed_messages: input("detailedMessagesToSend"),
            has_password: input("basicAuthPassword").is_some(),
            created_by: self.created_by.and_then(WireIdentity::into_identity),
            created: self.created_date.timestamp(),
            probation_retries: self.probation_retries.number(),
            last_probation_retry: self.last_probation_retry_date.timestamp(),
            last_success: self.last_successful_attempt_date.timestamp(),
        })
    }
}

/// Removes an input; `None` when it is absent or empty.
fn take(inputs: &mut BTreeMap<String, OptionalText>, name: &str) -> Option<String> {
    inputs.remove(name).and_then(OptionalText::into_option)
}

/// The JSON of a subscription, for creating or replacing it.
pub(crate) fn to_json(wanted: &WantedSubscription, password: &str) -> Map<String, Value> {
    let mut body = to_test_json(wanted, password);
    body.insert("resourceVersion".to_owned(), wanted.kind.resource_version().into());
    body
}

/// The JSON of a subscription, for a test delivery. It has no resource version.
pub(crate) fn to_test_json(wanted: &WantedSubscription, password: &str) -> Map<String, Value> {
    let publisher_inputs = inputs([
        ("projectId", wanted.project_id.as_deref()),
        ("repository", wanted.repository_id.as_deref()),
        ("branch", wanted.branch.as_deref()),
        ("notificationType", wanted.kind.notification_type()),
    ]);
    // There is no username: an empty input is not allowed. The last three inputs are explicit, because their defaults
    // have been seen to deliver events without a repository.
    let consumer_inputs = inputs([
        ("url", Some(&wanted.url)),
        ("basicAuthPassword", Some(password)),
        ("resourceDetailsToSend", Some("all")),
        ("messagesToSend", Some("text")),
        ("detailedMessagesToSend", Some("none")),
    ]);
    Map::from_iter([
        ("publisherId".to_owned(), json!("tfs")),
        ("eventType".to_owned(), json!(wanted.kind.event_type())),
        ("consumerId".to_owned(), json!("webHooks")),
        ("consumerActionId".to_owned(), json!("httpRequest")),
        ("publisherInputs".to_owned(), publisher_inputs),
        ("consumerInputs".to_owned(), consumer_inputs),
    ])
}

/// The JSON of inputs, without absent and empty ones: Azure DevOps rejects an empty input.
fn inputs<const N: usize>(pairs: [(&str, Option<&str>); N]) -> Value {
    let present =
        pairs.into_iter().filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?)));
    present.map(|(name, value)| (name.to_owned(), Value::from(value))).collect::<Map<_, _>>().into()
}
