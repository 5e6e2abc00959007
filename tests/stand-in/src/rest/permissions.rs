//! Whether the caller holds permissions. Source: learn.microsoft.com, REST reference, Security,
//! Permissions - Has Permissions.

use super::answer::{Done, Reply};
use super::failure::Failure;
use super::rights::ROOT;
use super::session::Session;
use crate::Guid;

/// One answer per token, in their order. It is about the identity; scopes do not count.
pub(super) fn get(session: &mut Session<'_>) -> Result<Done, Failure> {
    let namespace = session.named(0);
    let bits: u32 = session.named(1).parse().map_err(|_| Failure::model("The request is invalid."))?;
    let delimiter = session.asked.query("delimiter").unwrap_or(",");
    let tokens = session.asked.query("tokens").unwrap_or_default().split(delimiter);
    let held: Vec<bool> = if namespace.eq_ignore_ascii_case(SERVICE_HOOKS) {
        tokens.map(|token| holds(session, bits, token)).collect()
    } else if namespace.eq_ignore_ascii_case(GIT) {
        tokens.map(|_| true).collect()
    } else {
        return Err(Failure::descriptor(&format!("security namespace {namespace}")));
    };
    Ok(Reply::list(held.into_iter().map(Into::into)).into())
}

fn holds(session: &Session<'_>, bits: u32, token: &str) -> bool {
    match token.split_once('/') {
        None => token == ROOT && session.may(bits, None),
        Some((root, project)) => {
            let project = project.parse::<Guid>().ok();
            root == ROOT && project.is_some() && session.may(bits, project)
        }
    }
}

const SERVICE_HOOKS: &str = "cb594ebe-87dd-4fc9-ac2c-6a10a4c92046";
const GIT: &str = "2e9eb7ed-3c0a-47d4-87c1-0ffdd275fd87";
