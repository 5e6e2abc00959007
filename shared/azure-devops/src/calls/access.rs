//! Finds the owner of the token, and what the token permits.

use hookpost_core::azure_devops::catalog::{Identity, WriteProbe};
use hookpost_core::azure_devops::error::RestError;
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use crate::call::Call;
use crate::error::unreadable_response;
use crate::error_body::ErrorBody;
use crate::lenient::{ListResponse, OptionalText};
use crate::transport::Transport;

/// The id of the anonymous user. An organization with anonymous access treats a bad token as this user.
const ANONYMOUS: &str = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";

/// The security namespace of service hooks.
const SERVICE_HOOKS: &str = "cb594ebe-87dd-4fc9-ac2c-6a10a4c92046";

/// The permission "Edit subscriptions" in that namespace.
const EDIT_SUBSCRIPTIONS: &str = "2";

/// A number that no pull request has: numbers count up from 1, and this is the largest possible one.
const NO_PULL_REQUEST: &str = "2147483647";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Connection {
    authenticated_user: Option<User>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct User {
    id: OptionalText,
    provider_display_name: OptionalText,
    custom_display_name: OptionalText,
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
    value: OptionalText,
}

/// Requests the owner of the token.
pub(crate) async fn connection(transport: &Transport) -> Result<Identity, RestError> {
    let call = Call { version: "7.1-preview", ..Call::get(&["_apis", "connectionData"], &[]) };
    let connection: Connection = transport.call_for_json(call).await?.decode()?;
    let user = connection.authenticated_user.unwrap_or_default();
    let id = user.id.into_id().ok_or_else(|| unreadable_response("it does not say whose token it is"))?;
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

/// Requests whether the owner of the token may edit the subscriptions of a project, or of the whole organization.
pub(crate) async fn may_edit_subscriptions(
    transport: &Transport,
    project_id: Option<&str>,
) -> Result<bool, RestError> {
    let security_token = match project_id {
        Some(project_id) => format!("PublisherSecurity/{project_id}"),
        None => "PublisherSecurity".to_owned(),
    };
    let query = [("tokens", security_token.as_str())];
    let call = Call::get(&["_apis", "permissions", SERVICE_HOOKS, EDIT_SUBSCRIPTIONS], &query);
    let permissions: ListResponse<bool> = transport.call_for_json(call).await?.decode()?;
    let is_allowed = permissions.into_items().and_then(|mut items| items.next());
    is_allowed.ok_or_else(|| unreadable_response("it does not say whether the permission is given"))
}

/// Probes for the scope Code (write), by changing a pull request that does not exist.
///
/// Assumption, not documented: 401 means that the scope is missing, and 404 that the pull request does not exist. Any
/// other response counts as not verified.
pub(crate) async fn probe_code_write(
    transport: &Transport,
    project_id: &str,
    repository_id: &str,
) -> Result<WriteProbe, RestError> {
    let path = [project_id, "_apis", "git", "repositories", repository_id, "pullrequests", NO_PULL_REQUEST];
    let response = transport.call(Call::with_body(Method::PATCH, &path, json!({}))).await?;
    let error = ErrorBody::read(&response, transport.secrets(), None);
    Ok(match response.status {
        404 if !response.is_html() && !error.is_about_the_repository() => WriteProbe::Allowed,
        401 if !error.is_about_a_policy() => WriteProbe::MissingScope,
        status if error.message.is_empty() => WriteProbe::Unverified(format!("status {status}")),
        status => WriteProbe::Unverified(format!("status {status}: {}", error.message)),
    })
}
