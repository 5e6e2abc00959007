//! Reading what a caller says of a subscription, and refusing what is wrong with it.
//!
//! Source: learn.microsoft.com, REST reference, Service Hooks, Consumers (the input descriptors of
//! `webHooks`).

use std::collections::BTreeMap;

use serde_json::Value;

use super::failure::Failure;
use super::quirks::{LocalTargets, Quirks};
use super::target;
use super::terms::Terms;
use crate::{Guid, Organization, ProjectId};

impl Terms {
    /// Reads and checks the body of a call that makes or replaces a subscription.
    pub(super) fn read(body: &Value, organization: &Organization, quirks: &Quirks) -> Result<Self, Failure> {
        let terms = Self::parse(body)?;
        terms.check_publisher_inputs(organization)?;
        if terms.is_webhook() {
            terms.check_webhook(quirks)?;
        }
        Ok(terms)
    }

    /// Reads a body without checking values.
    pub(super) fn parse(body: &Value) -> Result<Self, Failure> {
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

    /// That a repository nobody has is refused is assumed.
    fn check_publisher_inputs(&self, organization: &Organization) -> Result<(), Failure> {
        let mut project: Option<ProjectId> = None;
        if let Some(id) = self.filter("projectId") {
            let no_guid =
                |_| Failure::input(&format!("The value '{id}' of the input 'projectId' is not a GUID."));
            id.parse::<Guid>().map_err(no_guid)?;
            project = Some(organization.find_project(id).ok_or_else(|| Failure::project(id))?);
        }
        if let Some(id) = self.filter("repository") {
            let known = id.parse::<Guid>().ok().and_then(|_| organization.find_repository(project, id));
            known.ok_or_else(|| Failure::repository(id))?;
        }
        Ok(())
    }

    fn check_webhook(&self, quirks: &Quirks) -> Result<(), Failure> {
        let Some(host) = target::host(self.url()) else {
            return Err(Failure::input("The value of the consumer input 'url' is not an absolute HTTP URL."));
        };
        if quirks.local_targets == LocalTargets::Refused && target::is_local(&host) {
            let message = format!("The host '{host}' of the consumer input 'url' cannot be a target.");
            return Err(Failure::input(&message));
        }
        for name in ["basicAuthUsername", "basicAuthPassword"] {
            let value = self.consumer_inputs.get(name);
            if value.is_some_and(|value| value.contains(char::is_whitespace) || value.chars().count() > 256) {
                let message = format!("The value of the consumer input '{name}' does not match ^[\\S]+$.");
                return Err(Failure::input(&message));
            }
        }
        Ok(())
    }
}

fn text(body: &Value, name: &str) -> Result<String, Failure> {
    let given = body[name].as_str().filter(|text| !text.is_empty());
    given.map(str::to_owned).ok_or_else(|| Failure::input(&format!("A value for '{name}' is required.")))
}

/// Text to text. An empty filter means "any"; an empty consumer input is refused as missing.
fn inputs(given: &Value, kind: &str) -> Result<BTreeMap<String, String>, Failure> {
    let missing =
        |name: &str| Failure::input(&format!("The value {kind}.Value of the input '{name}' is missing."));
    let object = match given {
        Value::Null => return Ok(BTreeMap::new()),
        given => given.as_object().ok_or_else(|| Failure::model("The request is invalid."))?,
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
