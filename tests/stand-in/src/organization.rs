//! The aggregate: everything one organization (on premises: one collection) holds.

use std::collections::BTreeMap;

use crate::host::{Addresses, HostForm};
use crate::ids::IdGenerator;
use crate::{
    Identity, IdentityKind, ObjectId, Project, ProjectId, PullRequest, PullRequestId, Push, Repository,
    RepositoryId, ServiceBehavior, Subscription, Timestamp, Uuid,
};

/// An organization with its people, repositories, pull requests and subscriptions.
///
/// Methods such as `push`, `vote` and `complete` change the state at a given time, and return one
/// [`Notification`](super::Notification) for each matching subscription, in the order of subscribing.
#[derive(Clone, Debug)]
pub struct Organization {
    pub(super) addresses: Addresses,
    pub(super) collection: Uuid,
    /// The server's instance id; on premises only.
    pub(super) server: Uuid,
    pub(super) projects: Vec<Project>,
    pub(super) repositories: Vec<Repository>,
    pub(super) pull_requests: Vec<PullRequest>,
    /// Every push, oldest first.
    pub(super) pushes: Vec<Push>,
    pub(super) subscriptions: Vec<Subscription>,
    pub(super) behavior: ServiceBehavior,
    pub(super) ids: IdGenerator,
}

impl Organization {
    /// `https://dev.azure.com/{name}/`. The seed decides every id.
    pub fn services(name: &str, seed: u64) -> Self {
        Self::at(HostForm::Services, name, seed)
    }

    /// `https://{name}.visualstudio.com/`
    pub fn visual_studio(name: &str, seed: u64) -> Self {
        Self::at(HostForm::VisualStudio, name, seed)
    }

    /// Azure DevOps Server: `{root}/{collection}/`, such as `https://tfs.example.invalid:8443/tfs`.
    pub fn server(root: &str, collection: &str, seed: u64) -> Self {
        Self::at(HostForm::Server { root: root.trim_end_matches('/').to_owned() }, collection, seed)
    }

    fn at(host: HostForm, name: &str, seed: u64) -> Self {
        let mut ids = IdGenerator::new(seed);
        Self {
            addresses: Addresses { host, name: name.to_owned(), account: ids.uuid() },
            collection: ids.uuid(),
            server: ids.uuid(),
            projects: Vec::new(),
            repositories: Vec::new(),
            pull_requests: Vec::new(),
            pushes: Vec::new(),
            subscriptions: Vec::new(),
            behavior: ServiceBehavior::default(),
            ids,
        }
    }

    /// Changes the behavior of the service.
    pub fn configure(&mut self, change: impl FnOnce(&mut ServiceBehavior)) {
        change(&mut self.behavior);
    }

    /// A well-formed, private project.
    pub fn add_project(&mut self, name: &str) -> ProjectId {
        self.projects.push(Project {
            id: self.ids.uuid(),
            name: name.to_owned(),
            revision: 11,
            updated: Timestamp::constant(1_704_186_305, 987_000_000),
            is_deleted: false,
        });
        ProjectId(self.projects.len() - 1)
    }

    /// An empty repository: no branch, no default branch.
    pub fn add_repository(&mut self, project: ProjectId, name: &str) -> RepositoryId {
        self.repositories.push(Repository {
            id: self.ids.uuid(),
            name: name.to_owned(),
            project,
            parent: None,
            default_branch: None,
            refs: BTreeMap::new(),
            pushes: 0,
            size: 0,
            is_disabled: false,
            is_deleted: false,
        });
        RepositoryId(self.repositories.len() - 1)
    }

    /// A fork with the same refs, in `project` (which may be another than its parent's).
    pub fn fork_repository(&mut self, parent: RepositoryId, project: ProjectId, name: &str) -> RepositoryId {
        let fork = Repository {
            id: self.ids.uuid(),
            name: name.to_owned(),
            project,
            parent: Some(parent),
            pushes: 0,
            ..self.repository(parent).clone()
        };
        self.repositories.push(fork);
        RepositoryId(self.repositories.len() - 1)
    }

    /// An Entra account.
    pub fn add_person(&mut self, display_name: &str, mail: &str) -> Identity {
        Identity {
            id: self.ids.uuid(),
            display_name: display_name.to_owned(),
            unique_name: mail.to_owned(),
            mail: mail.to_owned(),
            kind: IdentityKind::Person,
        }
    }

    /// A team, which can be a reviewer; its members vote for it.
    pub fn add_team(&mut self, project: ProjectId, name: &str) -> Identity {
        let id = self.ids.uuid();
        let project = self.project(project);
        Identity {
            id,
            display_name: format!("[{}]\\{name}", project.name),
            unique_name: format!("vstfs:///Classification/TeamProject/{}\\{name}", project.id),
            mail: String::new(),
            kind: IdentityKind::Team,
        }
    }

    /// The object a ref points at; `None` when there is no such ref.
    pub fn tip(&self, repository: RepositoryId, name: &str) -> Option<ObjectId> {
        self.repository(repository).refs.get(name).copied()
    }

    /// The repository's id in bodies and URLs.
    pub fn repository_uuid(&self, repository: RepositoryId) -> Uuid {
        self.repository(repository).id
    }

    /// The project's id in bodies and URLs.
    pub fn project_uuid(&self, project: ProjectId) -> Uuid {
        self.project(project).id
    }

    /// The browser URL of a repository, which is also its plain clone URL.
    pub fn repository_url(&self, id: RepositoryId) -> String {
        let (project, repository) = self.located(id);
        self.addresses.repository_web(project, repository)
    }

    /// The base URL of the organization or collection, with its final slash.
    pub fn url(&self) -> String {
        self.addresses.base()
    }

    pub(super) fn project(&self, id: ProjectId) -> &Project {
        &self.projects[id.0]
    }

    pub(super) fn repository(&self, id: RepositoryId) -> &Repository {
        &self.repositories[id.0]
    }

    pub(super) fn pull_request(&self, id: PullRequestId) -> &PullRequest {
        &self.pull_requests[id.0]
    }
}
