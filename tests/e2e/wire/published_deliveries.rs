//! Deliveries from elsewhere, in the folders of `HOOKPOST_EXTRA_DELIVERIES`, if set: a list with colons in between. Two
//! tables have expected results, reviewed by a person: `published_deliveries.tsv` for deliveries that other projects
//! published, by their response and the type, subject and action of their events, and `cases.tsv` for deliveries that
//! came out wrong, by single values. A file that is in neither only has to be answered with 2xx.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::fixture::{ReceiverFixture, events, result};

type Table = BTreeMap<&'static str, &'static str>;

/// A reviewed table, by file.
fn table(text: &'static str) -> Table {
    let rows = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    rows.map(|row| row.split_once('\t').expect("a file and its result")).collect()
}

fn folders() -> Vec<PathBuf> {
    let list = std::env::vars().find(|(name, _)| name == "HOOKPOST_EXTRA_DELIVERIES");
    list.map(|(_, folders)| std::env::split_paths(&folders).collect()).unwrap_or_default()
}

/// The deliveries of a folder, by file.
fn deliveries(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.map(|entry| entry.expect("a file").path());
    let files = paths.filter(|path| path.extension().is_some_and(|ending| ending == "json"));
    let read = |path: PathBuf| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, fs::read(&path).expect("a readable file"))
    };
    files.map(read).collect()
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

/// What is wrong with the result of a published delivery.
fn compare_summary(expected: &str, answer: &str, events: &[Value]) -> Option<String> {
    let result = events.iter().fold(answer.to_owned(), |result, event| result + "\t" + &summary(event));
    (result != expected).then(|| format!("expected {expected}\n  was      {result}"))
}

/// What is wrong with the result of a case.
fn compare_values(expected: &str, answer: &str, events: &[Value]) -> Option<String> {
    let mut columns = expected.split('\t');
    let expected_answer = columns.next().unwrap_or_default();
    if answer != expected_answer {
        return Some(format!("expected {expected_answer}\n  was      {answer}"));
    }
    columns.find_map(|column| {
        let (pointer, expected) = column.split_once('=').expect("a pointer and a value");
        let names: Vec<&str> = pointer.split('/').skip(1).collect();
        let found = values(events.first()?, &names);
        let is_found = found
            .iter()
            .any(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned) == expected);
        (!is_found).then(|| format!("expected {pointer} {expected}\n  was      {found:?}"))
    })
}

/// The values at a pointer, which are several when `*` is in it.
fn values<'a>(value: &'a Value, pointer: &[&str]) -> Vec<&'a Value> {
    match pointer {
        [] => vec![value],
        ["*", behind @ ..] => {
            value.as_array().into_iter().flatten().flat_map(|element| values(element, behind)).collect()
        }
        [name, behind @ ..] => {
            let value =
                name.parse::<usize>().ok().and_then(|index| value.get(index)).or_else(|| value.get(name));
            value.map(|value| values(value, behind)).unwrap_or_default()
        }
    }
}

#[tokio::test]
async fn every_delivery_from_elsewhere_has_the_reviewed_result() {
    let folders = folders();
    if folders.is_empty() {
        println!("skipped: HOOKPOST_EXTRA_DELIVERIES names no folder");
        return;
    }
    let fixtures = [
        ReceiverFixture::open("wild-push", "code-pushed").await,
        ReceiverFixture::open("wild-pr", "pull-request").await,
    ];
    let published = table(include_str!("published_deliveries.tsv"));
    let cases = table(include_str!("cases.tsv"));
    let mut wrong = Vec::new();
    for folder in folders {
        let deliveries = deliveries(&folder);
        assert!(!deliveries.is_empty(), "{} holds no *.json", folder.display());
        for table in [&published, &cases] {
            check_complete(table, &deliveries);
        }
        for (file, body) in deliveries {
            let fixture = &fixtures[usize::from(endpoint(&body) == "pull-request")];
            let response = fixture.send(&fixture.request(body)).await;
            let answer = result(&response);
            let events = events(&fixture.account.events().await);
            let problem = match (published.get(file.as_str()), cases.get(file.as_str())) {
                (Some(expected), _) => compare_summary(expected, &answer, &events),
                (None, Some(expected)) => compare_values(expected, &answer, &events),
                (None, None) => (!matches!(response.status, 200..300)).then_some(answer),
            };
            wrong.extend(problem.map(|problem| format!("{file}\n  {problem}")));
        }
    }
    for fixture in fixtures {
        fixture.close().await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A folder that has a file of a table has all of them: the table was written for it.
#[track_caller]
fn check_complete(table: &Table, deliveries: &BTreeMap<String, Vec<u8>>) {
    if table.keys().any(|file| deliveries.contains_key(*file)) {
        let missing: BTreeSet<&&str> = table.keys().filter(|file| !deliveries.contains_key(**file)).collect();
        assert!(missing.is_empty(), "rows without a file: {missing:?}");
    }
}

#[test]
fn the_tables_are_read() {
    assert!(table(include_str!("published_deliveries.tsv")).len() > 40);
    let event = serde_json::json!({"data": {"urls": ["a", "b"], "number": 7}});
    let check = |expected: &str| compare_values(expected, "202 queued", std::slice::from_ref(&event));
    assert_eq!(check("202 queued\t/data/urls/*=b\t/data/urls/0=a\t/data/number=7"), None);
    for wrong in
        ["202 ignored", "202 queued\t/data/urls/*=c", "202 queued\t/data/urls/1=a", "202 queued\t/data/x=7"]
    {
        assert!(check(wrong).is_some(), "{wrong}");
    }
    for row in table(include_str!("cases.tsv")).values() {
        assert!(
            row.split('\t').skip(1).all(|column| column.starts_with('/') && column.contains('=')),
            "{row}"
        );
    }
}
