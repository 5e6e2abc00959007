//! Routes: from method and path to a handler.

use super::authentication::RequiredScopes;
use super::context::Handler;
use super::{
    ApiError, ApiRequest, Scope, catalog, connection, locations, notifications, permissions,
    pull_request_writes, pull_requests, pushes, ref_writes, repository_writes, review_writes, subscriptions,
    subscriptions_query, test_notifications, threads,
};

/// A resource and a method.
#[derive(Debug)]
pub(super) struct Route {
    method: &'static str,
    /// Segments after `_apis`; those in braces are variable.
    path: &'static str,
    pub(super) scopes: RequiredScopes,
    pub(super) handler: Handler,
}

impl Route {
    /// The name in recorded calls and faults: `PUT hooks/subscriptions/{id}`.
    pub(super) fn operation(&self) -> String {
        format!("{} {}", self.method, self.path).trim_end().to_owned()
    }

    /// Whether the permission "Contribute" in Git is needed.
    pub(super) fn writes_code(&self) -> bool {
        self.scopes == WRITE
    }

    /// The values of the variable segments, if the path fits.
    fn parameters(&self, resource: &[String]) -> Option<Vec<String>> {
        let pattern: Vec<&str> = self.path.split('/').filter(|part| !part.is_empty()).collect();
        if pattern.len() != resource.len() {
            return None;
        }
        let mut parameters = Vec::new();
        for (wanted, segment) in pattern.iter().zip(resource) {
            if wanted.starts_with('{') {
                parameters.push(segment.clone());
            } else if !wanted.eq_ignore_ascii_case(segment) {
                return None;
            }
        }
        Some(parameters)
    }
}

/// The route and the values of its variable segments.
pub(super) fn find(request: &ApiRequest) -> Result<(&'static Route, Vec<String>), ApiError> {
    let resource = request.resource.as_deref().ok_or_else(|| ApiError::route(&request.target))?;
    let fitting: Vec<_> =
        ROUTES.iter().filter_map(|route| Some((route, route.parameters(resource)?))).collect();
    let known = fitting.iter().any(|(route, _)| route.method != "OPTIONS");
    let found = fitting.into_iter().find(|(route, _)| route.method == request.method);
    found.ok_or_else(
        || if known { ApiError::method(&request.method) } else { ApiError::route(&request.target) },
    )
}

/// A GET without a version gets the latest; other methods must name one. A preview version needs
/// `-preview`. `latest` is the newest of all.
pub(super) fn check_version(request: &ApiRequest, route: &Route, latest: f64) -> Result<(), ApiError> {
    let Some(version) = &request.version else {
        let needed = !matches!(&*request.method, "GET" | "OPTIONS");
        return if needed { Err(ApiError::no_version(&request.method)) } else { Ok(()) };
    };
    let (number, preview) = version.split_once('-').unwrap_or((version, ""));
    let number: f64 = number.parse().map_err(|_| ApiError::out_of_range(version, latest))?;
    if number > latest {
        return Err(ApiError::out_of_range(version, latest));
    }
    let only_preview = route.path == CONNECTION_DATA || number > RELEASED;
    if only_preview && preview.is_empty() { Err(ApiError::preview(version)) } else { Ok(()) }
}

const fn route(method: &'static str, path: &'static str, scopes: RequiredScopes, handler: Handler) -> Route {
    Route { method, path, scopes, handler }
}

/// The newest version out of preview.
const RELEASED: f64 = 7.1;

const CONNECTION_DATA: &str = "connectionData";
const ANY: RequiredScopes = &[];
const HOOKS: RequiredScopes = &[Scope::Code, Scope::Work, Scope::Build];
const CODE: RequiredScopes = &[Scope::Code];
const WRITE: RequiredScopes = &[Scope::CodeWrite];
const MANAGE: RequiredScopes = &[Scope::CodeManage];
const PROJECT: RequiredScopes = &[Scope::Project];

const ROUTES: &[Route] = &[
    route("OPTIONS", "", ANY, locations::all),
    route("OPTIONS", "{area}", ANY, locations::of_area),
    route("GET", "resourceAreas", ANY, locations::areas),
    route("GET", "resourceAreas/{id}", ANY, locations::area),
    route("GET", CONNECTION_DATA, ANY, connection::get),
    route("GET", "projects", PROJECT, catalog::projects),
    route("GET", "projects/{id}", PROJECT, catalog::project),
    route("GET", "git/repositories", CODE, catalog::repositories),
    route("GET", "git/repositories/{id}", CODE, catalog::repository),
    route("POST", "git/repositories", MANAGE, repository_writes::create),
    route("PATCH", "git/repositories/{id}", MANAGE, repository_writes::update),
    route("DELETE", "git/repositories/{id}", MANAGE, repository_writes::delete),
    route("POST", "git/repositories/{id}/refs", WRITE, ref_writes::update_refs),
    route("GET", "git/repositories/{id}/pushes", CODE, pushes::list),
    route("POST", "git/repositories/{id}/pushes", WRITE, ref_writes::push),
    route("GET", "git/pullrequests", CODE, pull_requests::list_of_project),
    route("GET", "git/repositories/{id}/pullrequests", CODE, pull_requests::list),
    route("GET", "git/repositories/{id}/pullrequests/{number}", CODE, pull_requests::get),
    route("POST", "git/repositories/{id}/pullrequests", WRITE, pull_request_writes::create),
    route("PATCH", "git/repositories/{id}/pullrequests/{number}", WRITE, pull_request_writes::update),
    route("PUT", "git/repositories/{id}/pullrequests/{number}/reviewers/{who}", WRITE, review_writes::vote),
    route("GET", "git/repositories/{id}/pullrequests/{number}/threads", CODE, threads::list),
    route("POST", "git/repositories/{id}/pullrequests/{number}/threads", WRITE, review_writes::comment),
    route("GET", "permissions/{namespace}/{bits}", ANY, permissions::get),
    route("GET", "hooks/subscriptions", HOOKS, subscriptions::list),
    route("POST", "hooks/subscriptions", HOOKS, subscriptions::create),
    route("GET", "hooks/subscriptions/{id}", HOOKS, subscriptions::get),
    route("PUT", "hooks/subscriptions/{id}", HOOKS, subscriptions::replace),
    route("DELETE", "hooks/subscriptions/{id}", HOOKS, subscriptions::delete),
    route("GET", "hooks/subscriptions/{id}/notifications", HOOKS, notifications::list),
    route("GET", "hooks/subscriptions/{id}/notifications/{number}", HOOKS, notifications::get),
    route("POST", "hooks/subscriptionsquery", HOOKS, subscriptions_query::query),
    route("POST", "hooks/notificationsquery", HOOKS, notifications::query),
    route("POST", "hooks/testnotifications", HOOKS, test_notifications::create),
];
