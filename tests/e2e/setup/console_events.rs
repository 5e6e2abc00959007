//! The ready-made events for the console's Test tab, in `infra/events`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use hookpost_core::setup::request::SetupRequest;
use serde_json::Value;

#[test]
fn every_action_has_a_console_event_that_parses() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/events");
    let mut actions = BTreeSet::new();
    for file in fs::read_dir(folder).expect("the folder") {
        let file = file.expect("a file").path();
        let text = fs::read_to_string(&file).expect("text");
        let event: Value = serde_json::from_str(&text).expect("JSON");
        if let Err(error) = SetupRequest::parse(&event) {
            panic!("{}: {}", file.display(), error.message());
        }
        actions.insert(event["action"].as_str().expect("an action").to_owned());
    }
    let every = BTreeSet::from(EVERY.map(str::to_owned));
    assert_eq!(actions, every);
}

const EVERY: [&str; 9] = [
    "connect",
    "identity",
    "projects",
    "repositories",
    "replace-token",
    "replay",
    "rotate-password",
    "status",
    "unlink",
];
