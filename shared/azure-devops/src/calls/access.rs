//! Whose token it is, and what it may do.

use hookpost_core::azure_devops::catalog::{Identity, WriteProbe};
use hookpost_core::azure_devops::error::RestError;
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use crate::answer::unreadable;
use crate::call::Call;
use crate::fault::Fault;
use crate::lenient::{Listing, Text};
use crate::transport::Transport;

/// Who a visitor without credentials is. Where anonymous visitors are let in, a bad token looks like one.
const ANONYMOUS: &str = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";

/// The security namespace of service hooks, and "Edit subscriptions" in it.
const SERVICE_HOOKS: &str = "cb594ebe-87dd-4fc9-ac2c-6a10a4c92046";
const EDIT_SUBSCRIPTIONS: &str = "2";

/// The number no pull request has: numbers of pull requests count up, and this is the last one there can be.
const NO_PULL_REQUEST: &str = "2147483647";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Connection {
    authenticated_user: Option<User>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct User {
    id: Text,
    provider_display_name: Text,
    custom_display_name: Text,
    properties: Option<Properties>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Properties {
    account: Option<Property>,
}

#[derive(Deserialize)]
struct Property {
    #[serde(default, rename = "$value")]
    value: Text,
}

pub(crate) async fn connection(transport: &Transport) -> Result<Identity, RestError> {
    let call = Call { version: "7.1-preview", ..Call::get(&["_apis", "connectionData"], &[]) };
    let connection: Connection = transport.ask(call).await?.decode()?;
    let user = connection.authenticated_user.unwrap_or_default();
    let id = user.id.into_id().ok_or_else(|| unreadable("it does not say whose token it is"))?;
    if id == ANONYMOUS {
        return Err(RestError::SignInPage);
    }
    let account = user.properties.and_then(|properties| properties.account);
    Ok(Identity {
        id,
        display_name: user.custom_display_name.into_option().unwrap_or(user.provider_display_name.or_empty()),
        unique_name: account.map(|account| account.value.or_empty()).unwrap_or_default(),
    })
}

pub(crate) async fn may_edit_subscriptions(
    transport: &Transport,
    project_id: Option<&str>,
) -> Result<bool, RestError> {
    let token = match project_id {
        Some(project_id) => format!("PublisherSecurity/{project_id}"),
        None => "PublisherSecurity".to_owned(),
    };
    let query = [("tokens", token.as_str())];
    let call = Call::get(&["_apis", "permissions", SERVICE_HOOKS, EDIT_SUBSCRIPTIONS], &query);
    let allowed: Listing<bool> = transport.ask(call).await?.decode()?;
    let allowed = allowed.into_items().and_then(|mut items| items.next());
    allowed.ok_or_else(|| unreadable("it does not say whether the permission is given"))
}

/// That 401 can only mean the scope, and 404 only the pull request, is an assumption no documentation backs; whatever
/// else is answered counts as not verified.
pub(crate) async fn probe_code_write(
    transport: &Transport,
    project_id: &str,
    repository_id: &str,
) -> Result<WriteProbe, RestError> {
    let path = [project_id, "_apis", "git", "repositories", repository_id, "pullrequests", NO_PULL_REQUEST];
    let answer = transport.exchange(Call::with_body(Method::PATCH, &path, json!({}))).await?;
    let fault = Fault::of(&answer, transport.secrets(), None);
    Ok(match answer.status {
        404 if !answer.is_html() && !fault.is_about_the_repository() => WriteProbe::Allowed,
        401 if !fault.is_about_a_policy() => WriteProbe::MissingScope,
        status if fault.message.is_empty() => WriteProbe::Unverified(format!("status {status}")),
        status => WriteProbe::Unverified(format!("status {status}: {}", fault.message)),
    })
}
