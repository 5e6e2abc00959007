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

    /// A button that runs a request of an operator.
    pub(in crate::setup::page) fn run(label: &str, request: &Value) -> Self {
        Self::new(label, &json!({"view": "run", "request": request}))
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

    /// The button that leads to an integration.
    pub(in crate::setup::page) fn open(label: &str, integration: &str) -> Self {
        let button = Self::new(label, &json!({"view": "integration", "integration": integration}));
        Self { description: Some(format!("{label} {integration}")), ..button }
    }
}
