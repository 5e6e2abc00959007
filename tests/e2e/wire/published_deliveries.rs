//! Deliveries published by other projects, in the folder `HOOKPOST_EXTRA_DELIVERIES`, if set. `published_deliveries.tsv` has the
//! expected results, reviewed by a person: file, response, and for events their type, subject and action.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::fixture::{ReceiverFixture, events, result};

/// The reviewed table, by file.
fn table() -> BTreeMap<&'static str, &'static str> {
    let rows = include_str!("published_deliveries.tsv")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    rows.map(|row| row.split_once('\t').expect("a file and its result")).collect()
}

fn folder() -> Option<PathBuf> {
    std::env::vars().find(|(name, _)| name == "HOOKPOST_EXTRA_DELIVERIES").map(|(_, folder)| folder.into())
}

/// The endpoint of an event type; any endpoint for an unknown one.
fn endpoint(body: &[u8]) -> &'static str {
    let event_type =
        serde_json::from_slice::<Value>(body).map(|body| body["eventType"].clone()).unwrap_or_default();
    match event_type.as_str().unwrap_or_default() {
        "ms.vss-code.git-pullrequest-comment-event" => "pull-request",
        other if other.starts_with("git.pullrequest.") => "pull-request",
        _ => "code-pushed",
    }
}

fn summary(event: &Value) -> String {
    let action = [&event["data"]["action"], &event["data"]["change"], &event["data"]["comment"]["change"]];
    let action = action.into_iter().find_map(Value::as_str).unwrap_or_default();
    let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
    format!("{} {} {action}", text("type"), text("subject"))
}

#[tokio::test]
async fn every_published_delivery_has_the_reviewed_result() {
    let Some(folder) = folder() else {
        println!("skipped: HOOKPOST_EXTRA_DELIVERIES names no folder");
        return;
    };
    let fixtures = [
        ReceiverFixture::open("wild-push", "code-pushed").await,
        ReceiverFixture::open("wild-pr", "pull-request").await,
    ];
    let mut wrong = Vec::new();
    let table = table();
    let mut seen = BTreeSet::new();
    for entry in fs::read_dir(folder).expect("HOOKPOST_EXTRA_DELIVERIES is a folder") {
        let path = entry.expect("a file").path();
        let file = path.file_name().expect("a name").to_string_lossy().into_owned();
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        seen.insert(file.clone());
        let body = fs::read(&path).expect("a readable file");
        let fixture = &fixtures[usize::from(endpoint(&body) == "pull-request")];
        let response = fixture.send(&fixture.request(body)).await;
        let mut result = result(&response);
        for event in events(&fixture.account.events().await) {
            result = format!("{result}\t{}", summary(&event));
        }
        let expected = table.get(file.as_str()).copied();
        if expected.is_some_and(|expected| expected != result) || !matches!(response.status, 200..300) {
            wrong.push(format!("{file}\n  expected {}\n  was      {result}", expected.unwrap_or("any 2xx")));
        }
    }
    for fixture in fixtures {
        fixture.close().await;
    }
    assert!(!seen.is_empty(), "HOOKPOST_EXTRA_DELIVERIES holds no *.json");
    if table.keys().any(|file| seen.contains(*file)) {
        // The table was written for this folder, so both must be complete.
        let files: BTreeSet<&str> = seen.iter().map(String::as_str).collect();
        assert_eq!(files, table.keys().copied().collect(), "files and rows");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
