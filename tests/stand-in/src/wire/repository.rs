//! The repository, which looks different in a push and in a pull request.

use super::Era;
use super::json::Object;
use crate::organization::Organization;
use crate::repository::{Project, Repository, RepositoryId};
use crate::time;

/// As pushes carry it: default branch, one plain clone URL, and a project without details.
pub(super) fn lean(organization: &Organization, id: RepositoryId, era: Era) -> Object {
    let (project, repository) = of(organization, id);
    let addresses = &organization.addresses;
    let hosted = !addresses.is_server() && era == Era::Current;
    let project_body = Object::new()
        .with("id", project.id)
        .with("name", &project.name)
        .with("url", addresses.project(project))
        .with("state", "wellFormed")
        .maybe("visibility", hosted.then_some("unchanged"))
        .maybe("lastUpdateTime", hosted.then_some(time::UNSET));
    Object::new()
        .with("id", repository.id)
        .with("name", &repository.name)
        .with("url", addresses.repository_rest(repository))
        .with("project", project_body)
        .maybe("defaultBranch", repository.default_branch.as_ref())
        .with("remoteUrl", addresses.repository_web(project, repository))
}

/// As pull requests carry it: every clone URL, no default branch. Old senders used the lean form.
pub(super) fn rich(organization: &Organization, id: RepositoryId, era: Era) -> Object {
    if era == Era::FoundationServer {
        return lean(organization, id, era);
    }
    let (project, repository) = of(organization, id);
    let addresses = &organization.addresses;
    Object::new()
        .with("id", repository.id)
        .with("name", &repository.name)
        .with("url", addresses.repository_rest_in(project, repository))
        .with("project", self::project(organization, project))
        .with("size", i64::try_from(repository.size).unwrap_or(i64::MAX))
        .with("remoteUrl", addresses.repository_clone(project, repository))
        .with("sshUrl", addresses.repository_ssh(project, repository))
        .with("webUrl", addresses.repository_web(project, repository))
        .maybe("isFork", repository.parent.is_some().then_some(true))
        .with("isDisabled", repository.disabled)
        .maybe("isInMaintenance", (!addresses.is_server()).then_some(false))
}

/// As lists of repositories carry it: like the rich one, with the default branch of one that has any.
pub(crate) fn listed(organization: &Organization, id: RepositoryId) -> Object {
    let branch = organization.repository(id).default_branch.as_ref();
    rich(organization, id, Era::Current).maybe("defaultBranch", branch)
}

/// The fork a pull request comes from. Microsoft documents the type (`GitForkRef`) but not what a
/// hook fills in; this is the least that names the fork.
pub(super) fn fork(organization: &Organization, id: RepositoryId) -> Object {
    let (project, repository) = of(organization, id);
    let addresses = &organization.addresses;
    Object::new()
        .with("id", repository.id)
        .with("name", &repository.name)
        .with("url", addresses.repository_rest_in(project, repository))
        .with("project", self::project(organization, project))
        .with("remoteUrl", addresses.repository_clone(project, repository))
        .with("isFork", true)
}

/// A project with its settings.
pub(crate) fn project(organization: &Organization, project: &Project) -> Object {
    let hosted = !organization.addresses.is_server();
    Object::new()
        .with("id", project.id)
        .with("name", &project.name)
        .maybe("description", project.description.as_ref())
        .with("url", organization.addresses.project(project))
        .with("state", "wellFormed")
        .with("revision", project.revision)
        .maybe("visibility", hosted.then_some("private"))
        .with("lastUpdateTime", time::render(project.updated))
}

fn of(organization: &Organization, id: RepositoryId) -> (&Project, &Repository) {
    let repository = organization.repository(id);
    (organization.project(repository.project), repository)
}
