use serde_json::{Value, json};

use super::*;

fn error(config: &Value) -> String {
    RelayConfig::parse(&config.to_string()).expect_err("a problem").to_string()
}

/// The problem of one target with these members beside a URL and a preset.
fn error_of(members: &Value) -> String {
    let mut target = json!({"url": "https://atlantis.internal/events", "preset": "atlantis"});
    for (name, value) in members.as_object().expect("an object") {
        target[name] = value.clone();
    }
    error(&json!({"targets": [target]}))
}

#[test]
fn a_target_needs_a_url_and_a_preset() {
    let config = json!({"targets": [{"url": "http://argocd.internal/api/webhook", "preset": "argocd"}]});
    let config = RelayConfig::parse(&config.to_string()).expect("a configuration");
    let target = &config.targets[0];
    assert_eq!((target.name.as_str(), target.timeout), ("argocd", Duration::from_secs(10)));
    assert!(target.credentials_secret_id.is_none() && target.ca_bundle.is_none());
}

#[test]
fn every_problem_names_its_field_and_what_to_do() {
    for (problem, members) in [
        ("`targets[0].url`: must begin with `https://`", json!({"url": "ftp://atlantis.internal"})),
        ("`targets[0].url`: is no URL: write", json!({"url": "atlantis"})),
        ("`targets[0].url`: must not contain a password", json!({"url": "https://a:hunter2@atlantis"})),
        ("`targets[0].preset`: unknown variant `flux`", json!({"preset": "flux"})),
        ("`targets[0].credentialsSecret`: unknown field", json!({"credentialsSecret": "x"})),
        ("`targets[0].name`: is empty", json!({"name": " "})),
        ("`targets[0].timeoutSeconds`: write 1 to 30", json!({"timeoutSeconds": 0})),
        ("`targets[0].only.projects`: is empty: leave it out", json!({"only": {"projects": []}})),
        ("this tool does not read `git.push`: name some of", json!({"only": {"eventTypes": ["git.push"]}})),
    ] {
        let text = error_of(&members);
        assert!(text.contains(problem), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
    }
    assert!(error(&json!({"targets": []})).contains("name 1 to 20 tools"));
    assert!(error(&json!({})).contains("missing field `targets`"));
    let text = error(&json!({"targets": "https://kargo.internal/hunter2"}));
    assert!(text.contains("`targets`") && !text.contains("hunter2"), "{text}");
}

#[test]
fn two_targets_have_two_names() {
    let target = json!({"url": "https://argocd.internal", "preset": "argocd"});
    assert!(error(&json!({"targets": [target, target]})).contains("two are called `argocd`"));
}

#[test]
fn debug_shows_no_url() {
    let target = json!({"url": "https://kargo.internal/hunter2", "preset": "kargo"});
    let config = RelayConfig::parse(&json!({"targets": [target]}).to_string()).expect("a configuration");
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn every_example_is_a_configuration() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../infra/relay/examples");
    let examples = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let examples = examples.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    let mut names = Vec::new();
    for path in examples {
        let text = std::fs::read_to_string(&path).expect("text");
        let config = RelayConfig::parse(&text);
        let config = config.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        names.extend(config.targets.into_iter().map(|target| target.name));
    }
    names.sort();
    assert_eq!(names, ["applicationset", "argocd", "atlantis", "fleet", "jenkins", "kargo"]);
}
