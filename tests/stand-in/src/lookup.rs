//! Finding projects, repositories and pull requests by what URLs and inputs call them.

use super::ids::Guid;
use super::organization::Organization;
use super::pull_request::PullRequest;
use super::repository::{ProjectId, RepositoryId};

impl Organization {
    /// By GUID or by name; names compare without regard to case.
    pub fn find_project(&self, id_or_name: &str) -> Option<ProjectId> {
        let id = id_or_name.parse::<Guid>().ok();
        self.projects
            .iter()
            .position(|project| Some(project.id) == id || is_name(&project.name, id_or_name))
            .map(ProjectId)
    }

    /// By GUID, or by name within a project; names compare without regard to case.
    pub fn find_repository(&self, project: Option<ProjectId>, id_or_name: &str) -> Option<RepositoryId> {
        let id = id_or_name.parse::<Guid>().ok();
        self.repositories
            .iter()
            .position(|one| {
                let here = project.is_none_or(|wanted| one.project == wanted);
                let named = project.is_some() && is_name(&one.name, id_or_name);
                here && (Some(one.id) == id || named)
            })
            .map(RepositoryId)
    }

    /// The name people know the project by.
    pub fn project_name(&self, id: ProjectId) -> &str {
        &self.project(id).name
    }

    /// The name people know the repository by.
    pub fn repository_name(&self, id: RepositoryId) -> &str {
        &self.repository(id).name
    }

    /// The name of the organization or collection.
    pub fn name(&self) -> &str {
        &self.addresses.name
    }

    pub(super) fn find_pull_request(&self, repository: RepositoryId, number: u32) -> Option<&PullRequest> {
        self.pull_requests.iter().find(|it| it.proposal.repository == repository && it.number == number)
    }
}

fn is_name(name: &str, asked: &str) -> bool {
    name.to_lowercase() == asked.to_lowercase()
}
