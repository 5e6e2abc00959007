//! Errors of every call, in the form and with the codes of the service.

use serde_json::{Value, json};

use super::ApiResponse;
use crate::Uuid;

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

    pub(super) fn new(status: u16, namespace: &str, key: &str, message: &str) -> Self {
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

    pub(super) fn out_of_range(version: &str, latest: f64) -> Self {
        let message = format!(
            "The requested REST API version of {version} is out of range for this server. The latest REST \
             API version this server supports is {latest:.1}."
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

pub(super) const FRAMEWORK: &str = "Microsoft.TeamFoundation.Framework.Server";
const WEB_API: &str = "Microsoft.VisualStudio.Services.WebApi";
