//! What an integration subscribes to, and the subscriptions that follow from it.

use std::collections::BTreeSet;

use crate::azure_devops::catalog::ProjectInfo;
use crate::azure_devops::subscription::{ExistingSubscription, WantedSubscription};
use crate::integration::selection::short_branch;
use crate::secrets::version::VersionId;
use crate::subscriptions::kind::SubscriptionKind;
use crate::subscriptions::webhook_url::WebhookUrls;

/// The projects, repository and branch that an integration subscribes to, by their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The projects; `None` for the whole organization. Empty when every selected project is gone.
    pub projects: Option<Vec<ProjectInfo>>,
    /// The GUID of the repository; `None` for all.
    pub repository_id: Option<String>,
    /// The name of the branch; `None` for all.
    pub branch: Option<String>,
    /// Whether updates of pull requests are also subscribed to without a filter.
    pub unfiltered: bool,
    /// The GUIDs of projects that were selected and cannot be looked after now. Their subscriptions are neither wanted
    /// nor changed.
    pub set_aside: BTreeSet<String>,
}

impl Scope {
    /// The name of a project of this scope, or its id when the name is unknown.
    pub fn project_name<'a>(&'a self, id: &'a str) -> &'a str {
        let project = self.projects.iter().flatten().find(|project| project.id == id);
        project.map_or(id, |project| &project.name)
    }

    /// Whether a subscription delivers events of this scope only. Anybody in the organization can make one that delivers to
    /// a webhook URL, and the delivery log does not show whether a delivery had the password.
    pub fn covers(&self, existing: &ExistingSubscription) -> bool {
        let is_selected = match (&self.projects, &existing.project_id) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(projects), Some(id)) => {
                projects.iter().any(|project| project.id == *id) || self.set_aside.contains(id)
            }
        };
        let branch = existing.branch.as_deref().map(short_branch);
        is_selected
            && (self.repository_id.is_none() || self.repository_id == existing.repository_id)
            && (self.branch.is_none() || self.branch.as_deref() == branch)
    }
}

/// The wanted subscriptions of a scope: one of each kind for each project, or for the whole organization. `version` is
/// the version of the webhook password that they get.
pub fn wanted(scope: &Scope, urls: &WebhookUrls, version: &VersionId) -> Vec<WantedSubscription> {
    let mut project_ids: Vec<Option<&str>> = match &scope.projects {
        None => vec![None],
        Some(projects) => projects.iter().map(|project| Some(project.id.as_str())).collect(),
    };
    let mut seen = BTreeSet::new();
    project_ids.retain(|id| seen.insert(*id));
    let subscription = |project_id: Option<&str>, kind: SubscriptionKind| WantedSubscription {
        kind,
        project_id: project_id.map(str::to_owned),
        repository_id: scope.repository_id.clone(),
        branch: scope.branch.clone(),
        url: urls.of(kind, version),
    };
    let of_project = |id| SubscriptionKind::wanted(scope.unfiltered).map(move |kind| subscription(id, kind));
    project_ids.into_iter().flat_map(of_project).collect()
}
