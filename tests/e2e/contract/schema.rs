//! The JSON Schema is generated from the types and checked in. Every golden file fits it, and values that are no event
//! do not.

use std::fs;

use hookpost_events::Event;
use serde_json::{Value, json};

use crate::golden_file::{check, events_crate};

fn generated() -> Value {
    let mut schema = serde_json::to_value(schemars::schema_for!(Event)).expect("a schema is JSON");
    schema["$id"] = json!("urn:hookpost:schema:event:1");
    schema
}

#[test]
fn the_checked_in_schema_is_generated_from_the_types() {
    let text = serde_json::to_string_pretty(&generated()).expect("JSON") + "\n";
    check(&events_crate().join("schema/event.schema.json"), &text);
}

/// Every golden event, with its file's name.
pub(crate) fn golden_events() -> Vec<(String, Value)> {
    let folders = ["golden", "golden/server"].map(|folder| events_crate().join(folder));
    let files = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file")));
    let files = files
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"));
    let read = |path: std::path::PathBuf| {
        let text = fs::read_to_string(&path).expect("text");
        (path.display().to_string(), serde_json::from_str(&text).expect("JSON"))
    };
    files.map(read).collect()
}

#[test]
fn every_golden_event_fits_the_schema_and_the_types() {
    let validator = jsonschema::validator_for(&generated()).expect("a valid schema");
    let events = golden_events();
    assert!(events.len() > 40, "only {} golden files", events.len());
    for (file, event) in events {
        let errors: Vec<String> = validator.iter_errors(&event).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{file}: {errors:?}");
        let typed: Event = serde_json::from_value(event.clone()).expect(&file);
        assert_eq!(
            serde_json::to_value(&typed).expect("JSON"),
            event,
            "{file} does not survive a round trip"
        );
    }
}

#[test]
fn words_and_types_of_later_versions_fit_the_schema() {
    let validator = jsonschema::validator_for(&generated()).expect("a valid schema");
    for (name, pointer, word) in [
        ("push_branch.json", "/type", "com.azure.dev.git.repo.created"),
        ("push_branch.json", "/data/change", "renamed"),
        ("push_branch.json", "/data/refKind", "replacement"),
        ("pull_request_voted.json", "/data/action", "retitled"),
        ("comment_edited.json", "/data/comment/change", "resolved"),
    ] {
        let events = golden_events();
        let (_, mut event) =
            events.into_iter().find(|(file, _)| file.ends_with(name)).expect("a golden event");
        *event.pointer_mut(pointer).expect("a field") = json!(word);
        assert!(validator.is_valid(&event), "{name}: {event}");
    }
}

#[test]
fn values_that_are_no_event_do_not_fit_the_schema() {
    let validator = jsonschema::validator_for(&generated()).expect("a valid schema");
    let (_, event) =
        golden_events().into_iter().find(|(file, _)| file.ends_with("push_branch.json")).expect("a push");
    let spoilers: [fn(&mut Value); 5] = [
        |event| event["type"] = json!("com.azure.dev.git.pullrequest.created"),
        |event| event["data"]["change"] = json!(7),
        |event| event["data"]["ref"] = Value::Null,
        |event| drop(event.as_object_mut().expect("an object").remove("id")),
        |event| event["data"]["repository"] = json!("kettle"),
    ];
    assert!(validator.is_valid(&event));
    for spoil in spoilers {
        let mut event = event.clone();
        spoil(&mut event);
        assert!(!validator.is_valid(&event), "{event}");
    }
}
