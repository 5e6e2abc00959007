//! The aggregate: everything one organization (on premises: one collection) holds.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::host::{Addresses, Host};
use super::identity::{Identity, Kind};
use super::ids::{Guid, Ids, ObjectId};
use super::pull_request::{PullRequest, PullRequestId};
use super::push::Push;
use super::repository::{Project, ProjectId, Repository, RepositoryId};
use super::subscription::Subscription;

/// An organization with its people, repositories, pull requests and subscriptions.
///
/// Methods named after a happening (`push`, `vote`, `complete`, …) change the state and return one
/// [`Notification`](super::Notification) per matching subscription, in the order of subscribing.
/// They take the time they happen at; nothing here reads a clock.
#[derive(Clone, Debug)]
pub struct Organization {
    pub(super) addresses: Addresses,
    pub(super) collection: Guid,
    /// The server's instance id; on premises only.
    pub(super) server: Guid,
    pub(super) projects: Vec<Project>,
    pub(super) repositories: Vec<Repository>,
    pub(super) pull_requests: Vec<PullRequest>,
    /// Every push, oldest first.
    pub(super) pushes: Vec<Push>,
    pub(super) subscriptions: Vec<Subscription>,
    pub(super) event_ids: EventIds,
    pub(super) ids: Ids,
}

/// Whether subscriptions that match the same happening get the same event id. Microsoft's pages do
/// not say, so a receiver must be right under both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventIds {
    /// One id, however many subscriptions match.
    PerHappening,
    /// Each subscription sees an id of its own.
    PerSubscription,
}

impl Organization {
    /// `https://dev.azure.com/{name}/`. The seed decides every id.
    pub fn services(name: &str, seed: u64) -> Self {
        Self::at(Host::Services, name, seed)
    }

    /// `https://{name}.visualstudio.com/`
    pub fn visual_studio(name: &str, seed: u64) -> Self {
        Self::at(Host::VisualStudio, name, seed)
    }

    /// Azure DevOps Server: `{root}/{collection}/`, such as `https://tfs.example.invalid:8443/tfs`.
    pub fn server(root: &str, collection: &str, seed: u64) -> Self {
        Self::at(Host::Server { root: root.trim_end_matches('/').to_owned() }, collection, seed)
    }

    fn at(host: Host, name: &str, seed: u64) -> Self {
        let mut ids = Ids::new(seed);
        Self {
            addresses: Addresses { host, name: name.to_owned(), account: ids.guid() },
            collection: ids.guid(),
            server: ids.guid(),
            projects: Vec::new(),
            repositories: Vec::new(),
            pull_requests: Vec::new(),
            pushes: Vec::new(),
            subscriptions: Vec::new(),
            event_ids: EventIds::PerHappening,
            ids,
        }
    }

    /// The default is [`EventIds::PerHappening`].
    #[must_use]
    pub fn with_event_ids(mut self, event_ids: EventIds) -> Self {
        self.event_ids = event_ids;
        self
    }

    /// A well-formed, private project.
    pub fn add_project(&mut self, name: &str) -> ProjectId {
        self.projects.push(Project {
            id: self.ids.guid(),
            name: name.to_owned(),
            description: None,
            revision: 11,
            updated: Timestamp::constant(1_704_186_305, 987_000_000),
        });
        ProjectId(self.projects.len() - 1)
    }

    /// An empty repository: no branch, no default branch.
    pub fn add_repository(&mut self, project: ProjectId, name: &str) -> RepositoryId {
        self.repositories.push(Repository {
            id: self.ids.guid(),
            name: name.to_owned(),
            project,
            parent: None,
            default_branch: None,
            refs: BTreeMap::new(),
            pushes: 0,
            size: 0,
            disabled: false,
        });
        RepositoryId(self.repositories.len() - 1)
    }

    /// Switches a repository off: it is listed as disabled from now on.
    pub fn disable_repository(&mut self, id: RepositoryId) {
        self.repositories[id.0].disabled = true;
    }

    /// A fork with the same refs, in `project` (which may be another than its parent's).
    pub fn fork_repository(&mut self, parent: RepositoryId, project: ProjectId, name: &str) -> RepositoryId {
        let fork = Repository {
            id: self.ids.guid(),
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
        self.identity(display_name, mail, mail, Kind::Person)
    }

    /// An account of a Windows domain, `DOMAIN\user`, as Azure DevOps Server knows people.
    pub fn add_domain_user(&mut self, display_name: &str, login: &str, mail: &str) -> Identity {
        self.identity(display_name, login, mail, Kind::DomainUser)
    }

    /// The collection's build service, which pipelines act as.
    pub fn add_build_service(&mut self) -> Identity {
        let collection = self.collection;
        let name = format!("Project Collection Build Service ({})", self.addresses.name);
        self.identity(&name, &format!("Build\\{collection}"), "", Kind::BuildService)
    }

    /// A team, which can be a reviewer; its members vote for it.
    pub fn add_team(&mut self, project: ProjectId, name: &str) -> Identity {
        let (id, project) = (self.project(project).id, self.project(project).name.clone());
        let unique_name = format!("vstfs:///Classification/TeamProject/{id}\\{name}");
        self.identity(&format!("[{project}]\\{name}"), &unique_name, "", Kind::Team)
    }

    fn identity(&mut self, display: &str, unique: &str, mail: &str, kind: Kind) -> Identity {
        Identity {
            id: self.ids.guid(),
            display_name: display.to_owned(),
            unique_name: unique.to_owned(),
            mail: mail.to_owned(),
            kind,
        }
    }

    /// What a ref points at, or `None` when it does not exist.
    pub fn tip(&self, repository: RepositoryId, name: &str) -> Option<ObjectId> {
        self.repository(repository).refs.get(name).copied()
    }

    /// The GUID a body calls the repository by.
    pub fn repository_guid(&self, repository: RepositoryId) -> Guid {
        self.repository(repository).id
    }

    /// The GUID a body calls the project by.
    pub fn project_guid(&self, project: ProjectId) -> Guid {
        self.project(project).id
    }

    /// The browser URL of a repository, which is also its plain clone URL.
    pub fn repository_url(&self, id: RepositoryId) -> String {
        let repository = self.repository(id);
        self.addresses.repository_web(self.project(repository.project), repository)
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
