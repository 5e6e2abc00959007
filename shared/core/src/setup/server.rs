//! Tells apart, on Azure DevOps Server, the server, a collection and a project in it. A URL alone does not: a server may
//! be published under any virtual directory.

use crate::azure_devops::catalog::Connection;
use crate::azure_devops::credential::AccessCredential;
use crate::azure_devops::error::RestError;
use crate::azure_devops::organization_url::{BadOrganizationUrl, OrganizationUrl};
use crate::azure_devops::port::AzureDevOps as _;
use crate::error::{ErrorCode, OperatorError};
use crate::ports::Ports;
use crate::setup::Setup;

impl<P: Ports> Setup<P> {
    /// Checks that the URL of a server is that of a collection. Asks at the path of the URL and at the path above it,
    /// which are of the same host. A path that does not answer is left to the checks that follow.
    ///
    /// Assumptions: a path in a collection answers with the `instanceId` of the collection, and the server itself with
    /// its `deploymentId` as `instanceId`. Where this is wrong, the URL is accepted, and what is asked there fails.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OrganizationUrl`], with the URL of the collection where it is known.
    pub(super) async fn check_collection(
        &self,
        url: &OrganizationUrl,
        access: &AccessCredential,
    ) -> Result<(), OperatorError> {
        if !url.is_server() {
            return Ok(());
        }
        let here = self.connection_at(url, access).await?;
        if here.as_ref().is_ok_and(is_server) {
            return Err(refused(&BadOrganizationUrl::Server { url: url.as_str().to_owned() }));
        }
        let is_unknown = matches!(here, Err(RestError::NotFound { .. }));
        let Some(parent) = url.parent() else { return Ok(()) };
        if here.is_err() && !is_unknown {
            return Ok(());
        }
        let Ok(above) = self.connection_at(&parent, access).await? else { return Ok(()) };
        let is_same = here.is_ok_and(|here| {
            here.organization_id.is_some() && here.organization_id == above.organization_id
        });
        if is_same || (is_unknown && !is_server(&above)) {
            let suggestion = parent.as_str().to_owned();
            return Err(refused(&BadOrganizationUrl::InsideOrganization { target: "a project", suggestion }));
        }
        Ok(())
    }

    /// Which organization answers at a URL.
    async fn connection_at(
        &self,
        url: &OrganizationUrl,
        access: &AccessCredential,
    ) -> Result<Result<Connection, RestError>, OperatorError> {
        Ok(self.integrations.open_organization(url, access)?.connection().await)
    }
}

/// Whether a server answered, and not one of its collections.
fn is_server(connection: &Connection) -> bool {
    connection.organization_id.is_some() && connection.organization_id == connection.deployment_id
}

fn refused(problem: &BadOrganizationUrl) -> OperatorError {
    OperatorError::new(ErrorCode::OrganizationUrl, format!("`organizationUrl`: {problem}"))
}
