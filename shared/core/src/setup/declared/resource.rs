//! A request about a custom resource, of CloudFormation itself or of the CDK's provider framework.
//!
//! Source: AWS CloudFormation User Guide, "Custom resource request objects"; aws-cdk, `custom-resources/README.md`.

use crate::error::{ErrorCode, OperatorError};
use crate::integration::name::IntegrationName;
use crate::integration::owner::Owner;
use crate::setup::declared::resource_id::ResourceId;
use crate::setup::declared::{Declaration, Done, Wanted};
use crate::setup::request::{Claim, Connect, declared};
use serde::Deserialize;
use serde_json::{Value, json};

/// What the provider framework puts in place of the URL, which it answers itself.
const URL_OF_FRAMEWORK: &str = "...";

/// A request about a custom resource.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ResourceRequest {
    request_type: String,
    #[serde(rename = "ResponseURL", default)]
    response_url: String,
    /// The id of the request, for the answer.
    #[serde(default)]
    pub request_id: String,
    /// The ARN of the stack.
    #[serde(default)]
    pub stack_id: String,
    /// The name of the resource in the template.
    #[serde(default)]
    pub logical_resource_id: String,
    physical_resource_id: Option<String>,
    #[serde(default)]
    resource_properties: Value,
    #[serde(default)]
    old_resource_properties: Value,
}

impl ResourceRequest {
    /// Reads an event; `None` when it is of another caller.
    pub fn read(event: &Value) -> Option<Self> {
        event.get("RequestType")?;
        Self::deserialize(event).ok()
    }

    /// Where the answer goes; `None` when the provider framework wants it as the return value.
    pub fn response_url(&self) -> Option<&str> {
        Some(self.response_url.as_str()).filter(|url| *url != URL_OF_FRAMEWORK)
    }

    /// The name of the request in the log.
    pub fn name(&self) -> &'static str {
        match self.request_type.as_str() {
            "Create" => "create",
            "Update" => "update",
            "Delete" => "delete",
            _ => "unknown",
        }
    }

    /// What is declared.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::BadRequest`], with every problem of the properties.
    pub fn declaration(&self) -> Result<Declaration, OperatorError> {
        let owner = Owner::of_stack(&self.stack_id, &self.logical_resource_id);
        let deletion = |properties, name| declared::deletion(properties, name, owner.clone());
        match self.name() {
            "delete" => Ok(match self.integration_to_delete() {
                Some(name) => Declaration::Deleted(deletion(&self.resource_properties, name)),
                None => Declaration::Nothing,
            }),
            kind @ ("create" | "update") => {
                let properties = &self.resource_properties;
                let connect = declared::properties(properties, &owner)?;
                let claim = connect.claim.map(|claim| Claim { reserves: true, ..claim });
                let connect = Connect { claim, ..connect };
                let leftover = self.left_by_failed_update().filter(|_| kind == "update");
                let leftover = leftover.map(|name| deletion(&self.old_resource_properties, name));
                // The framework sends no deletion after a create that failed. What was adopted was there before.
                let is_undone = kind == "create"
                    && self.response_url().is_none()
                    && connect.claim.as_ref().is_some_and(|claim| !claim.adopts);
                let undo = self.declared_integration().filter(|_| is_undone);
                let undo = undo.map(|name| deletion(properties, name));
                Ok(Declaration::Connected(Box::new(Wanted { connect, former: None, leftover, undo })))
            }
            _ => {
                let message = "`RequestType` must be Create, Update or Delete";
                Err(OperatorError::new(ErrorCode::BadRequest, message))
            }
        }
    }

    /// The id that the resource has from now on.
    pub fn physical_id(&self, outcome: &Result<Done, OperatorError>) -> String {
        let declared = self.declared_integration().map(ResourceId::Integration);
        let id = match (self.name(), outcome) {
            ("create" | "update", Ok(_)) => declared,
            // An update that failed replaces nothing.
            ("update" | "delete", _) => self.physical_resource_id.as_deref().map(ResourceId::parse),
            // Refused before anything was made, or made by somebody else.
            (_, Err(error)) if error.code() == ErrorCode::IntegrationTaken || self.declaration().is_err() => {
                None
            }
            _ => declared,
        };
        id.unwrap_or_else(|| ResourceId::Nothing { request: self.request_id.clone() }).to_string()
    }

    /// What templates can refer to by `Fn::GetAtt`. Names stay; all values are strings, as CloudFormation wants them.
    pub fn data(done: &Done) -> Option<Value> {
        let attributes = done.integration.as_ref()?;
        Some(json!({
            "Integration": attributes.integration,
            "Organization": attributes.organization,
            "Subscriptions": attributes.subscriptions.to_string(),
            "WebhookUrl": attributes.webhook_url,
        }))
    }

    fn declared_integration(&self) -> Option<IntegrationName> {
        declared::integration(&self.resource_properties)
    }

    /// By the id. CloudFormation makes one up when a create got no answer; then by the properties, and only if the owner
    /// is the same.
    fn integration_to_delete(&self) -> Option<IntegrationName> {
        match ResourceId::parse(self.physical_resource_id.as_deref().unwrap_or_default()) {
            ResourceId::Integration(name) => Some(name),
            ResourceId::Nothing { .. } => None,
            ResourceId::Foreign(_) => self.declared_integration(),
        }
    }

    /// The integration that an update which failed may have begun in place of this one. When it is rolled back, the old
    /// properties name it, while the id is the present one's. In a replacement the old properties are the id's.
    fn left_by_failed_update(&self) -> Option<IntegrationName> {
        let id = ResourceId::parse(self.physical_resource_id.as_deref()?);
        let present =
            self.declared_integration().filter(|name| id == ResourceId::Integration(name.clone()))?;
        declared::integration(&self.old_resource_properties).filter(|left| *left != present)
    }
}
