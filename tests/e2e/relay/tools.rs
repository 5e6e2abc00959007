//! What each tool checks of a webhook of Azure DevOps, as its code is in August 2026.

use hookpost_harness::tool::USER;
use hookpost_stand_in::delivery::basic_authorization;
use hyper::Request;
use hyper::body::Bytes;
use serde_json::Value;

fn header<'r>(request: &'r Request<Bytes>, name: &str) -> &'r str {
    request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn has_credentials(request: &Request<Bytes>, password: &str) -> bool {
    header(request, "authorization") == basic_authorization(USER, password)
}

fn event_type(request: &Request<Bytes>) -> Option<String> {
    let body: Value = serde_json::from_slice(request.body()).ok()?;
    Some(body["eventType"].as_str()?.to_owned())
}

/// `VCSEventsController.Post` and `ValidatePayload`.
pub(crate) fn atlantis(request: &Request<Bytes>, password: &str) -> (u16, &'static str) {
    if header(request, "request-id").is_empty() && header(request, "x-vss-activityid").is_empty() {
        return (400, "Ignoring request");
    }
    let is_json =
        ["application/json", "application/json; charset=utf-8"].contains(&header(request, "content-type"));
    if !is_json || !has_credentials(request, password) {
        return (401, "ValidatePayload authentication failed");
    }
    match event_type(request) {
        None => (400, "Failed parsing webhook"),
        Some(kind) if kind.starts_with("git.pullrequest") || kind.contains("comment") => {
            (200, "Processing...")
        }
        Some(_) => (200, "Ignoring unsupported event"),
    }
}

/// `ArgoCDWebhookHandler.Handler` and the parser that it uses.
pub(crate) fn argocd(request: &Request<Bytes>, password: &str) -> (u16, &'static str) {
    const PARSED: [&str; 5] = [
        "git.push",
        "git.pullrequest.created",
        "git.pullrequest.updated",
        "git.pullrequest.merged",
        "build.complete",
    ];
    if header(request, "x-vss-activityid").is_empty() {
        return (400, "Unknown webhook event");
    }
    if !has_credentials(request, password) {
        return (400, "Webhook processing failed");
    }
    match event_type(request) {
        None => (400, "Webhook processing failed: payload must be valid JSON under 50 MB"),
        Some(kind) if PARSED.contains(&kind.as_str()) => (200, ""),
        Some(_) => (400, "Webhook processing failed"),
    }
}

/// Kargo looks at the beginning of the user agent, and refuses an event that it does not know.
pub(crate) fn kargo(request: &Request<Bytes>, _: &str) -> (u16, &'static str) {
    let is_known = event_type(request).is_some_and(|kind| kind == "git.push");
    let is_azure_devops = header(request, "user-agent").starts_with("VSServices/");
    if is_known && is_azure_devops { (200, "") } else { (400, "") }
}

/// Fleet looks for one of two headers.
pub(crate) fn fleet(request: &Request<Bytes>, _: &str) -> (u16, &'static str) {
    let names = ["x-vss-activityid", "x-vss-subscriptionid"];
    if names.iter().any(|name| !header(request, name).is_empty()) { (200, "succeeded") } else { (500, "") }
}

/// Takes whatever comes with the right credentials, as Jenkins behind a proxy does.
pub(crate) fn plain(request: &Request<Bytes>, password: &str) -> (u16, &'static str) {
    if has_credentials(request, password) { (200, "") } else { (401, "") }
}
