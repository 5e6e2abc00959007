//! Queries the delivery log of subscriptions.

use std::collections::BTreeMap;

use hookpost_core::azure_devops::deliveries::{
    DeliveryCounts, DeliveryResult, DeliveryState, LoggedDelivery, LoggedEvent,
};
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::listing::{Listed, ReadLimits};
use jiff::Timestamp;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::call::Call;
use crate::calls::notification::WireNotification;
use crate::error::unreadable_response;
use crate::lenient::OptionalText;
use crate::transport::Transport;

/// Most notifications of one query. A notification without details is some 400 bytes.
const PAGE: usize = 1000;

/// A page whose length is a multiple of this may be cut short by a limit of the server, of which no document tells: such
/// limits are round numbers.
const ROUND: usize = 50;

/// Most queries that find nothing. Only a server that ignores the time range needs more.
const EMPTY_QUERIES_MAX: usize = 200;

/// Most queries for each delivery that is found. It takes some twenty to come from a week to the second of one delivery.
const QUERIES_PER_DELIVERY: usize = 30;

/// Length of a second, in the unit of [`Range`].
const SECOND: i64 = 1000;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct QueryResponse {
    results: Option<Vec<WireRow>>,
    summary: Option<Vec<Summary>>,
}

/// A notification in a list. Its details are not read, if there are any.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct WireRow {
    id: OptionalText,
    subscription_id: OptionalText,
    event_id: OptionalText,
    result: OptionalText,
    created_date: OptionalText,
    modified_date: OptionalText,
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
    let response: QueryResponse = transport.call_for_json(query(body)).await?.decode()?;
    let summary = response.summary.unwrap_or_default();
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

/// A part of the log: the deliveries of these subscriptions in a range of milliseconds since 1970, ends included.
#[derive(Clone, Copy)]
struct Range<'a> {
    subscription_ids: &'a [&'a str],
    low: i64,
    high: i64,
}

impl Range<'_> {
    /// Two parts of the range, the later one first; `None` when it cannot be split any further: it is one millisecond of
    /// one subscription.
    ///
    /// Seconds are split only where a page is cut for sure, since no document says how exact the times of a query are.
    fn halves(self, is_cut: bool) -> Option<[Self; 2]> {
        let (low, high) = (self.low, self.high);
        if high - low > SECOND {
            let middle = low.midpoint(high);
            let middle = middle - (middle - low) % SECOND;
            return Some([Self { low: middle, ..self }, Self { high: middle, ..self }]);
        }
        if !is_cut {
            return None;
        }
        if high - low > 1 {
            let middle = low.midpoint(high);
            return Some([Self { low: middle, ..self }, Self { high: middle, ..self }]);
        }
        let (first, second) = self.subscription_ids.split_at(self.subscription_ids.len() / 2);
        let part = |subscription_ids| Self { subscription_ids, ..self };
        (!first.is_empty()).then(|| [part(second), part(first)])
    }
}

/// Lists the deliveries in a state from `from` to `to`, oldest first, as far as `limits` allow.
///
/// A range with more than one page is split in halves, because Azure DevOps documents neither the order of notifications
/// nor a way to request the next page.
///
/// # Errors
///
/// [`RestError::UnreadableResponse`] when one subscription has more deliveries in a millisecond than one page, or when the
/// server ignores the time range.
pub(crate) async fn list(
    transport: &Transport,
    subscription_ids: &[&str],
    state: DeliveryState,
    (from, to): (Timestamp, Timestamp),
    limits: ReadLimits<'_>,
) -> Result<Listed<LoggedDelivery>, RestError> {
    // A query without ids would return the deliveries of all subscriptions.
    if subscription_ids.is_empty() {
        return Ok(Listed { items: Vec::new(), until: to });
    }
    let mut deliveries = BTreeMap::<(Option<Timestamp>, String, u64), LoggedDelivery>::new();
    let milliseconds = |second: i64| second.saturating_mul(SECOND);
    let (low, high) = (milliseconds(from.as_second()), milliseconds(to.as_second().saturating_add(1)));
    let mut ranges = vec![Range { subscription_ids, low, high }];
    let mut queries = 0;
    while let Some(range) = ranges.pop() {
        let is_over = !(limits.has_time)() || deliveries.len() >= limits.items_max;
        if is_over && range.low > low {
            let until = timestamp(range.low)?.clamp(from, to);
            deliveries.retain(|(created, ..), _| created.is_none_or(|created| created <= until));
            return Ok(Listed { items: deliveries.into_values().collect(), until });
        }
        queries += 1;
        if queries > EMPTY_QUERIES_MAX + QUERIES_PER_DELIVERY * deliveries.len() {
            return Err(unreadable_response("it lists deliveries of another time than was asked for"));
        }
        let page = page(transport, state, range).await?;
        if page.is_cut() || page.may_be_cut() {
            if let Some(halves) = range.halves(page.is_cut()) {
                ranges.extend(halves);
                continue;
            }
            if page.is_cut() {
                return Err(unreadable_response("one millisecond has more deliveries than it lists"));
            }
        }
        for row in page.rows {
            if !row.is_in(state) {
                continue;
            }
            let Some(delivery) = row.into_delivery(range.subscription_ids) else { continue };
            if delivery.created.is_none_or(|created| from <= created && created <= to) {
                let key = (delivery.created, delivery.subscription_id.clone(), delivery.notification_id);
                deliveries.insert(key, delivery);
            }
        }
    }
    Ok(Listed { items: deliveries.into_values().collect(), until: to })
}

