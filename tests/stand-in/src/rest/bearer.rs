//! Authenticates apps by an access token of Entra.
//!
//! Sources: reports of users of Microsoft's Terraform provider (microsoft/terraform-provider-azuredevops#901, #1371) for
//! the answers to an app that is not a member, and of what an invalid token gets. Such tokens have no scopes: only
//! permissions decide.

use super::authentication::{ANONYMOUS, challenge, redirect};
use super::{Account, ApiError, ApiRequest, ApiResponse};
use crate::entra::AccessTokens;
use crate::{Identity, Timestamp};

/// The token that a request has in place of basic authentication.
pub(super) fn token(request: &ApiRequest) -> Option<&str> {
    request.authorization.as_deref()?.strip_prefix("Bearer ")
}

/// The service principal, or the response to a token that is not accepted here.
pub(super) fn authenticate(
    account: &Account,
    tokens: Option<&AccessTokens>,
    request: &ApiRequest,
    secret: &str,
    now: Timestamp,
) -> Result<Identity, ApiResponse> {
    let token = tokens.and_then(|tokens| tokens.find(secret)).filter(|token| now < token.expires);
    let principal = token.ok_or_else(|| unauthorized(""))?.principal;
    if account.access.is_excluded(&principal) {
        let is_for_programs = request.suppresses_redirect;
        return Err(if is_for_programs { unauthorized(&ANONYMOUS.to_string()) } else { redirect() });
    }
    // That a principal which was removed is named by its id, as people are, is assumed.
    if account.access.has_left(&principal) {
        return Err(unauthorized(&principal.id.to_string()));
    }
    Ok(principal)
}

/// Most reports of answers to tokens of Entra have a byte order mark; one (Azure/azure-cli#29250) has none.
fn unauthorized(who: &str) -> ApiResponse {
    challenge(ApiError::unauthorized(who).response().with_byte_order_mark())
}
