//! What was filled into a form, to be shown again.

use std::collections::BTreeMap;

use hookpost_core::ports::Ports;
use hookpost_core::setup::report::Report;
use serde_json::Value;

use crate::setup::page::views::connect::ProjectChoice;
use crate::setup::page::{Page, form};

impl<P: Ports> Page<'_, P> {
    /// The fields of the form, to be shown again. What was chosen from the list of projects is in the field beside it. What
    /// names no secret may be a token that was pasted in its place: a page never shows one.
    pub(super) fn form(&self) -> BTreeMap<String, String> {
        let mut values = self.event.form.clone();
        let prefix = self.setup.token_secret_prefix();
        let names_secret = |id: &String| id.starts_with(&prefix) || id.starts_with("arn:");
        if !values.get("patSecretId").is_some_and(names_secret) {
            values.remove("patSecretId");
        }
        let projects = form::projects(&values);
        values.retain(|name, _| !name.starts_with("project."));
        if !projects.is_empty() {
            values.insert("projects".to_owned(), projects.join(", "));
        }
        values
    }

    /// The fields that a button fills in.
    pub(super) fn given_values(&self) -> BTreeMap<String, String> {
        let given = self.event.values().into_iter().flatten();
        given.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
    }

    /// The projects of a report, with those ticked that the form names.
    pub(super) fn choices(&self, report: &Report) -> Vec<ProjectChoice> {
        let chosen = form::projects(&self.event.form);
        let is_chosen = |text: &str| chosen.iter().any(|chosen| chosen.eq_ignore_ascii_case(text));
        let projects = report.details.get("projects").and_then(Value::as_array).into_iter().flatten();
        projects
            .filter_map(|project| Some((project["id"].as_str()?, project["name"].as_str()?)))
            .map(|(id, name)| ProjectChoice {
                id: id.to_owned(),
                name: name.to_owned(),
                is_checked: is_chosen(id) || is_chosen(name),
            })
            .collect()
    }
}
