//! Repositories and projects. A repository has other members in a push than in a pull request.

use super::Schema;
use super::json::Object;
use crate::{Organization, Project, RepositoryId, time};

/// In pushes: default branch, one plain clone URL, and a project without details.
pub(super) fn in_push(organization: &Organization, id: RepositoryId, schema: Schema) -> Object {
    let (project, repository) = organization.located(id);
    let addresses = &organization.addresses;
    let hosted = !addresses.is_server() && schema == Schema::Current;
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

/// In pull requests: every clone URL, no default branch. Team Foundation Server wrote it as in pushes.
pub(super) fn in_pull_request(organization: &Organization, id: RepositoryId, schema: Schema) -> Object {
    if schema == Schema::Tfs {
        return in_push(organization, id, schema);
    }
    let (project, repository) = organization.located(id);
    let addresses = &organization.addresses;
    Object::new()
        .with("id", repository.id)
        .with("name", &repository.name)
        .with("url", organization.repository_rest_in(id))
        .with("project", self::project(organization, project))
        .with("size", repository.size)
        .with("remoteUrl", addresses.repository_clone(project, repository))
        .with("sshUrl", addresses.repository_ssh(project, repository))
        .with("webUrl", addresses.repository_web(project, repository))
        .maybe("isFork", repository.parent.is_some().then_some(true))
        .with("isDisabled", repository.is_disabled)
        .maybe("isInMaintenance", (!addresses.is_server()).then_some(false))
}

/// In lists of repositories: as in pull requests, and the default branch.
pub(crate) fn listed(organization: &Organization, id: RepositoryId) -> Object {
    let branch = organization.repository(id).default_branch.as_ref();
    in_pull_request(organization, id, Schema::Current).maybe("defaultBranch", branch)
}

/// The fork a pull request comes from. Microsoft documents the type (`GitForkRef`) but not what a
/// hook fills in; this is the least that names the fork.
pub(super) fn fork(organization: &Organization, id: RepositoryId) -> Object {
    let members = ["id", "name", "url", "project", "remoteUrl", "isFork"];
    in_pull_request(organization, id, Schema::Current).pick(&members)
}

/// A project with its settings.
pub(crate) fn project(organization: &Organization, project: &Project) -> Object {
    let hosted = !organization.addresses.is_server();
    Object::new()
        .with("id", project.id)
        .with("name", &project.name)
        .with("url", organization.addresses.project(project))
        .with("state", "wellFormed")
        .with("revision", project.revision)
        .maybe("visibility", hosted.then_some("private"))
        .with("lastUpdateTime", time::render(project.updated))
}

/// What `resourceDetailsToSend=minimal` leaves.
pub(super) const MINIMAL: &[&str] = &["id", "name", "url"];
