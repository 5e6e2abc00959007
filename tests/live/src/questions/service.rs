//! The service itself: tokens it does not know, and versions.

use hookpost_core::ports::Clock;

use crate::answer::Finding;
use crate::raw_client::Call;
use crate::run::Run;
use crate::unsettled::{Settled, Unsettled};

/// Newer than any version.
const NO_VERSION: &str = "99.0";

pub(super) const CONNECTION_DATA: [&str; 2] = ["_apis", "connectionData"];

pub(super) async fn wrong_token<C: Clock>(run: &Run<C>) -> Settled {
    let client = run.client_with_wrong_token()?;
    let call = Call { version: "7.1-preview", ..Call::get(&CONNECTION_DATA, &[]) };
    let reply = client.call(call).await?;
    let user = reply.body["authenticatedUser"]["id"].as_str();
    let answer = match user {
        Some(id) => format!("{}, as the user `{id}`", reply.brief()),
        None => reply.brief(),
    };
    Ok(Finding::new(answer, reply.evidence()))
}

pub(super) async fn version<C: Clock>(run: &Run<C>) -> Settled {
    let call = Call { version: NO_VERSION, ..Call::get(&CONNECTION_DATA, &[]) };
    let reply = run.first.raw.call(call).await?;
    let message = reply.body["message"].as_str().unwrap_or_default();
    // "… The latest REST API version this server supports is 7.2."
    let mut numbers =
        message.split_whitespace().filter_map(|word| word.trim_end_matches('.').parse::<f64>().ok());
    let latest = numbers.next_back().filter(|_| !reply.is_success());
    let latest = latest.ok_or_else(|| Unsettled::NotSeen(reply.evidence()))?;
    Ok(Finding::new(format!("{latest:.1}"), reply.evidence()))
}
