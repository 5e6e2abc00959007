//! Who and what there is in an organization.

/// A person, group or service account. Every field but `id` is for people to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Its id, usually a GUID.
    pub id: String,
    /// Its name as shown; empty when not told.
    pub display_name: String,
    /// Usually an e-mail address, `DOMAIN\user` or `Build\{guid}`; empty when not told.
    pub unique_name: String,
}

/// A project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectInfo {
    /// Its GUID, lower case.
    pub id: String,
    /// Its name, not encoded.
    pub name: String,
}

/// A Git repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryInfo {
    /// Its GUID, lower case.
    pub id: String,
    /// Its name, not encoded.
    pub name: String,
    /// The project it belongs to.
    pub project: ProjectInfo,
    /// The full ref of its default branch; `None` for an empty repository.
    pub default_branch: Option<String>,
    /// Where a browser finds it.
    pub web_url: Option<String>,
    /// What it is cloned from over HTTPS, without user info.
    pub https_url: Option<String>,
    /// What it is cloned from over SSH.
    pub ssh_url: Option<String>,
    /// Whether it is disabled, and so sends nothing.
    pub is_disabled: bool,
}

/// Whether a token carries the scope Code (write), as far as that can be found out without changing anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriteProbe {
    /// It does.
    Allowed,
    /// It does not.
    MissingScope,
    /// The answer does not tell, and this is why.
    Unverified(String),
}
