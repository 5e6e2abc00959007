//! Tenants, apps and their federated credentials.

use super::AUDIENCE;
use crate::ids::IdGenerator;
use crate::{Identity, IdentityKind, Uuid};

/// An app registration with its service principal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// The tenant of the app.
    pub tenant_id: Uuid,
    /// The application id.
    pub client_id: Uuid,
    /// The service principal, as Azure DevOps shows it.
    pub principal: Identity,
}

/// Which tokens of another issuer an app accepts. All three are compared letter by letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FederatedCredential {
    /// `iss` of the token, without a final slash unless the token has one.
    pub issuer: String,
    /// `sub` of the token: for AWS the ARN of a role.
    pub subject: String,
    /// `aud` of the token.
    pub audience: String,
}

impl FederatedCredential {
    /// With the audience [`AUDIENCE`].
    pub fn new(issuer: &str, subject: &str) -> Self {
        Self { issuer: issuer.to_owned(), subject: subject.to_owned(), audience: AUDIENCE.to_owned() }
    }

    /// With another audience.
    #[must_use]
    pub fn audience(self, audience: &str) -> Self {
        Self { audience: audience.to_owned(), ..self }
    }
}

/// What an administrator can change about an app.
#[derive(Clone, Debug, Default)]
pub struct Registration {
    /// An app has at most twenty, of which no two have both issuer and subject in common. Neither is checked.
    pub credentials: Vec<FederatedCredential>,
    /// Whether the app is disabled in "Enterprise applications".
    pub is_disabled: bool,
    /// Whether Conditional Access blocks the app.
    pub is_blocked: bool,
}

/// What an administrator can change about a tenant.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// Whether Azure DevOps has a service principal in the tenant.
    pub has_azure_devops: bool,
}

/// Every tenant and app.
#[derive(Debug)]
pub(super) struct Tenants {
    known: Vec<(Uuid, Tenant)>,
    apps: Vec<(App, Registration)>,
    ids: IdGenerator,
}

impl Tenants {
    pub(super) fn new() -> Self {
        Self { known: Vec::new(), apps: Vec::new(), ids: IdGenerator::new(0xe27_2a1d) }
    }

    pub(super) fn add_tenant(&mut self) -> Uuid {
        let id = self.ids.uuid();
        self.known.push((id, Tenant { has_azure_devops: true }));
        id
    }

    pub(super) fn add_app(&mut self, tenant_id: Uuid, name: &str) -> App {
        let object_id = self.ids.uuid();
        let principal = Identity {
            id: self.ids.uuid(),
            display_name: name.to_owned(),
            unique_name: format!("{tenant_id}\\{object_id}"),
            mail: String::new(),
            kind: IdentityKind::ServicePrincipal,
        };
        let app = App { tenant_id, client_id: self.ids.uuid(), principal };
        self.apps.push((app.clone(), Registration::default()));
        app
    }

    pub(super) fn remove_app(&mut self, client_id: Uuid) {
        self.apps.retain(|(app, _)| app.client_id != client_id);
    }

    pub(super) fn tenant_mut(&mut self, id: Uuid) -> Option<&mut Tenant> {
        self.known.iter_mut().find(|(own, _)| *own == id).map(|(_, tenant)| tenant)
    }

    pub(super) fn tenant(&self, id: &str) -> Option<(Uuid, &Tenant)> {
        let id: Uuid = id.parse().ok()?;
        self.known.iter().find(|(own, _)| *own == id).map(|(id, tenant)| (*id, tenant))
    }

    pub(super) fn registration_mut(&mut self, client_id: Uuid) -> Option<&mut Registration> {
        self.apps.iter_mut().find(|(app, _)| app.client_id == client_id).map(|(_, registration)| registration)
    }

    /// An app of this tenant.
    pub(super) fn app(&self, tenant: Uuid, client_id: &str) -> Option<&(App, Registration)> {
        let client_id: Uuid = client_id.parse().ok()?;
        self.apps.iter().find(|(app, _)| (app.tenant_id, app.client_id) == (tenant, client_id))
    }
}
