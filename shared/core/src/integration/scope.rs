//! Finds the projects and the repository of a selection. Names change and ids stay, so a selection is followed by its
//! ids. What is gone is named, and does not hold up the rest.

mod catalog;
mod resolve;
pub(crate) mod resolved;

use crate::azure_devops::catalog::RepositoryInfo;
use crate::azure_devops::port::AzureDevOps;
use crate::azure_devops::subscription::ExistingSubscription;
use crate::error::{OperatorError, RestResultExt as _};
use crate::integration::scope::catalog::Catalog;
use crate::integration::scope::resolve::resolve;
use crate::integration::scope::resolved::Resolved;
use crate::integration::selection::{Choice, Selection};
use crate::subscriptions::webhook_url::WebhookUrls;

/// Finds the projects and the repository of a selection. `connected` is the selection that the integration is connected
/// to, which may know the ids of names that have changed. `urls` are those of the integration.
///
/// # Errors
///
/// When a list cannot be read. What is missing is in [`Resolved::missing`].
pub(crate) async fn find(
    organization: &impl AzureDevOps,
    repositories: &[RepositoryInfo],
    selection: &Selection,
    connected: Option<&Selection>,
    urls: &WebhookUrls,
) -> Result<Resolved, OperatorError> {
    let mut catalog = Catalog::of(repositories);
    let mut selection = selection.clone();
    if selection.projects.iter().any(|choice| choice.id.is_none() && catalog.named(choice).is_none()) {
        catalog.list(organization).await?;
    }
    if let Some(connected) = connected {
        recall(&mut selection, connected, &catalog);
    }
    catalog.look_up(organization, selection.projects.iter().filter_map(|choice| choice.id.clone())).await?;
    let mut managed = Vec::new();
    if connected.is_some_and(|connected| has_lost_names(&selection, connected, &catalog)) {
        managed = managed_subscriptions(organization, urls).await?;
        catalog
            .look_up(organization, managed.iter().filter_map(|existing| existing.project_id.clone()))
            .await?;
    }
    Ok(resolve(&selection, connected, &catalog, &managed))
}

/// Gives names that nothing has now the ids that they had when the integration was connected.
fn recall(selection: &mut Selection, connected: &Selection, catalog: &Catalog) {
    let projects = selection.projects.iter_mut().filter(|choice| catalog.named(choice).is_none());
    let id_of = |known: &[Choice], name: &str| {
        let known = known.iter().filter(|known| known.id.is_some());
        known.into_iter().find(|known| known.is_named(name)).cloned()
    };
    for choice in projects.filter(|choice| choice.id.is_none()) {
        if let Some(known) = id_of(&connected.projects, &choice.name) {
            *choice = known;
        }
    }
    let repository = selection.repository.as_mut().filter(|choice| choice.id.is_none());
    if let Some(choice) = repository.filter(|choice| catalog.repository_named(choice).is_none())
        && let Some(known) = id_of(connected.repository.as_slice(), &choice.name)
    {
        *choice = known;
    }
}

/// Whether a name that the integration is connected to has no id and is no longer there, so that only the subscriptions
/// show what it was.
fn has_lost_names(selection: &Selection, connected: &Selection, catalog: &Catalog) -> bool {
    let is_lost_project = |choice: &Choice| {
        choice.id.is_none() && catalog.named(choice).is_none() && choice.is_in(&connected.projects)
    };
    let is_lost_repository = |choice: &Choice| {
        choice.id.is_none()
            && catalog.repository_named(choice).is_none()
            && choice.is_in(connected.repository.as_slice())
    };
    selection.projects.iter().any(is_lost_project) || selection.repository.iter().any(is_lost_repository)
}

async fn managed_subscriptions(
    organization: &impl AzureDevOps,
    urls: &WebhookUrls,
) -> Result<Vec<ExistingSubscription>, OperatorError> {
    let mut listed = organization.subscriptions().await.context("the subscriptions could not be listed")?;
    listed.retain(|existing| urls.is_managed(&existing.url));
    Ok(listed)
}

#[cfg(test)]
mod tests;
