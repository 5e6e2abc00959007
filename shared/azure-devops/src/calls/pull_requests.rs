//! Lists the pull requests of a repository that were created or closed, delivered or not.
//!
//! Source: learn.microsoft.com, REST reference, Git, Pull Requests - Get Pull Requests.

use std::collections::BTreeSet;

use hookpost_core::azure_devops::catalog::RepositoryInfo;
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::port::PullRequestTransition;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::call::Call;
use crate::calls::pages::{list_all, parse_record};
use crate::lenient::OptionalText;
use crate::transport::Transport;

/// The fields of a pull request by which pull requests are filtered and sorted.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct WirePullRequest {
    pull_request_id: OptionalText,
    creation_date: OptionalText,
    closed_date: OptionalText,
}

/// Lists the pull requests with this transition from `from` to `to`, oldest first, as JSON.
///
/// Each is requested on its own after listing, because lists shorten descriptions.
pub(crate) async fn list(
    transport: &Transport,
    repository: &RepositoryInfo,
    transition: PullRequestTransition,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<String>, RestError> {
    let path = ["_apis", "git", "repositories", &repository.id, "pullrequests"];
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
    let mut numbers = BTreeSet::new();
    for record in list_all(transport, &path, &query).await? {
        let pull_request: WirePullRequest = parse_record(&record)?;
        let date = match transition {
            PullRequestTransition::Created => pull_request.creation_date,
            PullRequestTransition::Closed => pull_request.closed_date,
        };
        // Servers that do not support the time range list everything.
        let date = date.timestamp().filter(|date| from <= *date && *date <= to);
        numbers.extend(date.zip(pull_request.pull_request_id.number::<u64>()));
    }
    let mut pull_requests = Vec::with_capacity(numbers.len());
    for (_, number) in numbers {
        let number = number.to_string();
        let path = ["_apis", "git", "repositories", &repository.id, "pullrequests", &number];
        let response = transport.call_for_json(Call::get(&path, &[])).await?;
        pull_requests.push(response.decode::<Box<RawValue>>()?.get().to_owned());
    }
    Ok(pull_requests)
}
