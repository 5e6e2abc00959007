//! Handles a request: recording, faults, authentication, routing.

use std::sync::Arc;

use hyper::Request;
use hyper::body::Bytes;

use super::{
    ApiError, ApiRequest, ApiResponse, Fault, RequestContext, ServiceState, SharedState, authentication,
    bearer, demo_driver, router,
};
use crate::{Identity, Uuid, server};

pub(super) async fn handle(shared: Arc<SharedState>, request: Request<Bytes>) -> server::Reply {
    let request = ApiRequest::parse(request);
    if let Some(response) = demo_driver::handle(&shared, &request).await {
        return Some(response.into_http());
    }
    let operation = operation(&request);
    let (number, fault) = {
        let mut state = shared.state();
        (state.record_call(&operation), state.faults.take(&operation))
    };
    shared.changes.send_replace(());
    if matches!(fault, Some(Fault::CloseBefore)) {
        return None;
    }
    let replacement = fault.as_ref().and_then(Fault::replacement);
    let mut response = replacement.unwrap_or_else(|| respond(&mut shared.state(), &request));
    let (wait, closes) = match fault {
        Some(Fault::StallAfter(time)) => (Some(time), true),
        Some(Fault::Delayed(time)) => (Some(time), false),
        _ => (response.stall, response.stall.is_some()),
    };
    let status = (!closes).then_some(response.status);
    shared.state().record_result(number, response.has_effect, status);
    shared.changes.send_replace(());
    if let Some(delivery) = response.delivery.take() {
        let shared = Arc::clone(&shared);
        tokio::spawn(async move { delivery.send(&shared).await });
    }
    if let Some(time) = wait {
        tokio::time::sleep(time).await;
    }
    if closes {
        return None;
    }
    let with_mark = shared
        .state()
        .account_at(&request)
        .is_some_and(|account| account.organization.behavior.byte_order_mark);
    Some(if with_mark { response.with_byte_order_mark() } else { response }.into_http())
}

/// A call without a route is named by its path.
fn operation(request: &ApiRequest) -> String {
    match router::find(request) {
        Ok((route, _)) => route.operation(),
        Err(_) => format!("{} {}", request.method, request.resource.clone().unwrap_or_default().join("/")),
    }
}

fn respond(state: &mut ServiceState, request: &ApiRequest) -> ApiResponse {
    let found = router::find(request);
    let now = state.now();
    let ServiceState { accounts, tokens, access_tokens, ids, .. } = state;
    let Some(account) = accounts.iter_mut().find(|account| account.answers(request)) else {
        return ApiResponse::html(404, "Azure DevOps Services | 404 - Page not found");
    };
    let scopes = found.as_ref().map_or(&[][..], |(route, _)| route.scopes);
    let caller = match bearer::token(request) {
        Some(secret) => bearer::authenticate(account, access_tokens.as_deref(), request, secret, now),
        None => authentication::authenticate(account, tokens, request, scopes),
    };
    let caller = match caller {
        Ok(caller) => caller,
        Err(response) => return response,
    };
    let answer = found.and_then(|(route, parameters)| {
        router::check_version(request, route, account.organization.behavior.latest_version)?;
        if route.writes_code() && !account.access.may_contribute(&caller) {
            return Err(ApiError::contribute(&caller));
        }
        (route.handler)(&mut RequestContext { account, caller: &caller, request, parameters, ids, now })
    });
    let response = answer.unwrap_or_else(|error| error.response());
    identify(response, &caller, ids.uuid())
}

/// The headers of every response to an authenticated caller.
fn identify(response: ApiResponse, caller: &Identity, activity: Uuid) -> ApiResponse {
    response
        .with("ActivityId", activity.to_string())
        .with("X-VSS-E2EID", activity.to_string())
        .with("X-VSS-UserData", format!("{}:{}", caller.id, caller.mail))
}
