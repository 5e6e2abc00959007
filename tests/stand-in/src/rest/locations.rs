//! Resource locations, which Microsoft's clients request first: the path and versions of each resource.
//!
//! The ids are those in the generated clients (`azure-devops` for Python,
//! `azure-devops-node-api`).

use serde_json::{Value, json};

use super::{Answer, ApiError, ApiResponse, RequestContext};

pub(super) fn all(_: &mut RequestContext<'_>) -> Answer {
    Ok(ApiResponse::list(LOCATIONS.iter().map(location_to_json)))
}

/// An area that is unknown has no resources.
pub(super) fn of_area(context: &mut RequestContext<'_>) -> Answer {
    let here = LOCATIONS.iter().filter(|(_, area, ..)| area.eq_ignore_ascii_case(context.parameter(0)));
    Ok(ApiResponse::list(here.map(location_to_json)))
}

pub(super) fn areas(context: &mut RequestContext<'_>) -> Answer {
    Ok(ApiResponse::list(AREAS.iter().map(|area| area_to_json(context, area))))
}

pub(super) fn area(context: &mut RequestContext<'_>) -> Answer {
    let found = AREAS.iter().find(|(id, _)| id.eq_ignore_ascii_case(context.parameter(0)));
    let area = found.ok_or_else(|| ApiError::resource_area(context.parameter(0)))?;
    Ok(ApiResponse::json(200, &area_to_json(context, area)))
}

/// Clients send their next requests to this address, so it is the one they used.
fn area_to_json(context: &RequestContext<'_>, (id, name): &(&str, &str)) -> Value {
    let url = format!("http://{}/{}/", context.request.host, context.account.path());
    json!({"id": id, "name": name, "locationUrl": url})
}

fn location_to_json((id, area, resource, route): &(&str, &str, &str, &str)) -> Value {
    json!({
        "id": id,
        "area": area,
        "resourceName": resource,
        "routeTemplate": route,
        "resourceVersion": 2,
        "minVersion": 1.0,
        "maxVersion": 7.2,
        "releasedVersion": "7.1",
    })
}

const AREAS: &[(&str, &str)] =
    &[("79134c72-4a58-4b42-976c-04e7115f32bf", "core"), ("4e080c62-fa21-4fbc-8fef-2a10a2b38049", "git")];

const PLAIN: &str = "_apis/{area}/{resource}";
const IN_REPOSITORY: &str = "{project}/_apis/{area}/repositories/{repositoryId}/{resource}";

/// Id, area, resource and path of each resource.
#[rustfmt::skip]
const LOCATIONS: &[(&str, &str, &str, &str)] = &[
    ("e81700f7-3be2-46de-8624-2eb35882fcaa", "Location", "ResourceAreas", "_apis/{resource}/{areaId}"),
    ("00d9565f-ed9c-4a06-9a50-00e7896ccab4", "Location", "ConnectionData", "_apis/{resource}"),
    ("603fe2ac-9723-48b9-88ad-09305aa6c6e1", "core", "projects", "_apis/{resource}/{*projectId}"),
    ("225f7195-f9c7-4d14-ab28-a83f7ff77e1f", "git", "repositories",
        "{project}/_apis/{area}/{resource}/{repositoryId}"),
    ("9946fd70-0d40-406e-b686-b4744cbbcc37", "git", "pullRequests",
        "{project}/_apis/{area}/repositories/{repositoryId}/{resource}/{pullRequestId}"),
    ("ea98d07b-3c87-4971-8ede-a613694ffb55", "git", "pushes", IN_REPOSITORY),
    ("dd3b8bd6-c7fc-4cbd-929a-933d9c011c9d", "Security", "Permissions",
        "_apis/{resource}/{securityNamespaceId}/{permissions}"),
    ("fc50d02a-849f-41fb-8af1-0a5216103269", "hooks", "Subscriptions",
        "_apis/{area}/{resource}/{subscriptionId}"),
    ("0c62d343-21b0-4732-997b-017fde84dc28", "hooks", "Notifications",
        "_apis/{area}/subscriptions/{subscriptionId}/{resource}/{notificationId}"),
    ("1a57562f-160a-4b5c-9185-905e95b39d36", "hooks", "NotificationsQuery", PLAIN),
    ("1139462c-7e27-4524-a997-31b9b73551fe", "hooks", "TestNotifications", PLAIN),
];
