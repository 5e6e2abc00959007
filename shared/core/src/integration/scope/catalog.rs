//! The projects and repositories that the token's owner sees.

use std::collections::{BTreeMap, BTreeSet};

use crate::azure_devops::catalog::{ProjectInfo, ProjectStatus, RepositoryInfo};
use crate::azure_devops::error::{Concerns, RestError};
use crate::azure_devops::port::AzureDevOps;
use crate::error::{OperatorError, failed_call};
use crate::integration::selection::Choice;

/// Most projects that are asked for one by one. Listing them takes one call for each hundred of the organization.
const ASKED_MAX: usize = 10;

const NOT_LISTED: &str = "the projects could not be listed";

/// What the token's owner sees of an organization, as far as it was asked for.
#[derive(Debug, Default)]
pub(super) struct Catalog {
    pub(super) repositories: Vec<RepositoryInfo>,
    /// Names of projects by their ids.
    projects: BTreeMap<String, String>,
    gone: BTreeSet<String>,
}

impl Catalog {
    pub(super) fn of(repositories: &[RepositoryInfo]) -> Self {
        let mut catalog = Self { repositories: repositories.to_vec(), ..Self::default() };
        let projects = repositories.iter().map(|repository| repository.project.clone());
        projects.for_each(|project| catalog.add(project));
        catalog
    }

    pub(super) fn add(&mut self, project: ProjectInfo) {
        self.projects.insert(project.id, project.name);
    }

    pub(super) fn add_gone(&mut self, id: &str) {
        self.gone.insert(id.to_owned());
    }

    /// Whether a project is there. [`ProjectStatus::Unknown`] when no answer says so.
    pub(super) fn status(&self, id: &str) -> ProjectStatus {
        match self.projects.get(id) {
            Some(name) => ProjectStatus::Visible(ProjectInfo { id: id.to_owned(), name: name.clone() }),
            None if self.gone.contains(id) => ProjectStatus::Gone,
            None => ProjectStatus::Unknown,
        }
    }

    /// The project with the name of a choice.
    pub(super) fn named(&self, choice: &Choice) -> Option<ProjectInfo> {
        let (id, name) = self.projects.iter().find(|(_, name)| choice.is_named(name))?;
        Some(ProjectInfo { id: id.clone(), name: name.clone() })
    }

    /// A repository with the name of a choice, in whatever project.
    pub(super) fn repository_named(&self, choice: &Choice) -> Option<&RepositoryInfo> {
        self.repositories.iter().find(|repository| choice.is_named(&repository.name))
    }

    /// Asks for each project that no repository shows. One that cannot be asked for stays unknown.
    ///
    /// # Errors
    ///
    /// An error that concerns every call.
    pub(super) async fn look_up(
        &mut self,
        organization: &impl AzureDevOps,
        ids: impl IntoIterator<Item = String>,
    ) -> Result<(), OperatorError> {
        let mut ids: BTreeSet<String> = ids.into_iter().collect();
        let is_unknown = |catalog: &Self, id: &String| catalog.status(id) == ProjectStatus::Unknown;
        ids.retain(|id| is_unknown(self, id));
        if ids.len() > ASKED_MAX {
            self.list(organization).await?;
            ids.retain(|id| is_unknown(self, id));
        }
        for id in ids {
            match organization.project(&id).await {
                Ok(ProjectStatus::Visible(project)) => self.add(project),
                Ok(ProjectStatus::Gone) => self.add_gone(&id),
                Ok(ProjectStatus::Unknown) => {}
                // Azure DevOps is down. Asking for the others would only take time.
                Err(RestError::Unavailable { .. } | RestError::Unreachable { .. }) => break,
                Err(error) if error.concerns() == Concerns::OneItem => {}
                Err(error) => return Err(failed_call(&error, NOT_LISTED)),
            }
        }
        Ok(())
    }

    /// Lists the projects, since one without repositories is in no list of repositories. The list needs a further
    /// scope, which a token need not have.
    ///
    /// # Errors
    ///
    /// An error that concerns every call.
    pub(super) async fn list(&mut self, organization: &impl AzureDevOps) -> Result<(), OperatorError> {
        match organization.projects().await {
            Ok(projects) => projects.into_iter().for_each(|project| self.add(project)),
            Err(RestError::Unauthorized { .. }) => {}
            Err(error) if error.concerns() == Concerns::OneItem => {}
            Err(error) => return Err(failed_call(&error, NOT_LISTED)),
        }
        Ok(())
    }
}
