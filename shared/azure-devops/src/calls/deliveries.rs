//! The delivery log.

use std::collections::BTreeMap;

use hookpost_core::azure_devops::deliveries::{DeliveryCounts, DeliveryState, LoggedDelivery};
use hookpost_core::azure_devops::error::RestError;
use jiff::Timestamp;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::notification_wire::WireNotification;
use crate::answer::unreadable;
use crate::call::Call;
use crate::lenient::Text;
use crate::transport::Transport;

/// Most notifications asked for at once. Each may come with its event and the text of its request.
const PAGE: usize = 50;

/// The same for a single second, which cannot be halved.
const PAGE_OF_A_SECOND: usize = 1000;

/// Most questions for one span of time.
const QUERIES_MAX: usize = 200;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Found {
    results: Option<Vec<WireNotification>>,
    summary: Option<Vec<Summary>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Summary {
    subscription_id: Text,
    results: Option<Vec<Count>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Count {
    result: Text,
    notification_count: Text,
}

pub(crate) async fn counts(
    transport: &Transport,
    ids: &[&str],
    since: Timestamp,
) -> Result<Vec<DeliveryCounts>, RestError> {
    // Without any id, the question would be about everybody's.
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let body = json!({
        "subscriptionIds": ids,
        "minCreatedDate": since.to_string(),
        "includeDetails": false,
    });
    let summary = query(transport, body).await?.summary.unwrap_or_default();
    Ok(summary.into_iter().filter_map(Summary::read).collect())
}

impl Summary {
    fn read(self) -> Option<DeliveryCounts> {
        let results = self.results.unwrap_or_default();
        let sum = |result: &str| {
            results
                .iter()
                .filter(|count| count.result.is(result))
                .filter_map(|count| count.notification_count.number::<u64>())
                .fold(0, u64::saturating_add)
        };
        let (succeeded, failed) = (sum("succeeded"), sum("failed"));
        Some(DeliveryCounts { subscription_id: self.subscription_id.into_id()?, succeeded, failed })
    }
}

/// A span that holds more than one page is halved until none does: in which order notifications are listed is not
/// documented, and there is no other way to go on behind a page.
pub(crate) async fn list(
    transport: &Transport,
    subscription_ids: &[&str],
    state: DeliveryState,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<LoggedDelivery>, RestError> {
    // Without any id, the question would be about everybody's.
    if subscription_ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = BTreeMap::new();
    let mut open = vec![(from.as_second(), to.as_second().saturating_add(1))];
    for _ in 0..QUERIES_MAX {
        let Some((low, high)) = open.pop() else {
            return with_events(transport, found).await;
        };
        let middle = low.midpoint(high);
        let most = if middle == low { PAGE_OF_A_SECOND } else { PAGE };
        let page = page(transport, subscription_ids, state, (low, high), most).await?;
        if page.len() >= most {
            if middle == low {
                return Err(unreadable(format!("{most} deliveries or more in one second")));
            }
            open.extend([(middle, high), (low, middle)]);
            continue;
        }
        for notification in page {
            let created = notification.created_date.timestamp();
            let is_within = created.is_none_or(|created| from <= created && created <= to);
            let is_wanted = is_within && notification.is(state);
            let id = match subscription_ids {
                [only] => Some((*only).to_owned()),
                _ => notification.subscription_id.as_deref().map(str::to_lowercase),
            };
            if let Some((id, number)) = id.zip(notification.id.number::<u64>()).filter(|_| is_wanted) {
                found.insert((created, id, number), notification);
            }
        }
    }
    Err(unreadable("too many deliveries; ask for a shorter time"))
}

async fn page(
    transport: &Transport,
    subscription_ids: &[&str],
    state: DeliveryState,
    (low, high): (i64, i64),
    most: usize,
) -> Result<Vec<WireNotification>, RestError> {
    let date = |second| Timestamp::from_second(second).map_err(|_| unreadable("a time out of range"));
    let mut body = json!({
        "subscriptionIds": subscription_ids,
        "minCreatedDate": date(low)?.to_string(),
        "maxCreatedDate": date(high)?.to_string(),
        "maxResults": most,
        "includeDetails": true,
    });
    if let Some(result) = result_of(state) {
        body["resultType"] = result.into();
    }
    Ok(query(transport, body).await?.results.unwrap_or_default())
}

/// What a state is called when asked for; `None` for all.
fn result_of(state: DeliveryState) -> Option<&'static str> {
    match state {
        DeliveryState::Failed => Some("failed"),
        DeliveryState::Pending => Some("pending"),
        DeliveryState::Any => None,
    }
}

impl WireNotification {
    fn is(&self, state: DeliveryState) -> bool {
        result_of(state).is_none_or(|result| self.result.is(result))
    }
}

async fn query(transport: &Transport, body: Value) -> Result<Found, RestError> {
    let call = Call::with_body(Method::POST, &["_apis", "hooks", "notificationsquery"], body);
    transport.ask(call).await?.decode()
}

/// Asks one by one for the events that did not come with the list.
async fn with_events(
    transport: &Transport,
    found: BTreeMap<(Option<Timestamp>, String, u64), WireNotification>,
) -> Result<Vec<LoggedDelivery>, RestError> {
    let mut deliveries = Vec::with_capacity(found.len());
    for ((created, subscription_id, notification_id), notification) in found {
        let mut details = notification.details.unwrap_or_default();
        if details.event.is_none() {
            let number = notification_id.to_string();
            let path = ["_apis", "hooks", "subscriptions", &subscription_id, "notifications", &number];
            details = match transport.ask(Call::get(&path, &[])).await {
                Ok(answer) => answer.decode::<WireNotification>()?.details.unwrap_or_default(),
                Err(RestError::NotFound { .. }) => details,
                Err(error) => return Err(error),
            };
        }
        deliveries.push(LoggedDelivery {
            subscription_id,
            notification_id,
            event_type: details.event_type.or_empty(),
            created,
            body: details.event.map(|event| event.get().to_owned()),
        });
    }
    Ok(deliveries)
}
