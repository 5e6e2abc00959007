//! The permissions of the caller. Source: learn.microsoft.com, REST reference, Security,
//! Permissions - Has Permissions.

use super::context::RequestContext;
use super::error::ApiError;
use super::grants::ROOT;
use super::response::{ApiResponse, Handled};
use crate::Uuid;

/// One value for each token, in their order. Scopes do not matter.
pub(super) fn get(context: &mut RequestContext<'_>) -> Result<Handled, ApiError> {
    let namespace = context.parameter(0);
    let bits: u32 = context.parameter(1).parse().map_err(|_| ApiError::model("The request is invalid."))?;
    let delimiter = context.request.query("delimiter").unwrap_or(",");
    let tokens = context.request.query("tokens").unwrap_or_default().split(delimiter);
    let held: Vec<bool> = if namespace.eq_ignore_ascii_case(SERVICE_HOOKS) {
        tokens.map(|token| holds(context, bits, token)).collect()
    } else if namespace.eq_ignore_ascii_case(GIT) {
        tokens.map(|_| true).collect()
    } else {
        return Err(ApiError::resource_area(&format!("security namespace {namespace}")));
    };
    Ok(ApiResponse::list(held.into_iter().map(Into::into)).into())
}

fn holds(context: &RequestContext<'_>, bits: u32, token: &str) -> bool {
    match token.split_once('/') {
        None => token == ROOT && context.may(bits, None),
        Some((root, project)) => {
            let project = project.parse::<Uuid>().ok();
            root == ROOT && project.is_some() && context.may(bits, project)
        }
    }
}

const SERVICE_HOOKS: &str = "cb594ebe-87dd-4fc9-ac2c-6a10a4c92046";
const GIT: &str = "2e9eb7ed-3c0a-47d4-87c1-0ffdd275fd87";
