//! The identities, projects and repositories of an organization.

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
