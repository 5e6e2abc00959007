//! Listing, making, changing and deleting subscriptions.

use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::subscription::{ExistingSubscription, WantedSubscription};
use reqwest::Method;
use serde_json::Value;

use super::subscription_wire::{WireSubscription, write};
use crate::answer::unreadable;
use crate::call::Call;
use crate::lenient::Listing;
use crate::transport::Transport;

const PATH: [&str; 3] = ["_apis", "hooks", "subscriptions"];

pub(crate) async fn list(transport: &Transport) -> Result<Vec<ExistingSubscription>, RestError> {
    let answer = transport.ask(Call::get(&PATH, &[("consumerId", "webHooks")])).await?;
    let subscriptions = answer.decode::<Listing<WireSubscription>>()?;
    let subscriptions =
        subscriptions.into_items().ok_or_else(|| unreadable("it has no list of subscriptions"))?;
    Ok(subscriptions.filter_map(WireSubscription::read).collect())
}

pub(crate) async fn create(
    transport: &Transport,
    wanted: &WantedSubscription,
    password: &str,
) -> Result<ExistingSubscription, RestError> {
    let body = Value::Object(write(wanted, password));
    put(transport, Call { password: Some(password), ..Call::with_body(Method::POST, &PATH, body) }).await
}

/// Everything is sent, the password too: what becomes of an input that is left out, or sent back masked as it was
/// read, is not documented.
pub(crate) async fn replace(
    transport: &Transport,
    id: &str,
    wanted: &WantedSubscription,
    password: &str,
) -> Result<ExistingSubscription, RestError> {
    let mut body = write(wanted, password);
    body.insert("id".to_owned(), id.into());
    body.insert("status".to_owned(), "enabled".into());
    let path = one(id);
    let call = Call::with_body(Method::PUT, &path, Value::Object(body));
    put(transport, Call { password: Some(password), ..call }).await
}

pub(crate) async fn delete(transport: &Transport, id: &str) -> Result<(), RestError> {
    let path = one(id);
    let answer = transport.exchange(Call { method: Method::DELETE, ..Call::get(&path, &[]) }).await?;
    let is_gone = answer.status == 404 && !answer.is_html();
    if answer.is_done() || is_gone { Ok(()) } else { Err(transport.error(&answer, None)) }
}

async fn put(transport: &Transport, call: Call<'_>) -> Result<ExistingSubscription, RestError> {
    let subscription: WireSubscription = transport.ask(call).await?.decode()?;
    subscription.read().ok_or_else(|| unreadable("the subscription has no id"))
}

fn one(id: &str) -> [&str; 4] {
    let [apis, hooks, subscriptions] = PATH;
    [apis, hooks, subscriptions, id]
}
