//! Lists and requests the pull requests of a repository or project, delivered or not.
//!
//! Source: learn.microsoft.com, REST reference, Git, Pull Requests - Get Pull Requests, and Get Pull Requests By Project,
//! which takes the same criteria.

use std::cmp::Reverse;

use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::port::{ListedPullRequest, PullRequestPlace, PullRequestTransition};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::call::Call;
use crate::calls::pages::{list_all, parse_record};
use crate::error::unreadable_response;
use crate::lenient::OptionalText;
use crate::transport::Transport;

/// The fields of a pull request in a list.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct WirePullRequest {
    pull_request_id: OptionalText,
    creation_date: OptionalText,
    closed_date: OptionalText,
    source_ref_name: OptionalText,
    repository: Option<WireTargetRepository>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct WireTargetRepository {
    id: OptionalText,
}

impl WirePullRequest {
    /// Converts a pull request of this place; `None` when it has no number.
    ///
    /// # Errors
    ///
    /// [`RestError::UnreadableResponse`] when a pull request of a project does not name its repository.
    fn into_listed(self, place: PullRequestPlace<'_>) -> Result<Option<ListedPullRequest>, RestError> {
        let repository_id = match place {
            PullRequestPlace::Repository(id) => id.to_owned(),
            PullRequestPlace::Project(_) => {
                let id = self.repository.and_then(|repository| repository.id.into_guid());
                id.ok_or_else(|| unreadable_response("a pull request does not name its repository"))?
            }
        };
        let Some(number) = self.pull_request_id.number() else { return Ok(None) };
        Ok(Some(ListedPullRequest {
            repository_id,
            number,
            created: self.creation_date.timestamp(),
            closed: self.closed_date.timestamp(),
            source_ref: self.source_ref_name.into_option(),
        }))
    }
}

/// Most pull requests of one list. Of each, some 200 bytes are kept.
const PULL_REQUESTS_MAX: usize = 50_000;

/// Lists the pull requests with this transition from `from` to `to`, oldest first.
pub(crate) async fn list(
    transport: &Transport,
    place: PullRequestPlace<'_>,
    transition: PullRequestTransition,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<ListedPullRequest>, RestError> {
    let (min, max) = (from.to_string(), to.to_string());
    let time_range = match transition {
        PullRequestTransition::Created => "created",
        PullRequestTransition::Closed => "closed",
    };
    let query = [
        ("searchCriteria.status", "all"),
        ("searchCriteria.queryTimeRangeType", time_range),
        ("searchCriteria.minTime", min.as_str()),
        ("searchCriteria.maxTime", max.as_str()),
    ];
    let date = |pull_request: &ListedPullRequest| match transition {
        PullRequestTransition::Created => pull_request.created,
        PullRequestTransition::Closed => pull_request.closed,
    };
    let mut listed = list_with(transport, place, &query).await?;
    // Servers that do not support the time range list everything.
    listed.retain(|pull_request| date(pull_request).is_some_and(|date| from <= date && date <= to));
    listed.sort_by_key(|pull_request| (date(pull_request), pull_request.number));
    listed.dedup_by_key(|pull_request| pull_request.number);
    Ok(listed)
}

/// Lists the pull requests that are active now, newest first.
pub(crate) async fn active(
    transport: &Transport,
    place: PullRequestPlace<'_>,
) -> Result<Vec<ListedPullRequest>, RestError> {
    let mut listed = list_with(transport, place, &[("searchCriteria.status", "active")]).await?;
    listed.sort_by_key(|pull_request| Reverse(pull_request.number));
    listed.dedup_by_key(|pull_request| pull_request.number);
    Ok(listed)
}

async fn list_with(
    transport: &Transport,
    place: PullRequestPlace<'_>,
    query: &[(&str, &str)],
) -> Result<Vec<ListedPullRequest>, RestError> {
    let path = match place {
        PullRequestPlace::Repository(id) => vec!["_apis", "git", "repositories", id, "pullrequests"],
        PullRequestPlace::Project(id) => vec![id, "_apis", "git", "pullrequests"],
    };
    let read = |record: &RawValue| parse_record::<WirePullRequest>(record)?.into_listed(place);
    let listed = list_all(transport, &path, query, PULL_REQUESTS_MAX, read).await?;
    if listed.is_whole {
        return Ok(listed.records);
    }
    Err(unreadable_response(format!("its list has more than {PULL_REQUESTS_MAX} records")))
}

/// Requests one pull request, as JSON.
pub(crate) async fn get(
    transport: &Transport,
    repository_id: &str,
    number: u64,
) -> Result<String, RestError> {
    let number = number.to_string();
    let path = ["_apis", "git", "repositories", repository_id, "pullrequests", &number];
    let response = transport.call_for_json(Call::get(&path, &[])).await?;
    Ok(response.decode::<Box<RawValue>>()?.get().to_owned())
}
