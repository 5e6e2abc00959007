//! Authenticates callers, and answers those it rejects.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::pat::TokenStatus;
use super::{Account, ApiError, ApiRequest, ApiResponse, PersonalAccessToken, Scope, ServiceBehavior};
use crate::{Identity, Uuid};

/// Scopes of which a token needs one. Empty: any valid token.
pub(super) type RequiredScopes = &'static [Scope];

/// The owner of the token, or the response to a caller without a token that fits.
pub(super) fn authenticate(
    account: &Account,
    tokens: &[PersonalAccessToken],
    request: &ApiRequest,
    scopes: RequiredScopes,
) -> Result<Identity, ApiResponse> {
    let authorization = request.authorization.as_deref().unwrap_or_default();
    let secret = secret(authorization);
    let Some(token) = tokens.iter().find(|token| Some(&token.secret) == secret.as_ref()) else {
        return unknown_caller(request, &account.organization.behavior);
    };
    match token.status {
        TokenStatus::Expired => return Err(expired()),
        TokenStatus::Revoked => return Err(unauthorized()),
        TokenStatus::Valid => {}
    }
    if account.access.has_left(&token.owner) {
        return Err(challenge(ApiError::unauthorized(&token.owner.id.to_string()).response()));
    }
    if !token.organization.eq_ignore_ascii_case(account.name()) {
        return Err(challenge(ApiError::unauthorized(&ANONYMOUS.to_string()).response()));
    }
    if !scopes.is_empty() && !scopes.iter().any(|scope| token.has(*scope)) {
        return Err(unauthorized());
    }
    Ok(token.owner.clone())
}

/// The text after the first colon of basic authentication. The user name does not matter.
fn secret(authorization: &str) -> Option<String> {
    let encoded = authorization.strip_prefix("Basic ")?;
    let credentials = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    credentials.split_once(':').map(|(_, secret)| secret.to_owned())
}

/// Users report 401 for PATCH; 401 for PUT and DELETE is assumed.
fn unknown_caller(request: &ApiRequest, behavior: &ServiceBehavior) -> Result<Identity, ApiResponse> {
    match &*request.method {
        "GET" if behavior.anonymous_access && request.is_connection_data() => Ok(anonymous()),
        "GET" | "POST" | "OPTIONS" if !behavior.anonymous_access => Err(sign_in_page()),
        _ => Err(challenge(ApiError::unauthorized("").response())),
    }
}

fn anonymous() -> Identity {
    Identity { id: ANONYMOUS, display_name: "Anonymous".to_owned(), ..Identity::default() }
}

pub(super) fn sign_in_page() -> ApiResponse {
    ApiResponse::html(203, "Azure DevOps Services | Sign In")
}

pub(super) fn redirect() -> ApiResponse {
    let location = "https://app.vssps.visualstudio.com/_signin?realm=dev.azure.com";
    ApiResponse::html(302, "Object moved").with("Location", location)
}

/// 401 without a body, as for a token that was revoked or lacks a scope.
pub(super) fn unauthorized() -> ApiResponse {
    challenge(ApiResponse::empty(401))
}

fn expired() -> ApiResponse {
    let reason = "Access%20Denied%3A%20The%20Personal%20Access%20Token%20used%20has%20expired.";
    unauthorized().with("X-TFS-ServiceError", reason)
}

pub(super) fn challenge(response: ApiResponse) -> ApiResponse {
    response
        .with("WWW-Authenticate", "Bearer authorization_uri=https://login.microsoftonline.com/common")
        .with("WWW-Authenticate", "Basic realm=\"https://tfsprodweu3.visualstudio.com/\"")
        .with("WWW-Authenticate", "TFS-Federated")
}

/// The id that the service gives anonymous callers.
pub(super) const ANONYMOUS: Uuid = Uuid::from_u128(0xaaaa_aaaa_aaaa_aaaa_aaaa_aaaa_aaaa_aaaa);
