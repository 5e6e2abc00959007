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

/// The records of a list that `read` takes.
pub(crate) struct Records<T> {
    pub(crate) records: Vec<T>,
    /// Whether these are all: the list has no more than the most that were asked for.
    pub(crate) is_whole: bool,
}

/// Lists records, as far as `read` takes them, until `records_max` or more were received. A page that is too large to be
/// read is requested in parts.
///
/// # Errors
///
/// [`RestError::UnreadableResponse`] when a single record is too large, or when `read` fails.
pub(crate) async fn list_all<T>(
    transport: &Transport,
    path: &[&str],
    query: &[(&str, &str)],
    records_max: usize,
    read: impl Fn(&RawValue) -> Result<Option<T>, RestError>,
) -> Result<Records<T>, RestError> {
    let mut records = Vec::new();
    let (mut received, mut page_size) = (0, PAGE);
    while received <= records_max {
        let (top, skip) = (page_size.to_string(), received.to_string());
        let mut query = query.to_vec();
        query.extend([("$top", top.as_str()), ("$skip", skip.as_str())]);
        let response = transport.call(Call::get(path, &query)).await?;
        if response.is_too_large && page_size > 1 {
            page_size /= 2;
            continue;
        }
        if !response.is_json_success() {
            return Err(transport.error(&response, None));
        }
        let page = response.decode::<ListResponse<Box<RawValue>>>()?.into_items();
        let received_before = received;
        for record in page.ok_or_else(|| unreadable_response("it has no list"))? {
            received += 1;
            records.extend(read(&record)?);
        }
        if received - received_before < LAST_PAGE_MAX.min(page_size) {
            return Ok(Records { records, is_whole: true });
        }
    }
    Ok(Records { records, is_whole: false })
}

/// Parses the fields of a record that a caller needs.
pub(crate) fn parse_record<'a, T: Deserialize<'a>>(record: &'a RawValue) -> Result<T, RestError> {
    serde_json::from_str(record.get()).map_err(|_| unreadable_response("a record in its list is none"))
}
