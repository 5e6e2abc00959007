//! Threads of a pull request. Source: learn.microsoft.com, REST reference, Git, Pull Request Threads - List.

use super::{Answer, ApiResponse, RequestContext, pull_requests};
use crate::wire;

/// Oldest first, in one page.
pub(super) fn list(context: &mut RequestContext<'_>) -> Answer {
    let on = pull_requests::found(context)?;
    let shown = on.threads.iter().filter(|thread| thread.note.is_none() || context.behavior().system_threads);
    Ok(ApiResponse::list(
        shown.map(|thread| wire::thread::thread(context.organization(), thread, on).to_value()),
    ))
}
