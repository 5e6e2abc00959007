//! Parses and checks the inputs of a subscription.
//!
//! Source: learn.microsoft.com, REST reference, Service Hooks, Consumers (the input descriptors of
//! `webHooks`).

use std::collections::BTreeMap;

use serde_json::Value;

use super::ApiError;
use crate::{Organization, ProjectId, SubscriptionInputs, Uuid};

impl SubscriptionInputs {
    /// Parses and checks the body of a call that creates or replaces a subscription.
    pub(super) fn read(body: &Value, organization: &Organization) -> Result<Self, ApiError> {
        let inputs = Self::parse(body)?;
        inputs.check_publisher_inputs(organization)?;
        if inputs.is_webhook() {
            inputs.check_webhook()?;
        }
        Ok(inputs)
    }

    /// Parses a body without checking values.
    pub(super) fn parse(body: &Value) -> Result<Self, ApiError> {
        Ok(Self {
            publisher_id: text(body, "publisherId")?,
            event_type: text(body, "eventType")?,
            resource_version: body["resourceVersion"].as_str().map(str::to_owned),
            consumer_id: text(body, "consumerId")?,
            consumer_action_id: text(body, "consumerActionId")?,
            publisher_inputs: inputs(&body["publisherInputs"], "PublisherInput")?,
            consumer_inputs: inputs(&body["consumerInputs"], "ConsumerInput")?,
        })
    }

    /// That an unknown repository is rejected is assumed.
    fn check_publisher_inputs(&self, organization: &Organization) -> Result<(), ApiError> {
        let mut project: Option<ProjectId> = None;
        if let Some(id) = self.filter("projectId") {
            let no_guid =
                |_| ApiError::input(&format!("The value '{id}' of the input 'projectId' is not a GUID."));
            id.parse::<Uuid>().map_err(no_guid)?;
            project = Some(organization.find_project(id).ok_or_else(|| ApiError::project(id))?);
        }
        if let Some(id) = self.filter("repository") {
            let known = id.parse::<Uuid>().ok().and_then(|_| organization.find_repository(project, id));
            known.ok_or_else(|| ApiError::repository(id))?;
        }
        Ok(())
    }

    fn check_webhook(&self) -> Result<(), ApiError> {
        if self.host().is_none() {
            return Err(ApiError::input(
                "The value of the consumer input 'url' is not an absolute HTTP URL.",
            ));
        }
        for name in ["basicAuthUsername", "basicAuthPassword"] {
            let value = self.consumer_inputs.get(name);
            if value.is_some_and(|value| value.contains(char::is_whitespace) || value.chars().count() > 256) {
                let message = format!("The value of the consumer input '{name}' does not match ^[\\S]+$.");
                return Err(ApiError::input(&message));
            }
        }
        Ok(())
    }
}

fn text(body: &Value, name: &str) -> Result<String, ApiError> {
    let given = body[name].as_str().filter(|text| !text.is_empty());
    given.map(str::to_owned).ok_or_else(|| ApiError::input(&format!("A value for '{name}' is required.")))
}

/// Inputs are text. An empty filter means "any"; an empty consumer input is rejected as missing.
fn inputs(given: &Value, kind: &str) -> Result<BTreeMap<String, String>, ApiError> {
    let missing =
        |name: &str| ApiError::input(&format!("The value {kind}.Value of the input '{name}' is missing."));
    let object = match given {
        Value::Null => return Ok(BTreeMap::new()),
        given => given.as_object().ok_or_else(ApiError::invalid_request)?,
    };
    let mut inputs = BTreeMap::new();
    for (name, value) in object {
        let value = value.as_str().ok_or_else(|| missing(name))?;
        if value.is_empty() && kind == "ConsumerInput" {
            return Err(missing(name));
        }
        inputs.insert(name.clone(), value.to_owned());
    }
    Ok(inputs)
}
