//! The buttons of a page. Each calls this function again with parameters of its own.

use serde_json::{Value, json};

/// A button.
#[derive(Clone, Debug)]
pub(in crate::setup::page) struct Button {
    pub(super) label: String,
    /// What is read out in place of the label, where there are several of one label.
    pub(super) description: Option<String>,
    pub(super) is_primary: bool,
    /// The parameters of the call, as JSON. The values of the form travel beside them.
    pub(super) parameters: String,
    /// What will happen, to be confirmed first.
    pub(super) confirmation: Option<String>,
}

impl Button {
    /// A button that shows a view. `parameters` is a JSON object.
    pub(in crate::setup::page) fn new(label: &str, parameters: &Value) -> Self {
        Self {
            label: label.to_owned(),
            description: None,
            is_primary: false,
            parameters: parameters.to_string(),
            confirmation: None,
        }
    }

    /// A button that runs a request of an operator, after a confirmation where it has effects.
    pub(in crate::setup::page) fn run(label: &str, request: &Value) -> Self {
        let confirmation = confirmation(request);
        Self { confirmation, ..Self::new(label, &json!({"view": "run", "request": request})) }
    }

    /// A button that runs a request again. A rotation that has begun is not confirmed once more.
    pub(in crate::setup::page) fn run_again(label: &str, request: &Value) -> Self {
        let confirmation = confirmation(request).filter(|_| request["action"] != "rotate-password");
        Self { confirmation, ..Self::run(label, request) }
    }

    /// The button that is expected to be pressed.
    #[must_use]
    pub(in crate::setup::page) fn primary(self) -> Self {
        Self { is_primary: true, ..self }
    }

    /// Asks for a confirmation first, which says what will happen.
    #[must_use]
    pub(in crate::setup::page) fn confirming(self, text: impl Into<String>) -> Self {
        Self { confirmation: Some(text.into()), ..self }
    }

    /// Is read out as this text.
    #[must_use]
    pub(super) fn described(self, text: String) -> Self {
        Self { description: Some(text), ..self }
    }

    /// The button that leads to an integration.
    pub(in crate::setup::page) fn open(label: &str, integration: &str) -> Self {
        Self::new(label, &json!({"view": "integration", "integration": integration}))
    }

    /// The button that leads back to an integration.
    pub(in crate::setup::page) fn back_to(integration: &str) -> Self {
        Self::open(&format!("Back to {integration}"), integration)
    }
}

/// What will happen when a request is run. Connecting shows its plan instead, and changes nothing twice.
fn confirmation(request: &Value) -> Option<String> {
    let name = request["integration"].as_str().unwrap_or_default();
    match request["action"].as_str() {
        Some("rotate-password") => Some(format!(
            "Rotate the webhook password of {name}? A new one is stored now. Some 40 seconds later, when every receiver \
             knows it, press Go on: its subscriptions get it one by one. No delivery is refused."
        )),
        Some("replay") => Some(format!(
            "Queue these events of {name} again? They keep their ids, so a consumer that remembers them does nothing \
             twice."
        )),
        Some("unlink") => Some(format!(
            "Unlink {name}? Its subscriptions in Azure DevOps are deleted, and no further event of it arrives. Its secrets \
             can be restored for 30 days."
        )),
        _ => None,
    }
}
