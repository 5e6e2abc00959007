//! Errors, in the form and with the codes of the service.

use serde_json::{Value, json};

use super::ApiResponse;
use crate::{Identity, Uuid};

/// The error of a call.
#[derive(Clone, Debug)]
pub(super) struct ApiError {
    status: u16,
    body: Value,
}

impl ApiError {
    pub(super) fn response(&self) -> ApiResponse {
        ApiResponse::json(self.status, &self.body)
    }

    fn new(status: u16, namespace: &str, key: &str, message: &str) -> Self {
        let type_name = format!("{namespace}.{key}, {namespace}");
        let body = json!({
            "$id": "1",
            "innerException": null,
            "message": message,
            "typeName": type_name,
            "typeKey": key,
            "errorCode": 0,
            "eventId": 3000,
        });
        Self { status, body }
    }

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

    pub(super) fn pull_request() -> Self {
        let message = "TF401180: The requested pull request was not found.";
        Self::new(404, GIT, "GitPullRequestNotFoundException", message)
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

    /// `who` is empty or an id.
    pub(super) fn unauthorized(who: &str) -> Self {
        let message = format!("TF400813: The user '{who}' is not authorized to access this resource.");
        Self::new(401, FRAMEWORK, "UnauthorizedRequestException", &message)
    }

    pub(super) fn policy(status: u16) -> Self {
        let message = "VS403463: The conditional access policy defined by your Microsoft Entra \
                       administrator has failed.";
        Self::new(status, FRAMEWORK, "AccessCheckException", message)
    }

    pub(super) fn throttled() -> Self {
        let message = "TF400733: The request has been canceled: Request was blocked due to exceeding usage \
                       of resource 'Concurrency' in namespace 'User'.";
        Self::new(429, FRAMEWORK, "RequestBlockedException", message)
    }

    pub(super) fn deactivated() -> Self {
        let message = "TF24668: The following team project collection is stopped: contoso. Start the collection, \
                       and then try again. Administrator Reason: The organization has been deactivated.";
        Self::new(503, FRAMEWORK, "HostShutdownException", message)
    }

    pub(super) fn of_status(status: u16) -> Self {
        let message = format!("TF400898: An Internal Error Occurred. Activity Id: {}.", Uuid::nil());
        Self::new(status, FRAMEWORK, "TeamFoundationServiceException", &message)
    }

    pub(super) fn no_version(method: &str) -> Self {
        let message = format!(
            "No api-version was supplied for the \"{method}\" request. The version must be supplied either \
             as part of the Accept header (e.g. \"application/json; api-version=1.0\") or as a query \
             parameter (e.g. \"?api-version=1.0\")."
        );
        Self::new(400, WEB_API, "VssVersionNotSpecifiedException", &message)
    }

    pub(super) fn preview(version: &str) -> Self {
        let message = format!(
            "The requested version \"{version}\" of the resource is under preview. The -preview flag must \
             be supplied in the api-version for such requests. For example: \"{version}-preview\""
        );
        Self::new(400, WEB_API, "VssInvalidPreviewVersionException", &message)
    }

    pub(super) fn out_of_range(version: &str) -> Self {
        let message = format!(
            "The requested REST API version of {version} is out of range for this server. The latest REST \
             API version this server supports is 7.2."
        );
        Self::new(400, WEB_API, "VssVersionOutOfRangeException", &message)
    }

    pub(super) fn invalid_request() -> Self {
        Self::model("The request is invalid.")
    }

    /// The older form, for bodies that are no JSON.
    pub(super) fn model(message: &str) -> Self {
        Self { status: 400, body: json!({"count": 1, "value": {"Message": message}}) }
    }

    pub(super) fn route(path: &str) -> Self {
        let message =
            format!("The controller for path '{path}' was not found or does not implement IController.");
        Self::new(404, "System.Web", "HttpException", &message)
    }

    pub(super) fn method(method: &str) -> Self {
        let message = format!("The requested resource does not support http method '{method}'.");
        Self { status: 405, ..Self::model(&message) }
    }
}

const SERVER_CORE: &str = "Microsoft.TeamFoundation.Core.WebApi";
const GIT: &str = "Microsoft.TeamFoundation.Git.Server";
const HOOKS: &str = "Microsoft.VisualStudio.Services.ServiceHooks.WebApi";
const SECURITY: &str = "Microsoft.VisualStudio.Services.Security";
const FRAMEWORK: &str = "Microsoft.TeamFoundation.Framework.Server";
const WEB_API: &str = "Microsoft.VisualStudio.Services.WebApi";
