//! The JSON Schema is generated from the types and checked in, and every golden file fits the types. That the files fit
//! the schema, too, `tests/consumers` asserts with Python's validator.

use std::fs;

use hookpost_events::Event;
use serde_json::{Value, json};

use crate::golden_file::{check, events_crate};

#[test]
fn the_checked_in_schema_is_generated_from_the_types() {
    let mut schema = serde_json::to_value(schemars::schema_for!(Event)).expect("a schema is JSON");
    schema["$id"] = json!("urn:hookpost:schema:event:1");
    let text = serde_json::to_string_pretty(&schema).expect("JSON") + "\n";
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
fn every_golden_event_fits_the_types() {
    let events = golden_events();
    assert!(events.len() > 40, "only {} golden files", events.len());
    for (file, event) in events {
        let typed: Event = serde_json::from_value(event.clone()).expect(&file);
        assert_eq!(
            serde_json::to_value(&typed).expect("JSON"),
            event,
            "{file} does not survive a round trip"
        );
    }
}
