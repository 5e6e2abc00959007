//! An organization in memory. It records calls, and each call can be made to fail.

use std::collections::BTreeMap;
use std::time::Duration;

use hookpost_core::azure_devops::catalog::{Identity, ProjectInfo, RepositoryInfo, SubscriptionRights};
use hookpost_core::azure_devops::deliveries::{LoggedDelivery, LoggedEvent};
use hookpost_core::azure_devops::error::{MissingPermission, RestError};
use hookpost_core::azure_devops::port::PullRequestPlace;
use hookpost_core::azure_devops::subscription::ExistingSubscription;
use hookpost_core::azure_devops::threads::Thread;
use hookpost_core::subscriptions::kind::SubscriptionKind;
use jiff::{SignedDuration, Timestamp};

use crate::fakes::contents::PullRequest;
use crate::fakes::subscriptions::ReEnable;

pub(crate) const URL: &str = "https://dev.azure.com/northpeak";
pub(crate) const SHOP: &str = "5b0b0000-0000-4000-8000-000000000001";
/// The name of the app in Entra.
pub(crate) const APP: &str = "hookpost-app";
pub(crate) const LAB: &str = "1ab00000-0000-4000-8000-000000000002";

/// What the organization has, and how it answers.
#[derive(Debug)]
pub(crate) struct Organization {
    /// The URLs that it answers at, each with the `instanceId` that it shows there. Elsewhere, calls find nothing.
    pub(crate) urls: BTreeMap<String, String>,
    /// The owner of the token.
    pub(crate) owner: Identity,
    /// Whether the app in Entra is a user of the organization.
    pub(crate) has_app: bool,
    /// The access tokens that were used, and whether they were revoked.
    pub(crate) access_tokens: BTreeMap<String, bool>,
    /// The app that makes the present call; `None` for the owner of the token.
    pub(crate) calling_app: Option<Identity>,
    /// The projects that the token's owner sees.
    pub(crate) projects: Vec<ProjectInfo>,
    /// Whether the token has the scope Project and Team (read).
    pub(crate) may_read_projects: bool,
    /// The permissions of the owner by project, `None` being the whole organization; all where there is no entry.
    pub(crate) permissions: BTreeMap<Option<String>, SubscriptionRights>,
    pub(crate) may_administer_notifications: bool,
    pub(crate) repositories: Vec<RepositoryInfo>,
    pub(crate) subscriptions: Vec<ExistingSubscription>,
    pub(crate) re_enable: ReEnable,
    /// Whether the receivers accept test deliveries to this endpoint.
    pub(crate) refused_endpoint: Option<&'static str>,
    pub(crate) log: Vec<(LoggedDelivery, LoggedEvent)>,
    pub(crate) pushes: Vec<(String, Timestamp, String)>,
    pub(crate) pull_requests: Vec<PullRequest>,
    pub(crate) threads: BTreeMap<u64, Vec<Thread>>,
    /// The calls, such as `create git.push in {project}` and `replace {id}`.
    pub(crate) calls: Vec<String>,
    /// The time before the first of the calls.
    pub(crate) began: Timestamp,
    /// How long each call takes.
    pub(crate) call_duration: SignedDuration,
    /// When the invocation that makes the calls ends.
    pub(crate) ends: Option<Timestamp>,
    /// Calls that fail, by a part of their text.
    refusals: Vec<(String, RestError)>,
    /// Calls until every call is refused.
    calls_left: Option<usize>,
    /// The function is killed in the calls whose text contains this.
    pub(crate) kills: Option<String>,
    /// How many subscriptions were created.
    pub(crate) created: u32,
}

pub(crate) fn identity(name: &str) -> Identity {
    Identity { id: format!("id-of-{name}"), display_name: name.to_owned(), unique_name: String::new() }
}

/// The id of the repository with this name.
pub(crate) fn repository_id(name: &str) -> String {
    let number = name.bytes().fold(7_u64, |number, byte| (number * 31 + u64::from(byte)) % (1 << 48));
    format!("b0b0b0b0-0000-4000-8000-{number:012x}")
}

pub(crate) fn forbidden() -> RestError {
    RestError::Forbidden {
        message: "TF401027: You need the Git 'GenericRead' permission to perform this action.".to_owned(),
        missing: MissingPermission::Git("GenericRead".to_owned()),
    }
}

pub(crate) fn not_found() -> RestError {
    RestError::NotFound { message: String::new() }
}

pub(crate) fn unavailable() -> RestError {
    RestError::Unavailable { status: 500, message: "no longer exists".to_owned() }
}

impl Organization {
    /// The projects Shop and Lab, with a repository in each.
    pub(crate) fn new(began: Timestamp) -> Self {
        let project = |id: &str, name: &str| ProjectInfo { id: id.to_owned(), name: name.to_owned() };
        let projects = vec![project(SHOP, "Shop"), project(LAB, "Lab")];
        let repositories =
            vec![repository("web", projects[0].clone()), repository("notes", projects[1].clone())];
        Self {
            urls: BTreeMap::from([(URL.to_owned(), "0c0a0000-0000-4000-8000-000000000001".to_owned())]),
            owner: identity("Ada"),
            has_app: true,
            access_tokens: BTreeMap::new(),
            calling_app: None,
            projects,
            may_read_projects: true,
            permissions: BTreeMap::new(),
            may_administer_notifications: true,
            repositories,
            subscriptions: Vec::new(),
            re_enable: ReEnable::Enables,
            refused_endpoint: None,
            log: Vec::new(),
            pushes: Vec::new(),
            pull_requests: Vec::new(),
            threads: BTreeMap::new(),
            calls: Vec::new(),
            began,
            call_duration: SignedDuration::ZERO,
            ends: None,
            refusals: Vec::new(),
            calls_left: None,
            kills: None,
            created: 0,
        }
    }

