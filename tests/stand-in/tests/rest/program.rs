//! The program: a server, and the demo.

use std::process::Stdio;
use std::time::Duration;

use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::basic_authorization;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::fixture::{body, send};
use crate::recording_webhook::RecordingWebhook;

const PROGRAM: &str = env!("CARGO_BIN_EXE_azure-devops-stand-in");

/// Starts a server and reads its line.
async fn serve() -> (Child, Value) {
    let mut child = Command::new(PROGRAM)
        .args(["serve", "--port", "0", "--organization", "hillside"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("the program");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let line = lines.next_line().await.expect("a line").expect("a line");
    (child, serde_json::from_str(&line).expect("JSON"))
}

/// The exit code and the lines of the demo.
async fn demo(ready: &Value) -> (Option<i32>, Vec<Value>) {
    let arguments = ["demo", "--against", ready["address"].as_str().unwrap(), "--organization", "hillside"];
    let output = Command::new(PROGRAM).args(arguments).output().await.expect("the program");
    let lines = String::from_utf8(output.stdout).expect("UTF-8");
    (output.status.code(), lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect())
}

async fn subscribe(ready: &Value, event_type: &str, url: &str) {
    let text = |name: &str| ready[name].as_str().unwrap();
    let address = format!("{}/hillside/_apis/hooks/subscriptions?api-version=7.1", text("address"));
    let filters = json!({"projectId": text("projectId"), "repository": text("repositoryId")});
    let body = body(event_type, &filters, url);
    let authorization = basic_authorization("", text("pat"));
    let made = send("POST", &address, &body, Some(&authorization)).await.expect("an answer");
    assert_eq!(made.status, 200, "{}", made.text);
}

#[tokio::test]
async fn the_demo_is_delivered_to_the_subscriptions_of_the_server() {
    let (_child, ready) = serve().await;
    let webhook = RecordingWebhook::start().await;
    assert_eq!(demo(&ready).await, (Some(1), Vec::new()), "no subscriptions");
    subscribe(&ready, "git.push", &format!("{}/pushes", webhook.address())).await;
    subscribe(&ready, "git.pullrequest.created", &format!("{}/created", webhook.address())).await;
    let (code, lines) = demo(&ready).await;
    assert_eq!(code, Some(0));
    let steps: Vec<_> =
        lines.iter().map(|line| (line["seq"].as_u64().unwrap(), line["what"].as_str().unwrap())).collect();
    assert_eq!(steps[0], (1, "push to main"));
    assert!(steps.contains(&(4, "pull request created as a draft")), "{steps:?}");
    let requests = webhook.requests();
    assert_eq!(requests.len(), lines.len());
    let authorization = Some(basic_authorization("", canary::PASSWORD));
    assert!(requests.iter().all(|request| request.authorization == authorization));
    assert!(lines.iter().all(|line| line["status"] == 200 && line["expect"].is_object()), "{lines:?}");
    webhook.answer_with(Some(503));
    assert_eq!(demo(&ready).await.0, Some(1));
}

#[tokio::test]
async fn the_server_delivers_what_calls_make_happen() {
    let (_child, ready) = serve().await;
    let webhook = RecordingWebhook::start().await;
    subscribe(&ready, "git.push", &webhook.address()).await;
    let text = |name: &str| ready[name].as_str().unwrap();
    let (address, repository) = (text("address"), text("repositoryId"));
    let url = format!("{address}/hillside/_apis/git/repositories/{repository}/refs?api-version=7.1");
    let body =
        json!([{"name": "refs/heads/new", "oldObjectId": "0".repeat(40), "newObjectId": "1".repeat(40)}]);
    let authorization = basic_authorization("", text("pat"));
    assert_eq!(send("POST", &url, &body, Some(&authorization)).await.expect("an answer").status, 200);
    let arrives = async {
        while webhook.requests().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), arrives).await.expect("a delivery");
    assert_eq!(webhook.requests()[0].json()["resource"]["refUpdates"][0]["name"], "refs/heads/new");
}

#[tokio::test]
async fn the_server_ends_when_standard_input_closes_or_a_signal_comes() {
    for by_signal in [false, true] {
        let (mut child, _) = serve().await;
        if by_signal {
            let id = child.id().expect("a running process").to_string();
            assert!(Command::new("kill").arg(id).status().await.expect("kill").success());
        } else {
            drop(child.stdin.take());
        }
        let ended = tokio::time::timeout(Duration::from_secs(10), child.wait()).await;
        assert!(ended.expect("the end").expect("a status").success());
    }
}
