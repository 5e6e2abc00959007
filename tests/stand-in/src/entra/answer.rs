//! What Entra answers: the checks of a request, in an assumed order, and the token.

use std::time::Duration;

use http_body_util::Full;
use hyper::Response;
use hyper::body::Bytes;
use jiff::SignedDuration;
use serde_json::json;

use super::assertion::Assertion;
use super::request::TokenRequest;
use super::stand_in::ServedState;
use super::{App, Fault, RejectReason, TokenError};
use crate::server::{self, HttpResponse, html};
use crate::{Timestamp, time};

/// The response, and the number of its error.
pub(super) fn respond(
    state: &ServedState,
    request: &TokenRequest,
    fault: Option<&Fault>,
) -> (HttpResponse, Option<u32>) {
    if let Some(response) = fault.and_then(replacement) {
        return (response, None);
    }
    let now = state.now();
    let checked = match fault.and_then(Fault::refusal) {
        Some(refusal) => Err(refusal),
        None => check(state, request, now),
    };
    match checked {
        Ok(app) => (token(state, &app, now, fault), None),
        Err(refusal) => {
            let error = TokenError::new(&refusal, &state.own.behavior);
            (error.response(now, &state.own.behavior), Some(error.code))
        }
    }
}

/// The response of a fault that does not look at the request.
fn replacement(fault: &Fault) -> Option<HttpResponse> {
    Some(match fault {
        Fault::Throttled(wait) => throttled(*wait),
        Fault::Status(status) => server::json(*status, ""),
        Fault::Html(status) => html(*status, "Access to this site is blocked"),
        Fault::Redirect => {
            with_header(html(302, "Object moved"), "Location", "https://proxy.example/sign-in")
        }
        Fault::BrokenJson => server::json(200, r#"{"token_type":"Bearer","expires_in":3599,"acc"#),
        Fault::NoToken => server::json(200, r#"{"token_type":"Bearer","expires_in":3599}"#),
        _ => return None,
    })
}

/// Source: "Microsoft Entra service limits". That the body has this error is assumed.
fn throttled(wait: Option<Duration>) -> HttpResponse {
    let body = json!({"error": "temporarily_unavailable", "error_description": "Too many requests."});
    let response = server::json(429, body.to_string());
    match wait {
        Some(wait) => with_header(response, "Retry-After", &wait.as_secs().to_string()),
        None => response,
    }
}

fn with_header(response: HttpResponse, name: &'static str, value: &str) -> HttpResponse {
    let (mut parts, body): (_, Full<Bytes>) = response.into_parts();
    if let Ok(value) = value.parse() {
        parts.headers.insert(name, value);
    }
    Response::from_parts(parts, body)
}

/// The app that the request is from.
fn check(state: &ServedState, request: &TokenRequest, now: Timestamp) -> Result<App, RejectReason> {
    let tenants = &state.own.tenants;
    let (tenant_id, tenant) =
        tenants.tenant(&request.tenant).ok_or_else(|| RejectReason::Tenant(request.tenant.clone()))?;
    request.check()?;
    let assertion = Assertion::parse(request.text("client_assertion")).ok_or(RejectReason::Malformed)?;
    let client_id = request.text("client_id");
    let (app, registration) = tenants
        .app(tenant_id, client_id)
        .ok_or_else(|| RejectReason::App { client_id: client_id.to_owned(), tenant: tenant_id })?;
    if registration.is_disabled {
        let name = app.principal.display_name.clone();
        return Err(RejectReason::Disabled { client_id: client_id.to_owned(), name });
    }
    assertion.check_credentials(&registration.credentials)?;
    let issuer = assertion.issuer();
    let keys = state.own.keys(issuer).ok_or_else(|| RejectReason::Discovery(issuer.to_owned()))?;
    assertion.check_signature(&keys)?;
    assertion.check_time(now)?;
    if registration.is_blocked {
        return Err(RejectReason::ConditionalAccess);
    }
    if !tenant.has_azure_devops {
        return Err(RejectReason::NoAzureDevOps(tenant_id));
    }
    Ok(app.clone())
}

fn token(state: &ServedState, app: &App, now: Timestamp, fault: Option<&Fault>) -> HttpResponse {
    let lifetime = state.own.behavior.token_lifetime;
    let seconds = i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX);
    let expires = time::later(now, SignedDuration::from_secs(seconds));
    let mut body = json!({
        "token_type": "Bearer",
        "expires_in": seconds,
        "ext_expires_in": seconds,
        "access_token": state.own.tokens.issue(&app.principal, expires),
    });
    if matches!(fault, Some(Fault::Oversized)) {
        body["padding"] = "x".repeat(64 * 1024).into();
    }
    with_header(server::json(200, body.to_string()), "Cache-Control", "no-store, no-cache")
}
