//! What became of a selection.

use std::fmt;

use crate::error::{ErrorCode, OperatorError};
use crate::integration::selection::Selection;
use crate::setup::report::{Report, enumerate};
use crate::subscriptions::scope::Scope;

/// A selection, compared with what the token's owner sees.
#[derive(Debug)]
pub(crate) struct Resolved {
    /// What to subscribe to.
    pub(crate) scope: Scope,
    /// The selection with the ids and the present names, to be stored.
    pub(crate) selection: Selection,
    /// What was selected and cannot be looked after.
    pub(crate) missing: Vec<Missing>,
    /// Names that have changed since the selection was stored, each as a sentence.
    pub(crate) renamed: Vec<String>,
}

/// A selected project or repository that the token's owner cannot see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Missing {
    pub(crate) kind: MissingKind,
    /// The name, or several names in words when it is one of them.
    pub(crate) name: String,
    /// Whether the integration was connected to it before.
    pub(crate) was_connected: bool,
}

/// The kind of what is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MissingKind {
    Project,
    Repository,
}

/// The problem and its solution.
impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            MissingKind::Project => "project",
            MissingKind::Repository => "repository",
        };
        write!(
            f,
            "there is no {kind} {} that the connected user or app can see: it was deleted or hidden; its \
             subscriptions stay as they are, and nothing looks after them. Give the owner access to it, or run `connect` \
             with other projects",
            self.name
        )
    }
}

impl Resolved {
    /// Fails when nothing is left to look after, or when something is missing that the integration was not connected to
    /// before: a mistyped name, probably.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::NotFound`], which names all of it.
    pub(crate) fn require_usable(&self) -> Result<(), OperatorError> {
        let is_empty = self.scope.projects.as_ref().is_some_and(Vec::is_empty);
        let refused = |kind| {
            let missing = self.missing.iter().filter(move |missing| missing.kind == kind);
            missing.filter(|missing| is_empty || !missing.was_connected).map(|missing| missing.name.as_str())
        };
        let projects: Vec<&str> = refused(MissingKind::Project).collect();
        let repository = refused(MissingKind::Repository).next();
        let (field, message) = match (projects.as_slice(), repository) {
            ([], None) => return Ok(()),
            ([], Some(name)) => ("repository", format!("the selected project has no repository {name}")),
            (projects, _) => (
                "projects",
                format!("there is no project {} that the connected user or app can see", enumerate(projects)),
            ),
        };
        Err(OperatorError::new(ErrorCode::NotFound, message).at(field))
    }

    /// Adds what is missing and what was renamed to a report.
    pub(crate) fn report(&self, report: &mut Report) {
        report.remains.extend(self.problems());
        report.warnings.extend(self.renamed.iter().cloned());
    }

    /// What is missing, each with its solution.
    pub(crate) fn problems(&self) -> impl Iterator<Item = String> {
        self.missing.iter().map(ToString::to_string)
    }
}
