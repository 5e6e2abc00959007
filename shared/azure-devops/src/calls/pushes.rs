//! Lists the pushes to a repository, delivered or not.
//!
//! Source: learn.microsoft.com, REST reference, Git, Pushes - List.

use std::collections::BTreeMap;

use hookpost_core::azure_devops::catalog::RepositoryInfo;
use hookpost_core::azure_devops::error::RestError;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::calls::pages::{list_all, parse_record};
use crate::lenient::OptionalText;
use crate::transport::Transport;

/// The fields of a push by which pushes are filtered and sorted.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct WirePush {
    push_id: OptionalText,
    date: OptionalText,
}

/// Lists the pushes from `from` to `to`, oldest first, as JSON.
pub(crate) async fn list(
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
    let read = |record: &RawValue| {
        let push: WirePush = parse_record(record)?;
        let date = push.date.timestamp().filter(|date| from <= *date && *date <= to);
        let key = date.zip(push.push_id.number::<u64>());
        Ok(key.map(|key| (key, record.get().to_owned())))
    };
    let pushes = BTreeMap::from_iter(list_all(transport, &path, &query, read).await?);
    Ok(pushes.into_values().collect())
}
