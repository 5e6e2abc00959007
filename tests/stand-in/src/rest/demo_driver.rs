//! Runs the demo over HTTP, one delivery for each call.
//!
//! `POST /_stand-in/{organization}/demo` makes every event happen. `POST …/demo/next` delivers the next notification
//! and answers with its report line, or with 204 when all are delivered.

use super::{Account, ApiRequest, ApiResponse, SharedState};
use crate::demo::ReportLine;

/// `None` for any other path.
pub(super) async fn handle(shared: &SharedState, request: &ApiRequest) -> Option<ApiResponse> {
    let segments: Vec<&str> = request.place.iter().map(String::as_str).collect();
    match (&*request.method, segments.as_slice()) {
        ("POST", ["_stand-in", organization, "demo"]) => Some(start(shared, organization)),
        ("POST", ["_stand-in", organization, "demo", "next"]) => Some(next(shared, organization).await),
        _ => None,
    }
}

fn start(shared: &SharedState, organization: &str) -> ApiResponse {
    let mut state = shared.state();
    let now = state.now();
    match state.account(organization) {
        Some(Account { demo: Some(demo), organization, .. }) => {
            demo.run(organization, now);
            ApiResponse::empty(204)
        }
        _ => ApiResponse::empty(404),
    }
}

/// Notifications whose subscription is gone are skipped.
async fn next(shared: &SharedState, organization: &str) -> ApiResponse {
    loop {
        let (number, step, due) = {
            let mut state = shared.state();
            let Some(account) = state.account(organization) else { return ApiResponse::empty(404) };
            let Some(demo) = &mut account.demo else { return ApiResponse::empty(404) };
            let Some((number, step)) = demo.next() else { return ApiResponse::empty(204) };
            let due = state.queue_now(&step.notification);
            (number, step, due)
        };
        if let Some(due) = due {
            let response = due.send(shared).await;
            let line = ReportLine::new(number, &step, &response);
            // Rendered here, because a `Value` would sort the members.
            return ApiResponse::text(200, serde_json::to_string(&line).unwrap_or_default());
        }
    }
}
