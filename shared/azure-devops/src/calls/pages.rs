//! Lists records page by page. Azure DevOps does not document the order of these lists, so no caller relies on it.

use hookpost_core::azure_devops::error::RestError;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::call::Call;
use crate::error::unreadable_response;
use crate::lenient::ListResponse;
use crate::transport::Transport;

/// Records that are asked for at a time. A pull request with twenty reviewers is some 17 kB.
const PAGE: usize = 500;

/// A page with fewer records than this is the last one. A longer page may have been cut short by a limit of the server,
/// of which no document tells.
const LAST_PAGE_MAX: usize = 50;

/// Most records of one list.
const RECORDS_MAX: usize = 10_000;

/// Lists all records, as far as `read` takes them.
///
/// # Errors
///
/// [`RestError::UnreadableResponse`] when the list has more than [`RECORDS_MAX`] records, or when `read` fails.
pub(crate) async fn list_all<T>(
    transport: &Transport,
    path: &[&str],
    query: &[(&str, &str)],
    read: impl Fn(&RawValue) -> Result<Option<T>, RestError>,
) -> Result<Vec<T>, RestError> {
    let top = PAGE.to_string();
    let mut records = Vec::new();
    let mut received = 0;
    while received <= RECORDS_MAX {
        let skip = received.to_string();
        let mut query = query.to_vec();
        query.extend([("$top", top.as_str()), ("$skip", skip.as_str())]);
        let response = transport.call_for_json(Call::get(path, &query)).await?;
        let page = response.decode::<ListResponse<Box<RawValue>>>()?.into_items();
        let received_before = received;
        for record in page.ok_or_else(|| unreadable_response("it has no list"))? {
            received += 1;
            records.extend(read(&record)?);
        }
        if received - received_before < LAST_PAGE_MAX {
            return Ok(records);
        }
    }
    Err(unreadable_response(format!("its list has more than {RECORDS_MAX} records")))
}

/// Parses the fields of a record that a caller needs.
pub(crate) fn parse_record<'a, T: Deserialize<'a>>(record: &'a RawValue) -> Result<T, RestError> {
    serde_json::from_str(record.get()).map_err(|_| unreadable_response("a record in its list is none"))
}
