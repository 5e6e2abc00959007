//! Queries the delivery log of subscriptions.

use std::collections::BTreeMap;

use hookpost_core::azure_devops::deliveries::{DeliveryCounts, DeliveryState, KeptEvent, LoggedDelivery};
use hookpost_core::azure_devops::error::RestError;
use jiff::Timestamp;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::call::Call;
use crate::calls::notification::WireNotification;
use crate::error::unreadable_response;
use crate::lenient::OptionalText;
use crate::transport::Transport;

/// Most notifications of one query. A notification without its event is some 400 bytes.
const PAGE: usize = 1000;

/// A page whose length is a multiple of this may be cut short by a limit of the server, of which no document tells: such
/// limits are round numbers.
const ROUND: usize = 50;

/// Most queries of one call of [`list`].
const QUERIES_MAX: usize = 200;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct QueryResponse {
    results: Option<Vec<WireNotification>>,
    summary: Option<Vec<Summary>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Summary {
    subscription_id: OptionalText,
    results: Option<Vec<Count>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Count {
    result: OptionalText,
    notification_count: OptionalText,
}

/// Counts the deliveries of each subscription since a time.
pub(crate) async fn counts(
    transport: &Transport,
    ids: &[&str],
    since: Timestamp,
) -> Result<Vec<DeliveryCounts>, RestError> {
    // A query without ids would return the deliveries of all subscriptions.
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let body = json!({
        "subscriptionIds": ids,
        "minCreatedDate": since.to_string(),
        "includeDetails": false,
    });
    let summary = query(transport, body).await?.summary.unwrap_or_default();
    Ok(summary.into_iter().filter_map(Summary::into_counts).collect())
}

impl Summary {
    /// The deliveries with this result; with any result for `None`.
    fn count(&self, result: Option<&str>) -> u64 {
        let counts = self.results.iter().flatten();
        counts
            .filter(|count| result.is_none_or(|result| count.result.is(result)))
            .filter_map(|count| count.notification_count.number::<u64>())
            .fold(0, u64::saturating_add)
    }

    fn into_counts(self) -> Option<DeliveryCounts> {
        let (succeeded, failed) = (self.count(Some("succeeded")), self.count(Some("failed")));
        Some(DeliveryCounts { subscription_id: self.subscription_id.into_id()?, succeeded, failed })
    }
}

/// Lists the deliveries in a state from `from` to `to`, oldest first.
///
/// A time range with more than one page is split in halves, because Azure DevOps documents neither the order of
/// notifications nor a way to request the next page.
///
/// # Errors
///
/// [`RestError::UnreadableResponse`] when a second has more deliveries than one page, or when [`QUERIES_MAX`] queries are
/// not enough.
pub(crate) async fn list(
    transport: &Transport,
    subscription_ids: &[&str],
    state: DeliveryState,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<LoggedDelivery>, RestError> {
    // A query without ids would return the deliveries of all subscriptions.
    if subscription_ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut notifications = BTreeMap::new();
    let mut ranges = vec![(from.as_second(), to.as_second().saturating_add(1))];
    for _ in 0..QUERIES_MAX {
        let Some((low, high)) = ranges.pop() else {
            return Ok(notifications.into_iter().map(to_delivery).collect());
        };
        let page = page(transport, subscription_ids, state, (low, high)).await?;
        let middle = low.midpoint(high);
        if middle == low && page.is_cut() {
            return Err(unreadable_response("one second has more deliveries than it lists"));
        }
        if middle != low && (page.is_cut() || page.may_be_cut()) {
            ranges.extend([(middle, high), (low, middle)]);
            continue;
        }
        for notification in page.notifications {
            let created = notification.created_date.timestamp();
            let is_within = created.is_none_or(|created| from <= created && created <= to);
            let matches = is_within && notification.is_in(state);
            let id = match subscription_ids {
                [only] => Some((*only).to_owned()),
                _ => notification.subscription_id.as_deref().map(str::to_lowercase),
            };
            if let Some((id, number)) = id.zip(notification.id.number::<u64>()).filter(|_| matches) {
                notifications.insert((created, id, number), notification);
            }
        }
    }
    Err(unreadable_response("too many deliveries; ask for a shorter time"))
}

/// The response to one query.
struct Page {
    notifications: Vec<WireNotification>,
    /// How many there are by the summary, which may count only those that are listed.
    counted: u64,
}

impl Page {
    /// Whether there are more notifications than the page has.
    fn is_cut(&self) -> bool {
        let length = self.notifications.len();
        length >= PAGE || (length > 0 && u64::try_from(length).is_ok_and(|length| self.counted > length))
    }

    /// Whether there may be more notifications than the page has.
    fn may_be_cut(&self) -> bool {
        !self.notifications.is_empty() && self.notifications.len().is_multiple_of(ROUND)
    }
}

/// Queries the notifications in a range of seconds, without their events: Azure DevOps does not list these even where it
/// is asked to.
async fn page(
    transport: &Transport,
    subscription_ids: &[&str],
    state: DeliveryState,
    (low, high): (i64, i64),
) -> Result<Page, RestError> {
    let timestamp =
        |second| Timestamp::from_second(second).map_err(|_| unreadable_response("a time out of range"));
    let mut body = json!({
        "subscriptionIds": subscription_ids,
        "minCreatedDate": timestamp(low)?.to_string(),
        "maxCreatedDate": timestamp(high)?.to_string(),
        "maxResults": PAGE,
        "includeDetails": false,
    });
    let result = result_type(state);
    if let Some(result) = result {
        body["resultType"] = result.into();
    }
    let response = query(transport, body).await?;
    let summary = response.summary.unwrap_or_default();
    let counted = summary.iter().map(|summary| summary.count(result)).fold(0, u64::saturating_add);
    Ok(Page { notifications: response.results.unwrap_or_default(), counted })
}

/// The name of a state in queries and notifications; `None` for any state.
fn result_type(state: DeliveryState) -> Option<&'static str> {
    match state {
        DeliveryState::Failed => Some("failed"),
        DeliveryState::Pending => Some("pending"),
        DeliveryState::Any => None,
    }
}

impl WireNotification {
    fn is_in(&self, state: DeliveryState) -> bool {
        result_type(state).is_none_or(|result| self.result.is(result))
    }
}

async fn query(transport: &Transport, body: Value) -> Result<QueryResponse, RestError> {
    let call = Call::with_body(Method::POST, &["_apis", "hooks", "notificationsquery"], body);
    transport.call_for_json(call).await?.decode()
}

/// Requests what the log shows of the event of one delivery.
pub(crate) async fn kept_event(
    transport: &Transport,
    subscription_id: &str,
    notification_id: u64,
) -> Result<KeptEvent, RestError> {
    let number = notification_id.to_string();
    let path = ["_apis", "hooks", "subscriptions", subscription_id, "notifications", &number];
    let response = transport.call(Call::get(&path, &[])).await?;
    if response.status == 404 && !response.is_html() {
        return Ok(KeptEvent::NotKept);
    }
    if !response.is_json_success() {
        return Err(transport.error(&response, None));
    }
    Ok(response.decode::<WireNotification>()?.kept_event())
}

fn to_delivery(
    ((created, subscription_id, notification_id), notification): (
        (Option<Timestamp>, String, u64),
        WireNotification,
    ),
) -> LoggedDelivery {
    let result = notification.delivery_result();
    LoggedDelivery {
        subscription_id,
        notification_id,
        event_id: notification.event_id.into_option(),
        created,
        result,
    }
}
