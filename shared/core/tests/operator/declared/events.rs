//! The events of CloudFormation, the CDK and Terraform, and their outcomes.

use std::future::Future;

use hookpost_core::error::OperatorError;
use hookpost_core::setup::declared::Done;
use hookpost_core::setup::declared::lifecycle::Lifecycle;
use hookpost_core::setup::declared::resource::ResourceRequest;
use serde_json::{Value, json};

use crate::fakes::organization::{LAB, SHOP, URL};
use crate::fakes::secrets::INTEGRATION;
use crate::fixture::Fixture;
use crate::interleaving::finish;

const RESPONSE_URL: &str =
    "https://cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com/a?X-Amz-Signature=1";

pub(crate) const STACK: &str = "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/7";

/// A stack that owns nothing.
pub(crate) const OTHER_STACK: &str = "arn:aws:cloudformation:eu-west-1:123456789012:stack/other/8";

/// The properties of the integration, with the projects Shop and Lab.
pub(crate) fn properties() -> Value {
    json!({
        "Integration": INTEGRATION,
        "OrganizationUrl": URL,
        "PatSecretId": "azure-devops-pat",
        "PatExpiresOn": "2099-01-01",
        "Projects": [SHOP, LAB],
    })
}

/// What an event came to: the outcome, and the id that the resource has from then on.
pub(crate) struct Ended {
    pub(crate) outcome: Result<Done, OperatorError>,
    pub(crate) id: String,
}

impl Ended {
    #[track_caller]
    pub(crate) fn done(self) -> String {
        self.outcome.unwrap_or_else(|error| panic!("{}: {error}", error.code()));
        self.id
    }

    #[track_caller]
    pub(crate) fn failed(self) -> (OperatorError, String) {
        (self.outcome.expect_err("a failure"), self.id)
    }
}

/// An event of CloudFormation; `id` is that of the resource.
pub(crate) fn event(kind: &str, stack: &str, id: Option<&str>, properties: &Value) -> Value {
    let mut event = json!({
        "RequestType": kind,
        "RequestId": "11111111-2222-4333-8444-555555555555",
        "StackId": stack,
        "ResponseURL": RESPONSE_URL,
        "ResourceType": "Custom::HookpostIntegration",
        "LogicalResourceId": "Shop",
        "ResourceProperties": properties,
    });
    if let Some(id) = id {
        event["PhysicalResourceId"] = json!(id);
    }
    event
}

pub(crate) fn create(properties: &Value) -> Value {
    event("Create", STACK, None, properties)
}

/// An update of the resource with this id.
pub(crate) fn update(id: &str, old: &Value, new: &Value) -> Value {
    let mut event = event("Update", STACK, Some(id), new);
    event["OldResourceProperties"] = old.clone();
    event
}

pub(crate) fn delete(id: &str, properties: &Value) -> Value {
    event("Delete", STACK, Some(id), properties)
}

/// The same event by the provider framework of the CDK.
pub(crate) fn by_framework(mut event: Value) -> Value {
    event["ResponseURL"] = json!("...");
    event
}

/// An event of Terraform.
pub(crate) fn terraform(action: &str, input: &Value, previous: &Value) -> Value {
    let mut event = input.clone();
    event["tf"] = json!({"action": action, "prev_input": previous});
    event
}

/// The input of Terraform that means the same as [`properties`].
pub(crate) fn input() -> Value {
    json!({
        "integration": INTEGRATION,
        "organizationUrl": URL,
        "patSecretId": "azure-devops-pat",
        "patExpiresOn": "2099-01-01",
        "projects": [SHOP, LAB],
    })
}

impl Fixture {
    /// Answers an event that has not begun.
    pub(crate) fn answer<'a>(&'a self, event: &Value) -> impl Future<Output = Ended> + use<'a> {
        let event = event.clone();
        async move {
            if let Some(lifecycle) = Lifecycle::read(&event) {
                let outcome = async { self.setup.declare(lifecycle.declaration()?).await }.await;
                return Ended { outcome, id: String::new() };
            }
            let request = ResourceRequest::read(&event).expect("a request about a resource");
            let outcome = async { self.setup.declare(request.declaration()?).await }.await;
            Ended { id: request.physical_id(&outcome), outcome }
        }
    }

    /// Answers an event.
    pub(crate) fn declare(&self, event: &Value) -> Ended {
        finish(self.answer(event))
    }

    /// The integration exists and a stack owns it.
    pub(crate) fn declared() -> Self {
        let fixture = Self::new();
        fixture.declare(&create(&properties())).done();
        assert_eq!(fixture.azure.take_changes().len(), 16, "eight for each project");
        fixture
    }
}
