//! The forms of one integration: a new token, and what to replay.

use std::collections::BTreeMap;

use askama::Template;
use serde_json::json;

use crate::setup::page::field_problems::FieldProblems;
use crate::setup::page::views::button::Button;
use crate::setup::page::views::frame::Frame;

/// The form that replaces a token.
#[derive(Template)]
#[template(path = "page/replace_token.html")]
pub(in crate::setup::page) struct ReplaceTokenPage {
    frame: Frame,
    name: String,
    values: BTreeMap<String, String>,
    problems: FieldProblems,
    /// What the name of a secret with a token begins with.
    token_secret: String,
    buttons: Vec<Button>,
}

impl ReplaceTokenPage {
    /// The form, with what was filled in and what was wrong with it.
    pub(in crate::setup::page) fn new(
        frame: Frame,
        name: &str,
        values: BTreeMap<String, String>,
        problems: FieldProblems,
        token_secret: String,
    ) -> Self {
        let replace = json!({"view": "replace-token-run", "integration": name});
        let replace = Button::new("Replace token", &replace).primary().confirming(format!(
            "Check the new token and store it for {name}? `setup` and `watch` use it from then on. Nothing is changed in \
             Azure DevOps."
        ));
        Self {
            frame,
            name: name.to_owned(),
            values,
            problems,
            token_secret,
            buttons: vec![replace, Button::open("Cancel", name)],
        }
    }

    fn value(&self, field: &str) -> &str {
        self.values.get(field).map_or("", String::as_str)
    }
}

/// The form that chooses what to replay.
#[derive(Template)]
#[template(path = "page/replay.html")]
pub(in crate::setup::page) struct ReplayPage {
    frame: Frame,
    name: String,
    values: BTreeMap<String, String>,
    problems: FieldProblems,
    failed: Button,
    quarantine: Button,
    back: Button,
}

impl ReplayPage {
    /// The form, with what was filled in and what was wrong with it.
    pub(in crate::setup::page) fn new(
        frame: Frame,
        name: &str,
        mut values: BTreeMap<String, String>,
        problems: FieldProblems,
    ) -> Self {
        let day_before = frame.now - jiff::SignedDuration::from_hours(24);
        let from = day_before.strftime("%Y-%m-%dT%H:%M:00Z").to_string();
        values.entry("from".to_owned()).or_insert(from);
        let check = |what: &str| json!({"view": "replay-check", "integration": name, "what": what});
        Self {
            frame,
            name: name.to_owned(),
            values,
            problems,
            failed: Button::new("Count failed deliveries", &check("failed")).primary(),
            quarantine: Button::new("Count what is in quarantine", &check("quarantine")),
            back: Button::open("Cancel", name),
        }
    }

    fn value(&self, field: &str) -> &str {
        self.values.get(field).map_or("", String::as_str)
    }
}
