//! Finds projects, repositories and pull requests by the ids and names in URLs and inputs.

use crate::{Organization, Project, ProjectId, PullRequest, Repository, RepositoryId, Uuid};

impl Organization {
    /// By id or by name; names compare without regard to case. Deleted projects are not found.
    pub(super) fn find_project(&self, id_or_name: &str) -> Option<ProjectId> {
        let named = |project: &Project| is_name(&project.name, id_or_name);
        id_or_name.parse().ok().and_then(|id| self.project_with(id)).or_else(|| {
            self.projects.iter().position(|project| !project.is_deleted && named(project)).map(ProjectId)
        })
    }

    /// By id. A deleted project is not found.
    pub(super) fn project_with(&self, id: Uuid) -> Option<ProjectId> {
        self.projects.iter().position(|project| project.id == id && !project.is_deleted).map(ProjectId)
    }

    /// By id, or by name within a project; names compare without regard to case. Deleted repositories are not found.
    pub(super) fn find_repository(
        &self,
        project: Option<ProjectId>,
        id_or_name: &str,
    ) -> Option<RepositoryId> {
        let is_there = |repository: &Repository| {
            let here = project.is_none_or(|wanted| repository.project == wanted);
            here && !repository.is_deleted && !self.project(repository.project).is_deleted
        };
        let all = || self.repositories.iter();
        let id = id_or_name.parse::<Uuid>().ok();
        let with_id = id.and_then(|id| all().position(|item| item.id == id && is_there(item)));
        let named = || all().position(|item| is_there(item) && is_name(&item.name, id_or_name));
        with_id.or_else(|| project.and_then(|_| named())).map(RepositoryId)
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
