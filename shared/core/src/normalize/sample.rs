//! Recognizes test deliveries.
//!
//! The Test button in Azure DevOps sends sample data of a company called Fabrikam. The subscription id is all zeros while
//! the subscription is not saved yet, and the real one afterwards. The other ids are always the same. Sources: Microsoft's
//! "Service hooks events" and recorded deliveries.

use serde::Deserialize;

use crate::normalize::fields::is_zero;
use crate::payload::Notification;
use crate::payload::git::WireRepository;
use crate::payload::lenient::object::object;
use crate::payload::lenient::scalar::LenientText;

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

/// The company of the samples, in the names and URLs of its repositories.
const SAMPLE_COMPANY: &str = "fabrikam";

/// Whether an event id is one that only samples have.
pub(crate) fn is_sample_event(id: &str) -> bool {
    is_zero(id) || has_sample_id(id)
}

fn has_sample_id(event_id: &str) -> bool {
    SAMPLE_EVENTS.iter().any(|id| id.eq_ignore_ascii_case(event_id))
}

/// Whether a delivery was sent by the Test button.
pub(crate) fn is_test_delivery(notification: &Notification<'_>) -> bool {
    notification.subscription_id.as_ref().is_some_and(|id| is_zero(id.as_str())) || is_sample(notification)
}

/// Whether a delivery names a sample repository, or has a sample event id and names no repository. A sample event id with
/// any other repository does not count: no event of a real repository is dropped. Newer samples have a zero event id,
/// which no event of a repository has, and may have other repositories of the company.
fn is_sample(notification: &Notification<'_>) -> bool {
    let resource = notification.resource.map_or("", serde_json::value::RawValue::get);
    let event_id = notification.id.as_ref().map(LenientText::as_str).unwrap_or_default();
    let has_sample_event_id = has_sample_id(event_id);
    let mentions = |id: &&str| memchr::memmem::find(resource.as_bytes(), id.as_bytes()).is_some();
    // Real deliveries return here, and are not parsed a second time.
    if !has_sample_event_id && !is_zero(event_id) && !SAMPLE_REPOSITORIES.iter().any(mentions) {
        return false;
    }
    let resource: AnyResource<'_> = serde_json::from_str(resource).unwrap_or_default();
    let nested = resource.pull_request.and_then(|pull_request| pull_request.repository);
    let repositories: Vec<WireRepository<'_>> = [resource.repository, nested].into_iter().flatten().collect();
    let identifiers: Vec<&str> = repositories
        .iter()
        .flat_map(|repository| [&repository.id, &repository.url])
        .flatten()
        .map(LenientText::as_str)
        .collect();
    let is_sample_repository =
        |text: &&str| SAMPLE_REPOSITORIES.iter().any(|id| text.to_ascii_lowercase().ends_with(id));
    identifiers.iter().any(is_sample_repository)
        || (identifiers.is_empty() && has_sample_event_id)
        || (is_zero(event_id) && repositories.iter().any(is_of_sample_company))
}

fn is_of_sample_company(repository: &WireRepository<'_>) -> bool {
    let texts = [&repository.name, &repository.url, &repository.remote_url];
    texts.into_iter().flatten().any(|text| text.as_str().to_ascii_lowercase().contains(SAMPLE_COMPANY))
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
