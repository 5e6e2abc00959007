//! Deliveries published by others, when there is a folder of them: set `HOOKPOST_EXTRA_DELIVERIES`. What each must come
//! to was decided by a person, in `wild.tsv`: file, answer, and for events their type, subject and action.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use hookpost_harness::api_gateway::ApiRequest;
use serde_json::Value;

use crate::world::{World, events};

/// The reviewed table, by file.
fn table() -> BTreeMap<&'static str, &'static str> {
    let rows = include_str!("wild.tsv").lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    rows.map(|row| row.split_once('\t').expect("a file and what it comes to")).collect()
}

fn folder() -> Option<PathBuf> {
    std::env::vars().find(|(name, _)| name == "HOOKPOST_EXTRA_DELIVERIES").map(|(_, folder)| folder.into())
}

/// The endpoint an event type belongs to; where there is none, any will do.
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
async fn every_published_delivery_comes_to_what_the_table_says() {
    let Some(folder) = folder() else {
        println!("skipped: HOOKPOST_EXTRA_DELIVERIES names no folder");
        return;
    };
    let worlds =
        [World::open("wild-push", "code-pushed").await, World::open("wild-pr", "pull-request").await];
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
        let world = &worlds[usize::from(endpoint(&body) == "pull-request")];
        let request: ApiRequest = world.request(body);
        let reply = world.send(&request).await;
        let mut came_to = format!("{} {}", reply.status, reply.json()["status"].as_str().unwrap_or_default());
        for event in events(&world.account.events().await) {
            came_to = format!("{came_to}\t{}", summary(&event));
        }
        let expected = table.get(file.as_str()).copied();
        if expected.is_some_and(|expected| expected != came_to) || !matches!(reply.status, 200..300) {
            wrong.push(format!("{file}\n  expected {}\n  came to  {came_to}", expected.unwrap_or("any 2xx")));
        }
    }
    for world in worlds {
        world.close().await;
    }
    assert!(!seen.is_empty(), "HOOKPOST_EXTRA_DELIVERIES holds no *.json");
    if table.keys().any(|file| seen.contains(*file)) {
        // It is the folder the table was written for: then both must be whole.
        let files: BTreeSet<&str> = seen.iter().map(String::as_str).collect();
        assert_eq!(files, table.keys().copied().collect(), "files and rows");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
