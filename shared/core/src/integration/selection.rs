//! The projects, repository and branch that an operator selects for an integration.

use uuid::Uuid;

/// Selects every project, in requests and in stored configurations.
pub(crate) const ALL_PROJECTS: &str = "all";

/// The start of the full ref of a branch. Service hooks filter by the name without it.
const BRANCH_REFS: &str = "refs/heads/";

/// What an integration subscribes to. The default is the whole organization.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The projects; empty for the whole organization.
    pub projects: Vec<Choice>,
    /// Only this repository.
    pub repository: Option<Choice>,
    /// Only this branch: its name without `refs/heads/`.
    pub branch: Option<String>,
    /// Whether updates of pull requests that no filter selects, such as a new title, are delivered, too.
    pub unfiltered: bool,
}

/// A selected project or repository. Once its id is known, the name is for display: names change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The GUID, in lower case; `None` when the operator gave a name that was not looked up yet.
    pub id: Option<String>,
    /// The name as last seen; the id while no name is known.
    pub name: String,
}

/// The text cannot be a branch filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadBranch {
    /// The name of the branch is missing.
    #[error("is empty")]
    Empty,
    /// The text has a wildcard, which Azure DevOps compares like any other character.
    #[error("must be one branch: a wildcard matches no branch, so nothing would be delivered")]
    Wildcard,
    /// The text is a ref that is not a branch, such as a tag.
    #[error("must be a branch, such as `main` or `refs/heads/main`")]
    OtherRef,
}

impl Choice {
    /// The choice that an operator wrote: an id when the text has the form of a GUID, else a name.
    pub fn parse(text: &str) -> Self {
        let id = is_guid(text).then(|| text.to_ascii_lowercase());
        Self { name: id.clone().unwrap_or_else(|| text.to_owned()), id }
    }

    /// A choice whose id and name are known.
    pub fn known(id: &str, name: &str) -> Self {
        Self { id: Some(id.to_ascii_lowercase()), name: if name.is_empty() { id } else { name }.to_owned() }
    }

    /// Whether this is the name of the choice, ignoring case, as Azure DevOps compares names.
    pub fn is_named(&self, name: &str) -> bool {
        self.name.to_lowercase() == name.to_lowercase()
    }

    /// Whether one of these choices has the same id or the same name.
    pub(crate) fn is_in(&self, choices: &[Self]) -> bool {
        let is_same = |other: &Self| (self.id.is_some() && self.id == other.id) || self.is_named(&other.name);
        choices.iter().any(is_same)
    }

    /// The id, or the name while the id is unknown. Stored, and understood by every version.
    pub(crate) fn id_or_name(&self) -> &str {
        self.id.as_deref().unwrap_or(&self.name)
    }
}

/// The name of a branch, from its name or its full ref.
///
/// # Errors
///
/// A [`BadBranch`] when no branch has this name.
pub fn parse_branch(text: &str) -> Result<String, BadBranch> {
    let name = short_branch(text);
    if name.is_empty() {
        return Err(BadBranch::Empty);
    }
    if name.contains(['*', '?']) {
        return Err(BadBranch::Wildcard);
    }
    if name.starts_with("refs/") {
        return Err(BadBranch::OtherRef);
    }
    Ok(name.to_owned())
}

/// The branch without `refs/heads/`.
pub(crate) fn short_branch(branch: &str) -> &str {
    branch.trim_start_matches(BRANCH_REFS)
}

fn is_guid(text: &str) -> bool {
    const HYPHENATED_CHARS: usize = 36;
    text.len() == HYPHENATED_CHARS && Uuid::try_parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guid_is_an_id_and_anything_else_a_name() {
        let id = "0B1C2D3E-4F50-4162-8374-95A6B7C8D9E0";
        assert_eq!(Choice::parse(id), Choice::known(&id.to_lowercase(), ""));
        for name in ["Shop", "0b1c2d3e4f5041628374 95a6b7c8d9e0", "0b1c2d3e4f504162837495a6b7c8d9e0", ""] {
            assert_eq!(Choice::parse(name), Choice { id: None, name: name.to_owned() });
        }
        assert!(Choice::parse("Überblick").is_named("ÜBERBLICK"));
    }

    #[test]
    fn a_branch_is_given_by_name_or_full_ref() {
        assert_eq!(parse_branch("main").as_deref(), Ok("main"));
        assert_eq!(parse_branch("refs/heads/main").as_deref(), Ok("main"));
        assert_eq!(parse_branch("release/2026").as_deref(), Ok("release/2026"));
        assert_eq!(parse_branch("refs/heads/"), Err(BadBranch::Empty));
        for wildcard in ["release/*", "refs/heads/v?"] {
            assert_eq!(parse_branch(wildcard), Err(BadBranch::Wildcard));
        }
        assert_eq!(parse_branch("refs/tags/v1"), Err(BadBranch::OtherRef));
    }
}
