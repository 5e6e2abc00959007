//! The custom widget of the dashboard, without a browser: its events, and the buttons in the HTML that it returns.
//! `tests/page` presses them in a browser.

use hookpost_harness::runtime_api::Invocation;
use serde_json::{Value, json};

use crate::deployment::Deployment;

/// The event of a button, or of the dashboard itself.
pub(crate) fn event(parameters: &Value, form: &Value) -> Value {
    let mut event = parameters.clone();
    event["widgetContext"] = json!({
        "dashboardName": "hookpost",
        "theme": "light",
        "timezone": {"label": "UTC", "offsetISO": "+00:00", "offsetInMinutes": 0},
        "forms": {"all": form},
        "params": {"view": "overview"},
    });
    event
}

/// What a widget shows, and how to go on from there.
pub(crate) struct Shown(pub(crate) String);

impl Shown {
    /// The parameters of the call of a button.
    #[track_caller]
    pub(crate) fn button(&self, label: &str) -> Value {
        let start =
            self.0.find(&format!("value=\"{label}\"")).unwrap_or_else(|| panic!("{label} in {}", self.0));
        let call = &self.0[start..];
        let text =
            call.split_once("<cwdb-action").and_then(|(_, call)| call.split_once('>')).expect("an action").1;
        let text = text
            .split_once("</cwdb-action>")
            .expect("its end")
            .0
            .replace("&#34;", "\"")
            .replace("&#39;", "'");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[track_caller]
    pub(crate) fn assert_has(&self, text: &str) {
        assert!(self.0.contains(text), "{text} in {}", self.0);
    }
}

impl Deployment {
    /// Looks at the overview.
    pub(crate) async fn overview(&self) -> Shown {
        self.look(&json!({"view": "overview"}), &json!({})).await
    }

    /// Opens an integration.
    pub(crate) async fn opened(&self, integration: &str) -> Shown {
        self.look(&json!({"view": "integration", "integration": integration}), &json!({})).await
    }

    /// Presses a button, with what is in the form.
    pub(crate) async fn press(&self, shown: &Shown, label: &str, form: &Value) -> Shown {
        self.look(&shown.button(label), form).await
    }

    /// Calls the widget's function as the console does.
    pub(crate) async fn look(&self, parameters: &Value, form: &Value) -> Shown {
        let invocation = Invocation::with_long_timeout(event(parameters, form));
        let answer = self.invoke_setup_with(invocation).await.expect("a page is never a function error");
        Shown(answer.as_str().expect("HTML").to_owned())
    }
}
