//! Permissions on subscriptions.
//!
//! Sources: learn.microsoft.com, "Security namespaces and permissions reference" (`ServiceHooks`), and
//! REST reference, Security, Permissions - Has Permissions.

use super::{Answer, ApiError, ApiResponse, RequestContext};
use crate::{Identity, Uuid};

/// Permissions of an identity, in a project or in the whole organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is one permission")]
pub struct Permissions {
    /// "View subscriptions", bit 1.
    pub view: bool,
    /// "Edit subscriptions", bit 2.
    pub edit: bool,
    /// "Delete subscriptions", bit 4.
    pub delete: bool,
    /// To administer notifications, without which nobody creates subscriptions to all projects. Only the grant for the
    /// organization counts.
    pub notifications: bool,
    /// Whether the identity is an administrator, who sees what the log has of the deliveries of others.
    pub administrator: bool,
}

impl Permissions {
    /// Those of an administrator.
    pub const ALL: Self =
        Self { view: true, edit: true, delete: true, notifications: true, administrator: true };
    /// Those of a member of a project.
    pub const NONE: Self =
        Self { view: false, edit: false, delete: false, notifications: false, administrator: false };

    /// Whether all permissions of a bit mask are among them.
    pub(super) fn include(self, bits: u32) -> bool {
        let own = [(self.view, VIEW), (self.edit, EDIT), (self.delete, DELETE)];
        let own: u32 = own.iter().filter(|(held, _)| *held).map(|(_, bit)| bit).sum();
        bits & !own == 0
    }
}

/// Granted permissions. An identity without a grant is an administrator.
#[derive(Debug, Default)]
pub(super) struct Grants(Vec<(Uuid, Option<Uuid>, Permissions)>);

impl Grants {
    /// For one project, or (`None`) for the organization and every project not named.
    pub(super) fn set(&mut self, identity: &Identity, project: Option<Uuid>, grants: Permissions) {
        self.0.retain(|(who, granted_in, _)| (*who, *granted_in) != (identity.id, project));
        self.0.push((identity.id, project, grants));
    }

    pub(super) fn of(&self, identity: &Identity, project: Option<Uuid>) -> Permissions {
        let find =
            |wanted| self.0.iter().find(|(who, granted_in, _)| *who == identity.id && *granted_in == wanted);
        find(project).or_else(|| find(None)).map_or(Permissions::ALL, |(.., grants)| *grants)
    }
}

/// Whether the caller has the permissions: one value for each token, in their order. Scopes do not matter.
pub(super) fn get(context: &mut RequestContext<'_>) -> Answer {
    let namespace = context.parameter(0);
    let bits: u32 = context.parameter(1).parse().map_err(|_| ApiError::invalid_request())?;
    let delimiter = context.request.query("delimiter").unwrap_or(",");
    let tokens = context.request.query("tokens").unwrap_or_default().split(delimiter);
    let held: Vec<bool> = if namespace.eq_ignore_ascii_case(SERVICE_HOOKS) {
        tokens.map(|token| holds(context, bits, token)).collect()
    } else if namespace.eq_ignore_ascii_case(GIT) {
        tokens.map(|_| true).collect()
    } else if namespace.eq_ignore_ascii_case(NOTIFICATIONS)
        && context.behavior().shows_notification_permission
    {
        let is_held = bits & !ADMINISTER == 0 && context.may_administer_notifications();
        tokens.map(|token| is_held && token == "$SUBSCRIBER:").collect()
    } else {
        return Err(ApiError::resource_area(&format!("security namespace {namespace}")));
    };
    Ok(ApiResponse::list(held.into_iter().map(Into::into)))
}

fn holds(context: &RequestContext<'_>, bits: u32, token: &str) -> bool {
    match token.split_once('/') {
        None => token == ROOT && context.may(bits, None),
        Some((root, project)) => {
            let project = project.parse::<Uuid>().ok();
            root == ROOT && project.is_some() && context.may(bits, project)
        }
    }
}

/// The security token of a project's subscriptions, or of the organization's.
pub(super) fn token(project: Option<Uuid>) -> String {
    project.map_or_else(|| ROOT.to_owned(), |id| format!("{ROOT}/{id}"))
}

const ROOT: &str = "PublisherSecurity";
pub(super) const VIEW: u32 = 1;
pub(super) const EDIT: u32 = 2;
pub(super) const DELETE: u32 = 4;

const SERVICE_HOOKS: &str = "cb594ebe-87dd-4fc9-ac2c-6a10a4c92046";
/// Of notifications; that this permission in it decides about subscriptions to all projects is reported.
const NOTIFICATIONS: &str = "2bf24a2b-70ba-43d3-ad97-3d9e1f75622f";
const ADMINISTER: u32 = 2;
const GIT: &str = "2e9eb7ed-3c0a-47d4-87c1-0ffdd275fd87";
