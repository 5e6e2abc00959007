//! Lists, creates, replaces and deletes subscriptions.

use std::collections::BTreeSet;

use hookpost_core::azure_devops::error::{MissingPermission, RestError};
use hookpost_core::azure_devops::subscription::{ExistingSubscription, WantedSubscription};
use hookpost_core::subscriptions::kind::SubscriptionKind;
use reqwest::Method;
use serde_json::Value;

use crate::call::Call;
use crate::calls::subscription::{ListedSubscription, WireSubscription, to_json};
use crate::error::unreadable_response;
use crate::lenient::ListResponse;
use crate::transport::Transport;

/// Largest list of subscriptions that is read, in bytes. Each takes some 2,800, so this is 17,000 of them: 740 projects
/// have 5,920, of which up to 3,700 are to one event type. The function has 256 MB.
const LIST_BYTES_MAX: usize = 48 * 1024 * 1024;

const PATH: [&str; 3] = ["_apis", "hooks", "subscriptions"];

/// Lists the web hook subscriptions to the event types of Hookpost, type by type: a list of all of them does not come
/// in time from a large organization.
pub(crate) async fn list(transport: &Transport) -> Result<Vec<ExistingSubscription>, RestError> {
    let mut subscriptions = Vec::new();
    // A server that does not know the filter would list each of them several times.
    let mut ids = BTreeSet::new();
    for event_type in SubscriptionKind::event_types() {
        let listed = list_type(transport, event_type).await?.into_iter();
        subscriptions.extend(listed.filter(|subscription| ids.insert(subscription.id.clone())));
    }
    Ok(subscriptions)
}

/// Lists the web hook subscriptions to one event type.
pub(crate) async fn list_type(
    transport: &Transport,
    event_type: &str,
) -> Result<Vec<ExistingSubscription>, RestError> {
    let query = [("publisherId", "tfs"), ("consumerId", "webHooks"), ("eventType", event_type)];
    list_with(transport, &query).await
}

/// Lists all web hook subscriptions.
pub(crate) async fn list_all(transport: &Transport) -> Result<Vec<ExistingSubscription>, RestError> {
    list_with(transport, &[("consumerId", "webHooks")]).await
}

async fn list_with(
    transport: &Transport,
    query: &[(&str, &str)],
) -> Result<Vec<ExistingSubscription>, RestError> {
    let call = Call { bytes_max: LIST_BYTES_MAX, ..Call::get(&PATH, query) };
    let response = transport.call_for_json(call).await?;
    let subscriptions = response.decode::<ListResponse<ListedSubscription>>()?;
    let subscriptions =
        subscriptions.into_items().ok_or_else(|| unreadable_response("it has no list of subscriptions"))?;
    Ok(subscriptions.filter_map(|ListedSubscription(subscription)| subscription).collect())
}

/// Creates a subscription.
pub(crate) async fn create(
    transport: &Transport,
    wanted: &WantedSubscription,
    password: &str,
) -> Result<ExistingSubscription, RestError> {
    let body = Value::Object(to_json(wanted, password));
    let call = Call { password: Some(password), ..Call::with_body(Method::POST, &PATH, body) };
    send(transport, call).await.map_err(|error| refusal(wanted, error))
}

/// Replaces a subscription and enables it. Every input is sent, the password too, because Azure DevOps does not document
/// the effect of leaving an input out or of sending back a masked one.
pub(crate) async fn replace(
    transport: &Transport,
    id: &str,
    wanted: &WantedSubscription,
    password: &str,
) -> Result<ExistingSubscription, RestError> {
    put(transport, id, wanted, password, "enabled").await
}

/// Replaces a subscription and disables it.
pub(crate) async fn disable(
    transport: &Transport,
    id: &str,
    wanted: &WantedSubscription,
    password: &str,
) -> Result<ExistingSubscription, RestError> {
    put(transport, id, wanted, password, "disabledByUser").await
}

async fn put(
    transport: &Transport,
    id: &str,
    wanted: &WantedSubscription,
    password: &str,
    status: &str,
) -> Result<ExistingSubscription, RestError> {
    let mut body = to_json(wanted, password);
    body.insert("id".to_owned(), id.into());
    body.insert("status".to_owned(), status.into());
    let path = path_of(id);
    let call = Call::with_body(Method::PUT, &path, Value::Object(body));
    let sent = send(transport, Call { password: Some(password), ..call }).await;
    sent.map_err(|error| refusal(wanted, error))
}

/// The error of a refused subscription, with the permission that is missing.
///
/// For all projects, Azure DevOps names "Edit subscriptions" also to those who have that permission on every project and
/// may not administer the notifications of the organization (seen live: port-labs/ocean#766). Only a message about
/// `PublisherSecurity` means what it names.
fn refusal(wanted: &WantedSubscription, error: RestError) -> RestError {
    match error {
        RestError::Forbidden { message, missing: MissingPermission::EditSubscriptions }
            if wanted.project_id.is_none() && !message.contains("PublisherSecurity") =>
        {
            RestError::Forbidden { message, missing: MissingPermission::AdministerNotifications }
        }
        error => error,
    }
}

/// Deletes a subscription. One that does not exist counts as deleted.
pub(crate) async fn delete(transport: &Transport, id: &str) -> Result<(), RestError> {
    let path = path_of(id);
    let response = transport.call(Call { method: Method::DELETE, ..Call::get(&path, &[]) }).await?;
    let is_gone = response.status == 404 && !response.is_html();
    if response.is_success() || is_gone { Ok(()) } else { Err(transport.error(&response, None)) }
}

async fn send(transport: &Transport, call: Call<'_>) -> Result<ExistingSubscription, RestError> {
    let subscription: WireSubscription = transport.call_for_json(call).await?.decode()?;
    subscription.into_subscription().ok_or_else(|| unreadable_response("the subscription has no id"))
}

fn path_of(id: &str) -> [&str; 4] {
    let [apis, hooks, subscriptions] = PATH;
    [apis, hooks, subscriptions, id]
}
