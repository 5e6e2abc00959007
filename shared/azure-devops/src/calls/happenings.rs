//! What happened to a repository, whether or not anybody was told: its pushes and pull requests.
//!
//! Source: learn.microsoft.com, REST reference, Git, Pushes - List and Pull Requests - Get Pull Requests. Lists are newest
//! first, which is not documented, so nothing here relies on it.

use std::collections::BTreeMap;

use hookpost_core::azure_devops::catalog::RepositoryInfo;
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::port::PullRequestTransition;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::answer::unreadable;
use crate::call::Call;
use crate::lenient::{Listing, Text};
use crate::transport::Transport;

const PAGE: usize = 100;

/// Most pages of one list.
const PAGES_MAX: usize = 50;

/// As much of a push as tells when it was; the rest is handed on as it is.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct WirePush {
    push_id: Text,
    date: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct WirePullRequest {
    pull_request_id: Text,
    creation_date: Text,
    closed_date: Text,
}

pub(crate) async fn pushes(
    transport: &Transport,
    repository: &RepositoryInfo,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<String>, RestError> {
    let path = ["_apis", "git", "repositories", &repository.id, "pushes"];
    let (min, max) = (from.to_string(), to.to_string());
    let query = [
        ("searchCriteria.fromDate", min.as_str()),
        ("searchCriteria.toDate", max.as_str()),
        ("searchCriteria.includeRefUpdates", "true"),
    ];
    let mut found = BTreeMap::new();
    for raw in all(transport, &path, &query).await? {
        let push: WirePush = read(&raw)?;
        let date = push.date.timestamp().filter(|date| from <= *date && *date <= to);
        if let Some((date, number)) = date.zip(push.push_id.number::<u64>()) {
            found.insert((date, number), raw.get().to_owned());
        }
    }
    Ok(found.into_values().collect())
}

/// Lists shorten descriptions, so each is asked for on its own.
pub(crate) async fn pull_requests(
    transport: &Transport,
    repository: &RepositoryInfo,
    happened: PullRequestTransition,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<String>, RestError> {
    let path = ["_apis", "git", "repositories", &repository.id, "pullrequests"];
    let (min, max) = (from.to_string(), to.to_string());
    let query = [
        ("searchCriteria.status", "all"),
        (
            "searchCriteria.queryTimeRangeType",
            if happened == PullRequestTransition::Created { "created" } else { "closed" },
        ),
        ("searchCriteria.minTime", min.as_str()),
        ("searchCriteria.maxTime", max.as_str()),
    ];
    let mut found = BTreeMap::new();
    for raw in all(transport, &path, &query).await? {
        let one: WirePullRequest = read(&raw)?;
        let date =
            if happened == PullRequestTransition::Created { one.creation_date } else { one.closed_date };
        // Servers that do not know the time range list everything.
        let date = date.timestamp().filter(|date| from <= *date && *date <= to);
        if let Some((date, number)) = date.zip(one.pull_request_id.number::<u64>()) {
            found.insert((date, number), raw);
        }
    }
    let mut whole = Vec::with_capacity(found.len());
    for (_, number) in found.into_keys() {
        let number = number.to_string();
        let path = ["_apis", "git", "repositories", &repository.id, "pullrequests", &number];
        let answer = transport.ask(Call::get(&path, &[])).await?;
        whole.push(answer.decode::<Box<RawValue>>()?.get().to_owned());
    }
    Ok(whole)
}

/// Every page of a list.
async fn all(
    transport: &Transport,
    path: &[&str],
    query: &[(&str, &str)],
) -> Result<Vec<Box<RawValue>>, RestError> {
    let mut found = Vec::new();
    for page in 0..PAGES_MAX {
        let (top, skip) = (PAGE.to_string(), (page * PAGE).to_string());
        let mut query = query.to_vec();
        query.extend([("$top", top.as_str()), ("$skip", skip.as_str())]);
        let listing = transport.ask(Call::get(path, &query)).await?.decode::<Listing<Box<RawValue>>>()?;
        let items = listing.into_items().ok_or_else(|| unreadable("it has no list"))?;
        let before = found.len();
        found.extend(items);
        if found.len() - before < PAGE {
            return Ok(found);
        }
    }
    Err(unreadable("its list does not end"))
}

fn read<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Result<T, RestError> {
    serde_json::from_str(raw.get()).map_err(|_| unreadable("a record in its list is none"))
}
