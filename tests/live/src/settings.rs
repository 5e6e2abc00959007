//! What the operator says about a run.

use std::time::Duration;

use hookpost_core::azure_devops::credential::AccessCredential;
use hookpost_core::azure_devops::organization_url::OrganizationUrl;

/// How the name of the project has to begin. A run refuses all others, since it creates and deletes things there.
pub const PROJECT_PREFIX: &str = "hookpost-verify";

/// The settings of a run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The organization.
    pub organization: OrganizationUrl,
    /// The name of the project, which begins with [`PROJECT_PREFIX`].
    pub project: String,
    /// A personal access token with the scopes Code (read, write & manage) and Project and Team (read), or an access
    /// token of an app in Entra.
    pub token: AccessCredential,
    /// The token of another person or app, for the questions about what others may do and see.
    pub second_token: Option<AccessCredential>,
    /// A webhook that answers every request with 200. Without one, deliveries go to a host that does not exist.
    pub webhook: Option<String>,
    /// A webhook that answers every request with 410, so that Azure DevOps disables subscriptions to it.
    pub gone: Option<String>,
    /// How long the run may wait for the end of a probation; `None` for not at all.
    pub wait: Option<Duration>,
    /// The keys of the questions to ask; empty for all.
    pub only: Vec<String>,
    /// The URL on this machine of a stand-in for Azure DevOps.
    pub stand_in: Option<String>,
}