    /// Refuses every access token that was used so far.
    pub(crate) fn revoke_tokens(&mut self) {
        self.access_tokens.values_mut().for_each(|is_revoked| *is_revoked = true);
    }

    /// Who makes the present call.
    pub(crate) fn caller(&self) -> Identity {
        self.calling_app.clone().unwrap_or_else(|| self.owner.clone())
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.began + self.call_duration * i32::try_from(self.calls.len()).expect("few calls")
    }

    pub(crate) fn time_left(&self) -> Option<Duration> {
        let left = self.ends?.duration_since(self.now());
        Some(Duration::try_from(left).unwrap_or_default())
    }

    /// Refuses every call whose text contains `call`, from now on.
    pub(crate) fn refuse(&mut self, call: impl Into<String>, error: RestError) {
        self.refusals.push((call.into(), error));
    }

    /// Refuses every call after this many more, as when a token is revoked.
    pub(crate) fn refuse_after(&mut self, calls: usize) {
        self.calls_left = Some(calls);
    }

    /// Refuses no call from now on.
    pub(crate) fn refuse_nothing(&mut self) {
        self.refusals.clear();
        self.calls_left = None;
    }

    /// Records a call; the error that it should end with.
    pub(crate) fn call(&mut self, call: String) -> Result<(), RestError> {
        let refusal =
            self.refusals.iter().find(|(part, _)| call.contains(part)).map(|(_, error)| error.clone());
        self.calls.push(call);
        if let Some(left) = &mut self.calls_left {
            let revoked = || RestError::Unauthorized { message: "revoked".to_owned() };
            *left = left.checked_sub(1).ok_or_else(revoked)?;
        }
        refusal.map_or(Ok(()), Err)
    }

    /// Replaces the repositories, with ones of the project Shop.
    pub(crate) fn set_repositories(&mut self, names: &[&str]) {
        self.repositories = names.iter().map(|name| repository(name, self.projects[0].clone())).collect();
    }

    /// Replaces everything by projects `p0`, `p1`, … and repositories `r0`, `r1`, … in them in turn.
    pub(crate) fn set_company(&mut self, projects: usize, repositories: usize) {
        let project = |number: usize| ProjectInfo {
            id: format!("9a000000-0000-4000-8000-{number:012x}"),
            name: format!("p{number}"),
        };
        self.projects = (0..projects).map(project).collect();
        let name = |number: usize| repository(&format!("r{number}"), project(number % projects));
        self.repositories = (0..repositories).map(name).collect();
    }

    /// The id of the subscription that delivers the events of a repository.
    pub(crate) fn subscription_for(&self, kind: SubscriptionKind, name: &str) -> String {
        let repository = self.repositories.iter().find(|repository| repository.name == name);
        let project = &repository.expect("a repository").project.id;
        let mut subscriptions = self.subscriptions.iter().filter(|existing| existing.kind() == Some(kind));
        let found =
            subscriptions.find(|existing| existing.project_id.as_ref().is_none_or(|id| id == project));
        found.expect("a subscription").id.clone()
    }

    /// Replaces the projects and the repositories: this many projects with a repository each.
    pub(crate) fn set_projects(&mut self, count: usize) {
        let project = |number: usize| ProjectInfo {
            id: format!("9a0ec700-0000-4000-8000-{number:012}"),
            name: format!("Project {number}"),
        };
        self.projects = (1..=count).map(project).collect();
        let of_project = |project: &ProjectInfo| repository(&project.name, project.clone());
        self.repositories = self.projects.iter().map(of_project).collect();
    }

    pub(crate) fn name_of(&self, repository_id: &str) -> String {
        let found = self.repositories.iter().find(|repository| repository.id == repository_id);
        found.map(|repository| repository.name.clone()).unwrap_or_default()
    }

    /// The name of the place, and the names of its repositories.
    pub(crate) fn repositories_of(&self, place: PullRequestPlace<'_>) -> (String, Vec<String>) {
        let id = match place {
            PullRequestPlace::Repository(id) => {
                let name = self.name_of(id);
                return (name.clone(), vec![name]);
            }
            PullRequestPlace::Project(id) => id,
        };
        let name = self.projects.iter().find(|project| project.id == id).map(|project| project.name.clone());
        let repositories = self.repositories.iter().filter(|repository| repository.project.id == id);
        let names = repositories.map(|repository| repository.name.clone());
        (format!("project {}", name.unwrap_or_default()), names.collect())
    }

    pub(crate) fn rename_project(&mut self, id: &str, name: &str) {
        let of_repositories = self.repositories.iter_mut().map(|repository| &mut repository.project);
        for project in self.projects.iter_mut().chain(of_repositories).filter(|project| project.id == id) {
            name.clone_into(&mut project.name);
        }
    }

    /// Deletes a project with its repositories, or hides it from the token's owner.
    pub(crate) fn delete_project(&mut self, id: &str) {
        self.projects.retain(|project| project.id != id);
        self.repositories.retain(|repository| repository.project.id != id);
    }
}

fn repository(name: &str, project: ProjectInfo) -> RepositoryInfo {
    RepositoryInfo {
        id: repository_id(name),
        name: name.to_owned(),
        web_url: Some(format!("{URL}/{}/_git/{name}", project.name)),
        project,
        default_branch: Some("refs/heads/main".to_owned()),
        https_url: None,
        ssh_url: None,
        is_disabled: false,
    }
}
