//! Lists records page by page. Azure DevOps does not document the order of these lists, so no caller relies on it.

use hookpost_core::azure_devops::error::RestError;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::call::Call;
use crate::error::unreadable_response;
use crate::lenient::ListResponse;
use crate::transport::Transport;

/// Records per page.
const PAGE: usize = 100;

/// Most pages of one list.
const PAGES_MAX: usize = 50;

/// Lists all records, as JSON.
///
/// # Errors
///
/// [`RestError::UnreadableResponse`] when the list has more than [`PAGES_MAX`] pages.
pub(crate) async fn list_all(
    transport: &Transport,
    path: &[&str],
    query: &[(&str, &str)],
) -> Result<Vec<Box<RawValue>>, RestError> {
    let mut records = Vec::new();
    for page in 0..PAGES_MAX {
        let (top, skip) = (PAGE.to_string(), (page * PAGE).to_string());
        let mut query = query.to_vec();
        query.extend([("$top", top.as_str()), ("$skip", skip.as_str())]);
        let response = transport.call_for_json(Call::get(path, &query)).await?;
        let items = response.decode::<ListResponse<Box<RawValue>>>()?.into_items();
        let items = items.ok_or_else(|| unreadable_response("it has no list"))?;
        let count_before = records.len();
        records.extend(items);
        if records.len() - count_before < PAGE {
            return Ok(records);
        }
    }
    Err(unreadable_response("its list does not end"))
}

/// Parses the fields of a record that a caller needs.
pub(crate) fn parse_record<'a, T: Deserialize<'a>>(record: &'a RawValue) -> Result<T, RestError> {
    serde_json::from_str(record.get()).map_err(|_| unreadable_response("a record in its list is none"))
}
