//! Handles a request: recording, faults, authentication, routing.

use std::sync::Arc;

use hyper::Request;
use hyper::body::Bytes;

use super::account::Account;
use super::request::ApiRequest;
use super::state::{ServiceState, SharedState};
use super::{ApiResponse, Fault, Handled, RequestContext, authentication, demo_driver, router};
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
    let handled = match fault.as_ref().and_then(Fault::replacement) {
        Some(response) => Handled::from(response),
        None => respond(&mut shared.state(), &request),
    };
    let stall = match fault {
        Some(Fault::StallAfter(time)) => Some(time),
        _ => None,
    };
    let status = stall.is_none().then_some(handled.response.status);
    shared.state().record_result(number, handled.has_effect, status);
    shared.changes.send_replace(());
    if let Some(delivery) = handled.delivery {
        let shared = Arc::clone(&shared);
        tokio::spawn(async move { delivery.send(&shared).await });
    }
    if let Some(time) = stall {
        tokio::time::sleep(time).await;
        return None;
    }
    let with_mark = shared.state().behavior.byte_order_mark;
    let response = if with_mark { handled.response.with_byte_order_mark() } else { handled.response };
    Some(response.into_http())
}

/// A call without a route is named by its path.
fn operation(request: &ApiRequest) -> String {
    match router::find(request) {
        Ok((route, _)) => route.operation(),
        Err(_) => format!("{} {}", request.method, request.resource.clone().unwrap_or_default().join("/")),
    }
}

fn respond(state: &mut ServiceState, request: &ApiRequest) -> Handled {
    let is_here = |account: &Account| account.path_after(&request.place).is_some();
    let Some(index) = state.accounts.iter().position(is_here) else {
        return ApiResponse::html(404, "Azure DevOps Services | 404 - Page not found").into();
    };
    let found = router::find(request);
    let scopes = found.as_ref().map_or(&[][..], |(route, _)| route.scopes);
    let organization = state.accounts[index].name();
    let caller =
        match authentication::authenticate(&state.tokens, &state.behavior, organization, request, scopes) {
            Ok(caller) => caller,
            Err(response) => return response.into(),
        };
    let now = state.now();
    let handled = found.and_then(|(route, parameters)| {
        router::check_version(request, route)?;
        (route.handler)(&mut RequestContext {
            account: &mut state.accounts[index],
            caller: &caller,
            request,
            parameters,
            behavior: &state.behavior,
            ids: &mut state.ids,
            now,
        })
    });
    let mut handled = handled.unwrap_or_else(|error| error.response().into());
    handled.response = identify(handled.response, &caller, state.ids.uuid());
    handled
}

/// The headers of every response to an authenticated caller.
fn identify(response: ApiResponse, caller: &Identity, activity: Uuid) -> ApiResponse {
    response
        .with("ActivityId", activity.to_string())
        .with("X-VSS-E2EID", activity.to_string())
        .with("X-VSS-UserData", format!("{}:{}", caller.id, caller.mail))
}
