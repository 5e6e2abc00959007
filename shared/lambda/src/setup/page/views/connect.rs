//! The form that connects an organization.

use std::collections::BTreeMap;

use askama::Template;
use serde_json::json;

use crate::setup::page::field_problems::FieldProblems;
use crate::setup::page::views::button::Button;
use crate::setup::page::views::frame::Frame;

/// Most projects that can be ticked. The field beside them takes any.
const CHOICES_MAX: usize = 300;

/// The form, with what was filled in and what was wrong with it.
#[derive(Template)]
#[template(path = "page/connect.html")]
pub(in crate::setup::page) struct ConnectPage {
    frame: Frame,
    values: BTreeMap<String, String>,
    problems: FieldProblems,
    /// What the name of a secret with a token begins with.
    token_secret: String,
    choices: Option<Vec<ProjectChoice>>,
    further: usize,
    list_projects: Button,
    check: Button,
    identity: Button,
}

/// A project to choose.
pub(in crate::setup::page) struct ProjectChoice {
    pub(in crate::setup::page) id: String,
    pub(in crate::setup::page) name: String,
    pub(in crate::setup::page) is_checked: bool,
}

impl ConnectPage {
    /// The form. `choices` are the projects, once they were listed.
    pub(in crate::setup::page) fn new(
        frame: Frame,
        values: BTreeMap<String, String>,
        problems: FieldProblems,
        token_secret: String,
        choices: Option<Vec<ProjectChoice>>,
    ) -> Self {
        let further = choices.as_ref().map_or(0, |choices| choices.len().saturating_sub(CHOICES_MAX));
        let choices = choices.map(|choices| choices.into_iter().take(CHOICES_MAX).collect());
        Self {
            frame,
            values,
            problems,
            token_secret,
            choices,
            further,
            list_projects: Button::new("List projects", &json!({"view": "projects"})),
            check: Button::new("Check", &json!({"view": "check"})).primary(),
            identity: Button::new("What the app has to trust", &json!({"view": "identity"})),
        }
    }

    fn value(&self, field: &str) -> &str {
        self.values.get(field).map_or("", String::as_str)
    }
}