impl WireRow {
    fn is_in(&self, state: DeliveryState) -> bool {
        result_type(state).is_none_or(|result| self.result.is(result))
    }

    /// Converts the row; `None` when it does not name its notification and one of these subscriptions.
    fn into_delivery(self, subscription_ids: &[&str]) -> Option<LoggedDelivery> {
        let result = self.delivery_result();
        let subscription_id = match subscription_ids {
            [only] => (*only).to_owned(),
            _ => self.subscription_id.into_id()?,
        };
        Some(LoggedDelivery {
            subscription_id,
            notification_id: self.id.number()?,
            event_id: self.event_id.into_option(),
            created: self.created_date.timestamp(),
            modified: self.modified_date.timestamp(),
            result,
        })
    }

    fn delivery_result(&self) -> DeliveryResult {
        let results = [
            ("succeeded", DeliveryResult::Succeeded),
            ("failed", DeliveryResult::Failed),
            ("pending", DeliveryResult::Pending),
        ];
        let result = results.into_iter().find(|(name, _)| self.result.is(name));
        result.map_or(DeliveryResult::Other, |(_, result)| result)
    }
}

/// The response to one query.
#[derive(Default)]
struct Page {
    rows: Vec<WireRow>,
    /// How many there are by the summary, which may count only those that are listed.
    counted: u64,
    /// Whether the response was too large to be read.
    is_too_large: bool,
}

impl Page {
    /// Whether there are more notifications than the page has.
    fn is_cut(&self) -> bool {
        let length = self.rows.len();
        let counts_more = length > 0 && u64::try_from(length).is_ok_and(|length| self.counted > length);
        self.is_too_large || length >= PAGE || counts_more
    }

    /// Whether there may be more notifications than the page has.
    fn may_be_cut(&self) -> bool {
        !self.rows.is_empty() && self.rows.len().is_multiple_of(ROUND)
    }
}

/// The time of a millisecond.
fn timestamp(millisecond: i64) -> Result<Timestamp, RestError> {
    Timestamp::from_millisecond(millisecond).map_err(|_| unreadable_response("a time out of range"))
}

/// Queries the notifications in a range.
///
/// `includeDetails` is what makes Azure DevOps list them at all: without it, only the summary comes (documented). Their
/// details do not come even so (seen live). Where they do, a page may be too large, and its range is split.
async fn page(transport: &Transport, state: DeliveryState, range: Range<'_>) -> Result<Page, RestError> {
    let mut body = json!({
        "subscriptionIds": range.subscription_ids,
        "minCreatedDate": timestamp(range.low)?.to_string(),
        "maxCreatedDate": timestamp(range.high)?.to_string(),
        "maxResults": PAGE,
        "includeDetails": true,
    });
    let result = result_type(state);
    if let Some(result) = result {
        body["resultType"] = result.into();
    }
    let response = transport.call(query(body)).await?;
    if response.is_too_large {
        return Ok(Page { is_too_large: true, ..Page::default() });
    }
    if !response.is_json_success() {
        return Err(transport.error(&response, None));
    }
    let response: QueryResponse = response.decode()?;
    let summary = response.summary.unwrap_or_default();
    let counted = summary.iter().map(|summary| summary.count(result)).fold(0, u64::saturating_add);
    match response.results {
        None if counted > 0 => Err(unreadable_response("it has no list of deliveries")),
        rows => Ok(Page { rows: rows.unwrap_or_default(), counted, is_too_large: false }),
    }
}

/// The name of a state in queries and notifications; `None` for any state.
fn result_type(state: DeliveryState) -> Option<&'static str> {
    match state {
        DeliveryState::Failed => Some("failed"),
        DeliveryState::Pending => Some("pending"),
        DeliveryState::Any => None,
    }
}

fn query(body: Value) -> Call<'static> {
    Call::with_body(Method::POST, &["_apis", "hooks", "notificationsquery"], body)
}

/// Requests what the log shows of the event of one delivery.
pub(crate) async fn kept_event(
    transport: &Transport,
    subscription_id: &str,
    notification_id: u64,
) -> Result<LoggedEvent, RestError> {
    let number = notification_id.to_string();
    let path = ["_apis", "hooks", "subscriptions", subscription_id, "notifications", &number];
    let response = transport.call(Call::get(&path, &[])).await?;
    if response.status == 404 && !response.is_html() {
        return Ok(LoggedEvent::NotKept);
    }
    if !response.is_json_success() {
        return Err(transport.error(&response, None));
    }
    Ok(response.decode::<WireNotification>()?.kept_event())
}
