//! The values of a form as the request of an operator.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// The start of the names of the boxes with which projects are chosen, before the id of the project.
const PROJECT_FIELD: &str = "project.";

/// The request to connect an organization, with a further field for each that is filled in.
pub(super) fn connect(form: &BTreeMap<String, String>) -> Map<String, Value> {
    let mut request = credential(form);
    for field in ["integration", "organizationUrl", "repository", "branch"] {
        copy(form, field, &mut request);
    }
    if form.contains_key("unfiltered") {
        request.insert("unfiltered".to_owned(), json!(true));
    }
    let projects = projects(form);
    if !projects.is_empty() {
        request.insert("projects".to_owned(), json!(projects));
    }
    with_action(request, "connect")
}

/// The request for the projects that a credential can see.
pub(super) fn list_projects(form: &BTreeMap<String, String>) -> Map<String, Value> {
    let mut request = credential(form);
    request.remove("patExpiresOn");
    copy(form, "organizationUrl", &mut request);
    with_action(request, "projects")
}

/// The request for what an app has to trust, with the app where it is filled in.
pub(super) fn identity(form: &BTreeMap<String, String>) -> Map<String, Value> {
    let mut request = credential(form);
    request.retain(|field, _| field == "entra");
    copy(form, "organizationUrl", &mut request);
    with_action(request, "identity")
}

/// The request to replace the token of an integration.
pub(super) fn replace_token(form: &BTreeMap<String, String>, integration: &str) -> Map<String, Value> {
    let mut request = Map::new();
    request.insert("integration".to_owned(), json!(integration));
    for field in ["patSecretId", "patExpiresOn"] {
        copy(form, field, &mut request);
    }
    with_action(request, "replace-token")
}

/// The request to replay failed deliveries of a period, or the quarantine.
pub(super) fn replay(form: &BTreeMap<String, String>, integration: &str, what: &str) -> Map<String, Value> {
    let mut request = Map::new();
    request.insert("integration".to_owned(), json!(integration));
    if what == "quarantine" {
        request.insert("quarantine".to_owned(), json!(true));
    } else {
        copy(form, "from", &mut request);
        copy(form, "to", &mut request);
    }
    with_action(request, "replay")
}

/// The ids and names that are chosen: the boxes that are ticked, and what the field beside them names.
pub(super) fn projects(form: &BTreeMap<String, String>) -> Vec<String> {
    let ticked = form.keys().filter_map(|name| name.strip_prefix(PROJECT_FIELD));
    let named = form.get("projects").into_iter().flat_map(|text| text.split(',')).map(str::trim);
    let mut chosen: Vec<String> = Vec::new();
    for project in ticked.chain(named).filter(|project| !project.is_empty()) {
        if !chosen.iter().any(|known| known.eq_ignore_ascii_case(project)) {
            chosen.push(project.to_owned());
        }
    }
    chosen
}

/// A token, or an app where one of its ids is filled in.
fn credential(form: &BTreeMap<String, String>) -> Map<String, Value> {
    let mut request = Map::new();
    for field in ["patSecretId", "patExpiresOn"] {
        copy(form, field, &mut request);
    }
    let mut app = Map::new();
    for field in ["tenantId", "clientId"] {
        copy(form, field, &mut app);
    }
    if !app.is_empty() {
        copy(form, "authorityHost", &mut app);
        request.insert("entra".to_owned(), Value::Object(app));
    }
    request
}

fn copy(form: &BTreeMap<String, String>, field: &str, request: &mut Map<String, Value>) {
    if let Some(value) = form.get(field) {
        request.insert(field.to_owned(), json!(value));
    }
}

fn with_action(mut request: Map<String, Value>, action: &str) -> Map<String, Value> {
    request.insert("action".to_owned(), json!(action));
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(fields: &[(&str, &str)]) -> BTreeMap<String, String> {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_form_is_the_request_that_an_operator_would_write() {
        let filled = form(&[
            ("organizationUrl", "https://dev.azure.com/contoso"),
            ("tenantId", "t"),
            ("project.7", "Shop"),
            ("projects", "Lab, 7,,Shop"),
            ("branch", "main"),
        ]);
        let expected = json!({
            "action": "connect",
            "organizationUrl": "https://dev.azure.com/contoso",
            "entra": {"tenantId": "t"},
            "projects": ["7", "Lab", "Shop"],
            "branch": "main",
        });
        assert_eq!(Value::Object(connect(&filled)), expected);
    }

    #[test]
    fn no_project_is_the_whole_organization() {
        assert_eq!(Value::Object(connect(&form(&[("projects", " , ")]))), json!({"action": "connect"}));
    }

    #[test]
    fn a_token_itself_is_never_read_from_a_form() {
        let filled = form(&[("pat", "hunter2"), ("patSecretId", "hookpost-pat")]);
        for request in [connect(&filled), list_projects(&filled), replace_token(&filled, "shop")] {
            assert!(!Value::Object(request).to_string().contains("hunter2"));
        }
    }
}
