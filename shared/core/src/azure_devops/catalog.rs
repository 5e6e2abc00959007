//! The identities, projects and repositories of an organization, and what a token permits.

/// A user, group or service account. Only `id` identifies it; the names are for display.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The id, usually a GUID.
    pub id: String,
    /// The display name; empty when Azure DevOps does not return it.
    pub display_name: String,
    /// Usually an e-mail address, `DOMAIN\user` or `Build\{guid}`; empty when Azure DevOps does not return it.
    pub unique_name: String,
}

/// Who the token belongs to, and which organization answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// The owner of the token.
    pub owner: Identity,
    /// The GUID of the organization or collection (`instanceId`), which survives a rename; in lower case.
    pub organization_id: Option<String>,
    /// The GUID of the deployment (`deploymentId`): of a server, all collections have the same one; in lower case.
    pub deployment_id: Option<String>,
}

/// The permissions of the token's owner on subscriptions. `setup` needs both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubscriptionRights {
    /// "View subscriptions". Without it, lists of subscriptions are incomplete without saying so.
    pub view: bool,
    /// "Edit subscriptions".
    pub edit: bool,
}

/// Whether a project is there, as far as the token shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProjectStatus {
    /// The token's owner sees the project.
    Visible(ProjectInfo),
    /// The project was deleted, or the token's owner no longer sees it.
    Gone,
    /// The token may not ask: it lacks the scope Project and Team (read).
    Unknown,
}

/// A project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectInfo {
    /// The GUID, in lower case.
    pub id: String,
    /// The name, not URL-encoded.
    pub name: String,
}

/// A Git repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryInfo {
    /// The GUID, in lower case.
    pub id: String,
    /// The name, not URL-encoded.
    pub name: String,
    /// The project it belongs to.
    pub project: ProjectInfo,
    /// The full ref of the default branch; `None` for an empty repository.
    pub default_branch: Option<String>,
    /// The URL for a browser.
    pub web_url: Option<String>,
    /// The URL to clone from over HTTPS, without user info.
    pub https_url: Option<String>,
    /// The URL to clone from over SSH.
    pub ssh_url: Option<String>,
    /// Whether the repository is disabled. A disabled repository has no events.
    pub is_disabled: bool,
}

/// Whether a token has the scope Code (write), as far as a call that changes nothing shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriteProbe {
    /// The token has the scope.
    Allowed,
    /// The token lacks the scope.
    MissingScope,
    /// The response does not show whether the token has the scope, for the given reason.
    Unverified(String),
}
