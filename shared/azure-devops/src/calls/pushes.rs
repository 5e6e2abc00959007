//! Lists the pushes to a repository, delivered or not.
//!
//! Source: learn.microsoft.com, REST reference, Git, Pushes - List.

use std::collections::BTreeMap;

use hookpost_core::azure_devops::catalog::RepositoryInfo;
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::listing::Listed;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::calls::pages::{list_all, parse_record};
use crate::error::unreadable_response;
use crate::lenient::OptionalText;
use crate::transport::Transport;

/// The fields of a push by which pushes are filtered and sorted.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct WirePush {
    push_id: OptionalText,
    date: OptionalText,
}

/// Most pushes that are listed at a time, since each is held as JSON of some 2 kB. A longer list is cut in time.
const PUSHES_MAX: usize = 5000;

/// Lists the pushes from `from` to `to`, oldest first, as JSON. When there are more than [`PUSHES_MAX`], lists those of an
/// earlier part of the time.
///
/// # Errors
///
/// [`RestError::UnreadableResponse`] when one second has more than [`PUSHES_MAX`] pushes.
pub(crate) async fn list(
    transport: &Transport,
    repository: &RepositoryInfo,
    from: Timestamp,
    to: Timestamp,
) -> Result<Listed<String>, RestError> {
    let mut until = to;
    loop {
        if let Some(items) = list_up_to(transport, repository, from, until).await? {
            return Ok(Listed { items, until });
        }
        let half = until.duration_since(from) / 2;
        if half < SignedDuration::from_secs(1) {
            return Err(unreadable_response("one second has more pushes than can be listed"));
        }
        // The order of the list is not documented, so the first pushes of it need not be the oldest ones.
        until = from.saturating_add(half).unwrap_or(from);
    }
}

/// Lists the pushes from `from` to `to`; `None` when there are more than [`PUSHES_MAX`].
async fn list_up_to(
    transport: &Transport,
    repository: &RepositoryInfo,
    from: Timestamp,
    to: Timestamp,
) -> Result<Option<Vec<String>>, RestError> {
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
    let listed = list_all(transport, &path, &query, PUSHES_MAX, read).await?;
    let pushes = BTreeMap::from_iter(listed.records);
    Ok(listed.is_whole.then(|| pushes.into_values().collect()))
}
