//! Handles a request: recording, faults, checks, the token.

use std::sync::Arc;

use hyper::Request;
use hyper::body::Bytes;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::claims::claims;
use super::request::{AS, StsRequest};
use super::stand_in::{ServedState, Shared};
use super::{Call, Fault, Role, StsError, response};
use crate::server::{self, HttpResponse, Reply, html};
use crate::{Uuid, service, time};

pub(super) async fn handle(shared: Arc<Shared>, request: Request<Bytes>) -> Reply {
    match (request.method().as_str(), request.uri().path()) {
        ("POST", path) if path == "/" || path.starts_with(AS) => call(&shared, &request).await,
        ("POST", "/_stand-in/roles") => Some(register(&shared, request.body())),
        ("GET", "/.well-known/openid-configuration") => Some(discovery(&shared)),
        ("GET", "/.well-known/jwks.json") => Some(server::json(200, shared.state().own.jwks().to_string())),
        _ => Some(html(404, "Not Found")),
    }
}

/// Adds a role, for programs in other languages: `{"accessKeyId", "roleArn"}`.
fn register(shared: &Shared, body: &Bytes) -> HttpResponse {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let (Some(key), Some(arn)) = (body["accessKeyId"].as_str(), body["roleArn"].as_str()) else {
        return server::json(400, r#"{"message":"accessKeyId and roleArn are needed"}"#);
    };
    shared.state().own.register(key, arn);
    server::json(200, "{}")
}

/// Source: "`OpenID` Connect Discovery 1.0". Entra needs `issuer` and `jwks_uri`.
fn discovery(shared: &Shared) -> HttpResponse {
    let issuer = &shared.state().own.issuer;
    let body = json!({
        "issuer": issuer,
        "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["sub", "aud", "exp", "iat", "iss", "jti"],
    });
    server::json(200, body.to_string())
}

async fn call(shared: &Shared, request: &Request<Bytes>) -> Reply {
    let request = StsRequest::parse(request);
    let (number, fault) = {
        let mut state = shared.state();
        let number = record(&mut state, &request);
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
    let (response, error) = {
        let mut state = shared.state();
        let id = Uuid::from_bytes(service::random());
        match answer(&mut state, &request, fault.as_ref(), id) {
            Ok(response) => (response, None),
            Err(error) => (response::error(&error, id), Some(error.code.to_owned())),
        }
    };
    if let Some(call) = shared.state().calls.iter_mut().rev().find(|call| call.number == number) {
        (call.status, call.error) = (Some(response.status().as_u16()), error);
    }
    shared.signal_change();
    Some(response)
}

fn record(state: &mut ServedState, request: &StsRequest) -> usize {
    state.own.call_count += 1;
    let number = state.own.call_count;
    state.calls.push(Call {
        access_key_id: request.access_key_id.clone(),
        role_arn: state.own.role(&request.access_key_id).map(|role| role.arn.clone()),
        parameters: request.parameters.clone(),
        status: None,
        error: None,
        number,
    });
    number
}

/// That AWS looks at the signature first, then at the caller and at last at the parameters is assumed.
fn answer(
    state: &mut ServedState,
    request: &StsRequest,
    fault: Option<&Fault>,
    id: Uuid,
) -> Result<HttpResponse, StsError> {
    request.check_scope(&state.own.region)?;
    let role = state.own.role(&request.access_key_id).ok_or_else(StsError::unknown_key)?;
    let Role { arn, .. } = role.clone();
    let token_request = request.token_request()?;
    if let Some(error) = fault.and_then(|fault| fault.error(&arn, token_request.duration_seconds)) {
        return Err(error);
    }
    match fault {
        Some(Fault::Html(status)) => return Ok(html(*status, "Access to this site is blocked")),
        Some(Fault::BrokenXml) => {
            return Ok(response::xml(200, "<GetWebIdentityTokenResponse><GetWebIdentity".to_owned(), id));
        }
        Some(Fault::NoToken) => return Ok(response::result("", id)),
        _ => {}
    }
    let now = state.now();
    let token_id = Uuid::from_bytes(service::random());
    let claims = claims(&state.own.issuer, &arn, &state.own.region, token_id, now, &token_request);
    let token = match fault {
        Some(Fault::NotAJwt) => "not-a-token".to_owned(),
        _ => state.own.sign(&claims),
    };
    state.own.issued.0.push(token.clone());
    let expires = time::later(now, SignedDuration::from_secs(i64::from(token_request.duration_seconds)));
    Ok(response::token(&token, expires, id))
}
