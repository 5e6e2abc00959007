//! Finds projects, repositories and pull requests by the ids and names in URLs and inputs.

use crate::{Organization, Project, ProjectId, PullRequest, Repository, RepositoryId, Uuid};

impl Organization {
    /// By id or by name; names compare without regard to case. Deleted projects are not found.
    pub(super) fn find_project(&self, id_or_name: &str) -> Option<ProjectId> {
        let id = id_or_name.parse::<Uuid>().ok();
        self.projects
            .iter()
            .position(|project| {
                !project.is_deleted && (Some(project.id) == id || is_name(&project.name, id_or_name))
            })
            .map(ProjectId)
    }

    /// By id, or by name within a project; names compare without regard to case. Deleted repositories are not found.
    pub(super) fn find_repository(
        &self,
        project: Option<ProjectId>,
        id_or_name: &str,
    ) -> Option<RepositoryId> {
        let id = id_or_name.parse::<Uuid>().ok();
        self.repositories
            .iter()
            .position(|repository| {
                let here = project.is_none_or(|wanted| repository.project == wanted);
                let named = project.is_some() && is_name(&repository.name, id_or_name);
                let is_there = !repository.is_deleted && !self.project(repository.project).is_deleted;
                is_there && here && (Some(repository.id) == id || named)
            })
            .map(RepositoryId)
    }

    /// A repository and its project.
    pub(super) fn located(&self, id: RepositoryId) -> (&Project, &Repository) {
        let repository = self.repository(id);
        (self.project(repository.project), repository)
    }

    /// The REST URL of a repository that names the project.
    pub(super) fn repository_rest_in(&self, id: RepositoryId) -> String {
        let (project, repository) = self.located(id);
        format!("{}{}/_apis/git/repositories/{}", self.url(), project.id, repository.id)
    }

    /// The name of a project.
    pub fn project_name(&self, id: ProjectId) -> &str {
        &self.project(id).name
    }

    /// The name of a repository.
    pub fn repository_name(&self, id: RepositoryId) -> &str {
        &self.repository(id).name
    }

    /// The name of the organization or collection.
    pub fn name(&self) -> &str {
        &self.addresses.name
    }

    pub(super) fn find_pull_request(&self, repository: RepositoryId, number: u32) -> Option<&PullRequest> {
        self.pull_requests.iter().find(|pull_request| {
            pull_request.proposal.repository == repository && pull_request.number == number
        })
    }
}

fn is_name(name: &str, given: &str) -> bool {
    name.to_lowercase() == given.to_lowercase()
}
