//! Errors about projects, repositories, pull requests and subscriptions.

use super::ApiError;
use super::error::FRAMEWORK;
use crate::{Identity, Uuid};

impl ApiError {
    /// A project by id has another error than a project by name.
    pub(super) fn project(id_or_name: &str) -> Self {
        if id_or_name.parse::<Uuid>().is_ok() {
            let message = format!(
                "VS800075: The project with id 'vstfs:///Classification/TeamProject/{id_or_name}' does not \
                 exist, or you do not have permission to access it."
            );
            return Self::new(404, SERVER_CORE, "ProjectDoesNotExistException", &message);
        }
        let message = format!(
            "TF200016: The following project does not exist: {id_or_name}. Verify that the name of the \
             project is correct and that the project exists on the specified Azure DevOps Server."
        );
        Self::new(404, SERVER_CORE, "ProjectDoesNotExistWithNameException", &message)
    }

    pub(super) fn repository(id_or_name: &str) -> Self {
        let message = format!(
            "TF401019: The Git repository with name or identifier {id_or_name} does not exist or you do not \
             have permissions for the operation you are attempting."
        );
        Self::new(404, GIT, "GitRepositoryNotFoundException", &message)
    }

    /// The name of the permission is the one of a call for a pull request that users have reported.
    pub(super) fn contribute(who: &Identity) -> Self {
        let message = format!(
            "TF401027: You need the Git 'PullRequestContribute' permission to perform this action. Details: identity \
             '{}', scope 'repository'.",
            who.unique_name
        );
        Self::new(403, GIT, "GitNeedsPermissionException", &message)
    }

    pub(super) fn pull_request() -> Self {
        let message = "TF401180: The requested pull request was not found.";
        Self::new(404, GIT, "GitPullRequestNotFoundException", message)
    }

    pub(super) fn repository_exists(name: &str) -> Self {
        let message = format!("TF400948: A Git repository with the name {name} already exists.");
        Self::new(409, GIT, "GitRepositoryNameAlreadyExistsException", &message)
    }

    /// A push to a ref that is not where the caller takes it to be.
    pub(super) fn stale_ref(name: &str) -> Self {
        let message = format!("TF401028: The reference '{name}' has already been updated by another client.");
        Self::new(409, GIT, "GitReferenceStaleException", &message)
    }

    /// A pull request between branches of which one is missing.
    pub(super) fn no_branch() -> Self {
        let message = "TF401398: The pull request cannot be activated because the source and/or the target branch no \
                       longer exists.";
        Self::new(400, GIT, "GitPullRequestCannotBeActivated", message)
    }

    pub(super) fn pull_request_exists() -> Self {
        let message = "TF401179: An active pull request for the source and target branch already exists.";
        Self::new(409, GIT, "GitPullRequestExistsException", message)
    }

    /// Message and key are assumed; the status is documented.
    pub(super) fn subscription(id: &str) -> Self {
        let message = format!("The subscription with id {id} could not be found.");
        Self::new(404, HOOKS, "SubscriptionNotFoundException", &message)
    }

    /// Message and key are assumed.
    pub(super) fn notification(id: &str) -> Self {
        let message = format!("The notification with id {id} could not be found.");
        Self::new(404, HOOKS, "NotificationNotFoundException", &message)
    }

    /// Message and key are assumed.
    pub(super) fn resource_area(id: &str) -> Self {
        Self::new(404, HOOKS, "ServiceHookException", &format!("There is no {id}."))
    }

    /// An invalid input of a subscription. The key is assumed; the message names what users have seen
    /// named.
    pub(super) fn input(message: &str) -> Self {
        Self::new(400, HOOKS, "SubscriptionInputException", message)
    }

    /// Without "View subscriptions", consumers are hidden. The key is assumed.
    pub(super) fn consumer(id: &str) -> Self {
        let message = format!("The consumer with id \"{id}\" is not available.");
        Self::new(403, HOOKS, "ConsumerNotAvailableException", &message)
    }

    pub(super) fn may_not_edit(who: &Identity) -> Self {
        let message =
            format!("The user '{}' does not have permission to edit a subscription.", who.display_name);
        Self::new(400, "System", "ArgumentException", &message)
    }

    /// A subscription that cannot be enabled again. The key is assumed.
    pub(super) fn dead_subscription(id: Uuid, status: u16) -> Self {
        let message = format!("The notification subscription {id} no longer exists.");
        Self::new(status, HOOKS, "SubscriptionNotFoundException", &message)
    }

    /// `action` is such as `Edit Subscription`.
    pub(super) fn access_denied(who: &Identity, token: &str, action: &str) -> Self {
        let message = format!(
            "Access Denied: {} needs the following permission(s) on the resource {token} to perform this \
             action: {action}",
            who.display_name
        );
        Self::new(403, SECURITY, "AccessCheckException", &message)
    }

    /// The error of a refused item; its key follows from the code in the message.
    pub(super) fn refused(status: u16, message: &str) -> Self {
        let code = message.split(':').next().unwrap_or_default();
        let (namespace, key) = match code {
            "TF401027" => (GIT, "GitNeedsPermissionException"),
            "TF401019" => (GIT, "GitRepositoryNotFoundException"),
            "TF200016" => (SERVER_CORE, "ProjectDoesNotExistWithNameException"),
            "VS800075" => (SERVER_CORE, "ProjectDoesNotExistException"),
            _ => (FRAMEWORK, "TeamFoundationServiceException"),
        };
        Self::new(status, namespace, key, message)
    }
}

const SERVER_CORE: &str = "Microsoft.TeamFoundation.Core.WebApi";
const GIT: &str = "Microsoft.TeamFoundation.Git.Server";
const HOOKS: &str = "Microsoft.VisualStudio.Services.ServiceHooks.WebApi";
const SECURITY: &str = "Microsoft.VisualStudio.Services.Security";
