//! Handles a request: recording, and faults of the connection.

use std::sync::Arc;

use hyper::Request;
use hyper::body::Bytes;
use serde_json::Value;

use super::answer::respond;
use super::assertion::Assertion;
use super::request::TokenRequest;
use super::stand_in::{ServedState, Shared};
use super::{AUDIENCE, Call, Fault, FederatedCredential};
use crate::Uuid;
use crate::server::{self, HttpResponse, Reply, html};

pub(super) async fn handle(shared: Arc<Shared>, request: Request<Bytes>) -> Reply {
    if (request.method().as_str(), request.uri().path()) == ("POST", "/_stand-in/federated-credentials") {
        return Some(trust(&shared, request.body()));
    }
    match TokenRequest::parse(&request) {
        Some(request) => call(&shared, &request).await,
        None => Some(html(404, "Page not found")),
    }
}

/// Adds a federated credential, for programs in other languages: `{"clientId", "issuer", "subject", "audience"}`.
fn trust(shared: &Shared, body: &Bytes) -> HttpResponse {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |name: &str| body[name].as_str();
    let (Some(issuer), Some(subject)) = (text("issuer"), text("subject")) else {
        return server::json(400, r#"{"message":"issuer and subject are needed"}"#);
    };
    let audience = text("audience").unwrap_or(AUDIENCE);
    let credential = FederatedCredential::new(issuer, subject).audience(audience);
    let client_id: Option<Uuid> = text("clientId").and_then(|id| id.parse().ok());
    let mut state = shared.state();
    match client_id.and_then(|id| state.own.tenants.registration_mut(id)) {
        Some(registration) => {
            registration.credentials.push(credential);
            server::json(200, "{}")
        }
        None => server::json(404, r#"{"message":"there is no app with this clientId"}"#),
    }
}

async fn call(shared: &Shared, request: &TokenRequest) -> Reply {
    let (number, fault) = {
        let mut state = shared.state();
        let number = record(&mut state, request);
        (number, state.faults.take())
    };
    shared.signal_change();
    match fault {
        Some(Fault::Stall(time)) => {
            tokio::time::sleep(time).await;
            return None;
        }
        Some(Fault::Delayed(time)) => tokio::time::sleep(time).await,
        _ => {}
    }
    let (response, error_code) = respond(&shared.state(), request, fault.as_ref());
    if let Some(call) = shared.state().calls.iter_mut().rev().find(|call| call.number == number) {
        (call.status, call.error_code) = (Some(response.status().as_u16()), error_code);
    }
    shared.signal_change();
    Some(response)
}

fn record(state: &mut ServedState, request: &TokenRequest) -> usize {
    state.own.call_count += 1;
    let number = state.own.call_count;
    let assertion = Assertion::parse(request.text("client_assertion"));
    state.calls.push(Call {
        tenant: request.tenant.clone(),
        client_id: request.text("client_id").to_owned(),
        scope: request.text("scope").to_owned(),
        subject: assertion.map(|assertion| assertion.subject().to_owned()),
        status: None,
        error_code: None,
        number,
    });
    number
}
