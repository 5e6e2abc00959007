//! Telling test deliveries from real ones.
//!
//! The Test button sends canned data of a company called Fabrikam: with a subscription id of zeros while the hook is not
//! saved yet, and with the real one afterwards. The ids inside are always the same. Source: Microsoft's "Service hooks
//! events" and deliveries in the wild.

use serde::Deserialize;

use crate::payload::Notification;
use crate::payload::git::WireRepository;
use crate::payload::lenient::object::object;
use crate::payload::lenient::scalar::Text;

/// Event ids of the canned deliveries.
const SAMPLE_EVENTS: [&str; 4] = [
    "03c164c2-8912-4d5e-8009-3707d5f83734",
    "2ab4e3d3-b7a6-425e-92b1-5a9982c1269e",
    "af07be1b-f3ad-44c8-a7f1-c4835f2df06b",
    "6872ee8c-b333-4eff-bfb9-0d5274943566",
];

/// Repositories the canned deliveries are about.
const SAMPLE_REPOSITORIES: [&str; 2] =
    ["4bc14d40-c903-45e2-872e-0462c7748079", "278d5cd2-584d-4b63-824a-2ba458937249"];

/// Whether nothing happened and somebody only pressed Test.
pub(crate) fn is_test(notification: &Notification<'_>) -> bool {
    let is_zero = |id: &str| !id.is_empty() && id.bytes().all(|c| c == b'0' || c == b'-');
    notification.subscription_id.as_ref().map(Text::as_str).is_some_and(is_zero) || is_canned(notification)
}

/// A canned repository, or a canned event that names no repository. A canned event id beside a repository of one's own
/// was put there by hand, and no event is given up for that.
fn is_canned(notification: &Notification<'_>) -> bool {
    let resource = notification.resource.map_or("", serde_json::value::RawValue::get);
    let canned_event = notification.id.as_ref().is_some_and(|id| SAMPLE_EVENTS.contains(&id.as_str()));
    let mentions = |id: &&str| memchr::memmem::find(resource.as_bytes(), id.as_bytes()).is_some();
    // Real deliveries end here, without a second look at their structure.
    if !canned_event && !SAMPLE_REPOSITORIES.iter().any(mentions) {
        return false;
    }
    let resource: AnyResource<'_> = serde_json::from_str(resource).unwrap_or_default();
    let nested = resource.pull_request.and_then(|pull_request| pull_request.repository);
    let repositories = [resource.repository, nested];
    let mut named =
        repositories.into_iter().flatten().flat_map(|repository| [repository.id, repository.url]).flatten();
    match named.next() {
        None => canned_event,
        Some(first) => std::iter::once(first)
            .chain(named)
            .any(|name| SAMPLE_REPOSITORIES.iter().any(|id| name.as_str().ends_with(id))),
    }
}

/// The repository of any resource: its own, or that of its pull request.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct AnyResource<'a> {
    #[serde(borrow, deserialize_with = "object")]
    repository: Option<WireRepository<'a>>,
    #[serde(borrow, deserialize_with = "object")]
    pull_request: Option<AnyPullRequest<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AnyPullRequest<'a> {
    #[serde(borrow, deserialize_with = "object")]
    repository: Option<WireRepository<'a>>,
}
