//! Recognizes test deliveries.
//!
//! The Test button in Azure DevOps sends sample data of a company called Fabrikam. The subscription id is all zeros while
//! the subscription is not saved yet, and the real one afterwards. The other ids are always the same. Sources: Microsoft's
//! "Service hooks events" and recorded deliveries.

use serde::Deserialize;

use crate::payload::Notification;
use crate::payload::git::WireRepository;
use crate::payload::lenient::object::object;
use crate::payload::lenient::scalar::Text;

/// Event ids of the samples.
const SAMPLE_EVENTS: [&str; 4] = [
    "03c164c2-8912-4d5e-8009-3707d5f83734",
    "2ab4e3d3-b7a6-425e-92b1-5a9982c1269e",
    "af07be1b-f3ad-44c8-a7f1-c4835f2df06b",
    "6872ee8c-b333-4eff-bfb9-0d5274943566",
];

/// Repository ids of the samples.
const SAMPLE_REPOSITORIES: [&str; 2] =
    ["4bc14d40-c903-45e2-872e-0462c7748079", "278d5cd2-584d-4b63-824a-2ba458937249"];

/// Whether an event id is one of the samples'.
pub(crate) fn is_sample_event(id: &str) -> bool {
    SAMPLE_EVENTS.contains(&id)
}

/// Whether a delivery was sent by the Test button.
pub(crate) fn is_test_delivery(notification: &Notification<'_>) -> bool {
    let is_zero = |id: &str| !id.is_empty() && id.bytes().all(|c| c == b'0' || c == b'-');
    notification.subscription_id.as_ref().map(Text::as_str).is_some_and(is_zero) || is_sample(notification)
}

/// Whether a delivery names a sample repository, or has a sample event id and names no repository. A sample event id with
/// any other repository does not count: no event of a real repository is dropped.
fn is_sample(notification: &Notification<'_>) -> bool {
    let resource = notification.resource.map_or("", serde_json::value::RawValue::get);
    let has_sample_event_id = notification.id.as_ref().is_some_and(|id| is_sample_event(id.as_str()));
    let mentions = |id: &&str| memchr::memmem::find(resource.as_bytes(), id.as_bytes()).is_some();
    // Real deliveries return here, and are not parsed a second time.
    if !has_sample_event_id && !SAMPLE_REPOSITORIES.iter().any(mentions) {
        return false;
    }
    let resource: AnyResource<'_> = serde_json::from_str(resource).unwrap_or_default();
    let nested = resource.pull_request.and_then(|pull_request| pull_request.repository);
    let repositories = [resource.repository, nested];
    let mut identifiers =
        repositories.into_iter().flatten().flat_map(|repository| [repository.id, repository.url]).flatten();
    match identifiers.next() {
        None => has_sample_event_id,
        Some(first) => std::iter::once(first)
            .chain(identifiers)
            .any(|text| SAMPLE_REPOSITORIES.iter().any(|id| text.as_str().ends_with(id))),
    }
}

/// A resource of any event type: it has a repository, or a pull request that has one.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct AnyResource<'a> {
    #[serde(borrow, deserialize_with = "object")]
    repository: Option<WireRepository<'a>>,
    #[serde(borrow, deserialize_with = "object")]
    pull_request: Option<NestedPullRequest<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NestedPullRequest<'a> {
    #[serde(borrow, deserialize_with = "object")]
    repository: Option<WireRepository<'a>>,
}
