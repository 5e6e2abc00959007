//! From a path to a handler: one table of all there is.

use super::asked::Asked;
use super::door::Needs;
use super::failure::Failure;
use super::pat::Scope;
use super::session::Handler;
use super::{
    connection, descriptors, locations, notifications, permissions, projects, pull_requests, pushes, query,
    repositories, subscriptions, test_notifications,
};

/// A resource and a method.
#[derive(Debug)]
pub(super) struct Route {
    method: &'static str,
    /// Segments behind `_apis`; those in braces vary.
    path: &'static str,
    pub(super) needs: Needs,
    pub(super) handler: Handler,
}

impl Route {
    /// As calls are counted and faults are planned: `PUT hooks/subscriptions/{id}`.
    pub(super) fn operation(&self) -> String {
        format!("{} {}", self.method, self.path).trim_end().to_owned()
    }

    /// What the varying segments say, when the path fits.
    fn named(&self, resource: &[String]) -> Option<Vec<String>> {
        let pattern: Vec<&str> = self.path.split('/').filter(|part| !part.is_empty()).collect();
        if pattern.len() != resource.len() {
            return None;
        }
        let mut named = Vec::new();
        for (wanted, asked) in pattern.iter().zip(resource) {
            if wanted.starts_with('{') {
                named.push(asked.clone());
            } else if !wanted.eq_ignore_ascii_case(asked) {
                return None;
            }
        }
        Some(named)
    }
}

/// The route and what the varying segments say.
pub(super) fn find(asked: &Asked) -> Result<(&'static Route, Vec<String>), Failure> {
    let resource = asked.resource.as_deref().ok_or_else(|| Failure::route(&asked.target))?;
    let fitting: Vec<_> = ROUTES.iter().filter_map(|route| Some((route, route.named(resource)?))).collect();
    let known = fitting.iter().any(|(route, _)| route.method != "OPTIONS");
    let found = fitting.into_iter().find(|(route, _)| route.method == asked.method);
    found.ok_or_else(|| if known { Failure::method(&asked.method) } else { Failure::route(&asked.target) })
}

/// Reading without a version gets the latest; everything else must name one. What is only a
/// preview must be called so.
pub(super) fn check_version(asked: &Asked, route: &Route) -> Result<(), Failure> {
    let Some(version) = &asked.version else {
        let needed = !matches!(&*asked.method, "GET" | "OPTIONS");
        return if needed { Err(Failure::no_version(&asked.method)) } else { Ok(()) };
    };
    let (number, preview) = version.split_once('-').unwrap_or((version, ""));
    let number: f64 = number.parse().map_err(|_| Failure::out_of_range(version))?;
    if number > LATEST {
        return Err(Failure::out_of_range(version));
    }
    let only_preview = route.path == CONNECTION_DATA || number > RELEASED;
    if only_preview && preview.is_empty() { Err(Failure::preview(version)) } else { Ok(()) }
}

const fn route(method: &'static str, path: &'static str, needs: Needs, handler: Handler) -> Route {
    Route { method, path, needs, handler }
}

/// The newest version out of preview, and the newest of all.
const RELEASED: f64 = 7.1;
const LATEST: f64 = 7.2;

const CONNECTION_DATA: &str = "connectionData";
const ANY: Needs = &[];
const HOOKS: Needs = &[Scope::Code, Scope::Work, Scope::Build];
const CODE: Needs = &[Scope::Code];
const WRITE: Needs = &[Scope::CodeWrite];
const PROJECT: Needs = &[Scope::Project];

const ROUTES: &[Route] = &[
    route("OPTIONS", "", ANY, locations::all),
    route("OPTIONS", "{area}", ANY, locations::of_area),
    route("GET", "resourceAreas", ANY, locations::areas),
    route("GET", "resourceAreas/{id}", ANY, locations::area),
    route("GET", CONNECTION_DATA, ANY, connection::get),
    route("GET", "projects", PROJECT, projects::list),
    route("GET", "projects/{id}", PROJECT, projects::get),
    route("GET", "git/repositories", CODE, repositories::list),
    route("GET", "git/repositories/{id}", CODE, repositories::get),
    route("GET", "git/repositories/{id}/pushes", CODE, pushes::list),
    route("GET", "git/repositories/{id}/pullrequests", CODE, pull_requests::list),
    route("GET", "git/repositories/{id}/pullrequests/{number}", CODE, pull_requests::get),
    route("PATCH", "git/repositories/{id}/pullrequests/{number}", WRITE, pull_requests::update),
    route("GET", "permissions/{namespace}/{bits}", ANY, permissions::get),
    route("GET", "hooks/subscriptions", HOOKS, subscriptions::list),
    route("POST", "hooks/subscriptions", HOOKS, subscriptions::create),
    route("GET", "hooks/subscriptions/{id}", HOOKS, subscriptions::get),
    route("PUT", "hooks/subscriptions/{id}", HOOKS, subscriptions::replace),
    route("DELETE", "hooks/subscriptions/{id}", HOOKS, subscriptions::delete),
    route("POST", "hooks/subscriptionsquery", HOOKS, query::subscriptions),
    route("GET", "hooks/subscriptions/{id}/notifications", HOOKS, notifications::list),
    route("GET", "hooks/subscriptions/{id}/notifications/{number}", HOOKS, notifications::get),
    route("POST", "hooks/notificationsquery", HOOKS, notifications::query),
    route("POST", "hooks/testnotifications", HOOKS, test_notifications::create),
    route("GET", "hooks/consumers", HOOKS, descriptors::consumers),
    route("GET", "hooks/consumers/{id}", HOOKS, descriptors::consumer),
    route("GET", "hooks/consumers/{id}/actions", HOOKS, descriptors::actions),
    route("GET", "hooks/consumers/{id}/actions/{action}", HOOKS, descriptors::action),
    route("GET", "hooks/publishers", HOOKS, descriptors::publishers),
    route("GET", "hooks/publishers/{id}", HOOKS, descriptors::publisher),
    route("GET", "hooks/publishers/{id}/eventtypes", HOOKS, descriptors::event_types),
    route("GET", "hooks/publishers/{id}/eventtypes/{type}", HOOKS, descriptors::event_type),
];
