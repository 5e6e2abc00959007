//! Subscriptions as they are written and read.

use std::collections::BTreeMap;

use hookpost_core::azure_devops::catalog::Identity;
use hookpost_core::azure_devops::subscription::{
    ExistingSubscription, SubscriptionStatus, WantedSubscription,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::lenient::Text;

/// Inputs Azure DevOps adds by itself: they filter nothing.
const NOT_FILTERS: [&str; 2] = ["hostId", "tfsSubscriptionId"];

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct WireSubscription {
    id: Text,
    event_type: Text,
    status: Text,
    resource_version: Text,
    created_by: Option<WireIdentity>,
    created_date: Text,
    probation_retries: Text,
    last_probation_retry_date: Text,
    last_successful_attempt_date: Text,
    publisher_inputs: Option<BTreeMap<String, Text>>,
    consumer_inputs: Option<BTreeMap<String, Text>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct WireIdentity {
    id: Text,
    display_name: Text,
    unique_name: Text,
}

impl WireSubscription {
    /// `None` without an id.
    pub(crate) fn read(self) -> Option<ExistingSubscription> {
        let mut filters = self.publisher_inputs.unwrap_or_default();
        let mut inputs = self.consumer_inputs.unwrap_or_default();
        let [project_id, repository_id] =
            ["projectId", "repository"].map(|name| filters.remove(name).and_then(Text::into_id));
        let [branch, notification_type] = ["branch", "notificationType"].map(|name| take(&mut filters, name));
        filters.retain(|name, _| !NOT_FILTERS.contains(&name.as_str()));
        let other = filters.into_iter().filter_map(|(name, value)| Some((name, value.into_option()?)));
        let other_filters = other.collect();
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
            created_by: self.created_by.and_then(WireIdentity::read),
            created: self.created_date.timestamp(),
            probation_retries: self.probation_retries.number(),
            last_probation_retry: self.last_probation_retry_date.timestamp(),
            last_success: self.last_successful_attempt_date.timestamp(),
        })
    }
}

impl WireIdentity {
    fn read(self) -> Option<Identity> {
        Some(Identity {
            id: self.id.into_id()?,
            display_name: self.display_name.or_empty(),
            unique_name: self.unique_name.or_empty(),
        })
    }
}

fn take(inputs: &mut BTreeMap<String, Text>, name: &str) -> Option<String> {
    inputs.remove(name).and_then(Text::into_option)
}

/// The whole of a wanted subscription.
pub(crate) fn write(wanted: &WantedSubscription, password: &str) -> Map<String, Value> {
    let mut body = write_for_test(wanted, password);
    body.insert("resourceVersion".to_owned(), wanted.kind.resource_version().into());
    body
}

/// What a test delivery takes of it.
pub(crate) fn write_for_test(wanted: &WantedSubscription, password: &str) -> Map<String, Value> {
    let publisher_inputs = inputs([
        ("projectId", wanted.project_id.as_deref()),
        ("repository", wanted.repository_id.as_deref()),
        ("branch", wanted.branch.as_deref()),
        ("notificationType", wanted.kind.notification_type()),
    ]);
    // No user name: it would have to be left out to be empty. The last three are written out because leaving them to
    // their defaults has been seen to deliver events without a repository.
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

/// All text, none of it empty: Azure DevOps refuses an input that is there without a value.
fn inputs<const N: usize>(pairs: [(&str, Option<&str>); N]) -> Value {
    let given =
        pairs.into_iter().filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?)));
    given.map(|(name, value)| (name.to_owned(), Value::from(value))).collect::<Map<_, _>>().into()
}
