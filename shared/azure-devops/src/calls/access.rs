//! Finds the owner of the token, and what the token permits.

use hookpost_core::azure_devops::catalog::{Connection, Identity, SubscriptionRights, WriteProbe};
use hookpost_core::azure_devops::error::RestError;
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use crate::call::Call;
use crate::error::unreadable_response;
use crate::error_body::{ErrorBody, for_owner};
use crate::lenient::{ListResponse, OptionalText};
use crate::transport::Transport;

/// The id of the anonymous user. An organization with anonymous access treats a bad token as this user.
const ANONYMOUS: &str = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";

/// The security namespace of service hooks.
const SERVICE_HOOKS: &str = "cb594ebe-87dd-4fc9-ac2c-6a10a4c92046";

/// The permissions "View subscriptions" and "Edit subscriptions" in that namespace, and both together.
const VIEW: &str = "1";
const EDIT: &str = "2";
const VIEW_AND_EDIT: &str = "3";

/// Most security tokens in one question. Each takes 60 bytes of the query, which may be limited to the 2,048 bytes that are
/// the default of IIS.
const TOKENS_MAX: usize = 30;

/// The security namespace of notifications, and the permission in it that subscriptions to all projects are reported
/// to need.
const NOTIFICATIONS: &str = "2bf24a2b-70ba-43d3-ad97-3d9e1f75622f";
const ADMINISTER: &str = "2";

/// A number that no pull request has: numbers count up from 1, and this is the largest possible one.
const NO_PULL_REQUEST: &str = "2147483647";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireConnection {
    authenticated_user: Option<User>,
    #[serde(default)]
    instance_id: OptionalText,
    #[serde(default)]
    deployment_id: OptionalText,
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

/// Requests the owner of the token, and the ids of the organization.
pub(crate) async fn connection(transport: &Transport) -> Result<Connection, RestError> {
    let call = Call { version: "7.1-preview", ..Call::get(&["_apis", "connectionData"], &[]) };
    let connection: WireConnection = transport.call_for_json(call).await?.decode()?;
    let user = connection.authenticated_user.unwrap_or_default();
    let id = user.id.into_id().ok_or_else(|| unreadable_response("it does not say whose token it is"))?;
    if id == ANONYMOUS {
        return Err(for_owner(RestError::SignInPage, transport.secrets()));
    }
    let account = user.properties.and_then(|properties| properties.account);
    let owner = Identity {
        id,
        display_name: user.custom_display_name.into_option().unwrap_or(user.provider_display_name.or_empty()),
        unique_name: account.map(|account| account.value.or_empty()).unwrap_or_default(),
    };
    let [organization_id, deployment_id] =
        [connection.instance_id, connection.deployment_id].map(OptionalText::into_guid);
    Ok(Connection { owner, organization_id, deployment_id })
}

/// Requests the permissions of the token's owner on the subscriptions of a project, or of the whole organization.
pub(crate) async fn subscription_permissions(
    transport: &Transport,
    project_id: Option<&str>,
) -> Result<SubscriptionRights, RestError> {
    let security_token = project_id.map_or_else(|| "PublisherSecurity".to_owned(), security_token);
    let permissions = permissions_on(transport, &[security_token]).await?.pop();
    permissions.ok_or_else(unanswered)
}

/// Requests the permissions of the token's owner on the subscriptions of each of these projects, in their order.
pub(crate) async fn subscription_permissions_in(
    transport: &Transport,
    project_ids: &[&str],
) -> Result<Vec<SubscriptionRights>, RestError> {
    let mut permissions = Vec::with_capacity(project_ids.len());
    for some in project_ids.chunks(TOKENS_MAX) {
        let security_tokens: Vec<String> = some.iter().copied().map(security_token).collect();
        permissions.extend(permissions_on(transport, &security_tokens).await?);
    }
    Ok(permissions)
}

fn security_token(project_id: &str) -> String {
    format!("PublisherSecurity/{project_id}")
}

/// Requests both permissions on each object together, and one by one only where one is missing.
async fn permissions_on(
    transport: &Transport,
    security_tokens: &[String],
) -> Result<Vec<SubscriptionRights>, RestError> {
    let both = are_permitted(transport, SERVICE_HOOKS, VIEW_AND_EDIT, security_tokens).await?;
    let pairs = || security_tokens.iter().zip(&both);
    let lacking: Vec<String> =
        pairs().filter(|(_, both)| !**both).map(|(security_token, _)| security_token.clone()).collect();
    let (mut view, mut edit) = (Vec::new(), Vec::new());
    if !lacking.is_empty() {
        view = are_permitted(transport, SERVICE_HOOKS, VIEW, &lacking).await?;
        edit = are_permitted(transport, SERVICE_HOOKS, EDIT, &lacking).await?;
    }
    let mut single = view.into_iter().zip(edit).map(|(view, edit)| SubscriptionRights { view, edit });
    let all = SubscriptionRights { view: true, edit: true };
    let permissions = both.iter().map(|both| if *both { Some(all) } else { single.next() });
    permissions.collect::<Option<_>>().ok_or_else(unanswered)
}

/// Requests whether the owner of the token may administer the notifications of the organization.
pub(crate) async fn may_administer_notifications(transport: &Transport) -> Result<bool, RestError> {
    let permitted = are_permitted(transport, NOTIFICATIONS, ADMINISTER, &["$SUBSCRIBER:".to_owned()]).await?;
    permitted.first().copied().ok_or_else(unanswered)
}

/// Requests whether the owner of the token has these permissions, which are bits, on each of the objects, in their order.
///
/// Source: Microsoft, "Permissions - Has Permissions" and its older form, "Evaluate permissions on multiple tokens":
/// commas separate `tokens`.
async fn are_permitted(
    transport: &Transport,
    namespace: &str,
    permissions: &str,
    security_tokens: &[String],
) -> Result<Vec<bool>, RestError> {
    let tokens = security_tokens.join(",");
    let (path, query) = (["_apis", "permissions", namespace, permissions], [("tokens", tokens.as_str())]);
    let call = Call::get(&path, &query);
    let permitted: ListResponse<bool> = transport.call_for_json(call).await?.decode()?;
    let permitted: Vec<bool> = permitted.into_items().ok_or_else(unanswered)?.collect();
    if permitted.len() == security_tokens.len() { Ok(permitted) } else { Err(unanswered()) }
}

fn unanswered() -> RestError {
    unreadable_response("it does not say whether the permission is given")
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
