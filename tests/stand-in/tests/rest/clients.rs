//! Microsoft's own clients create, find, replace, test and delete subscriptions.

use std::path::{Path, PathBuf};

use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::basic_authorization;
use tokio::process::Command;

use crate::fixture::{Fixture, ORGANIZATION};
use crate::recording_webhook::RecordingWebhook;

fn program(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv/bin").join(name)
}

async fn check(program: &Path, faults: &str) {
    let (fixture, webhook) = (Fixture::start().await, RecordingWebhook::start().await);
    fixture.change(|organization| organization.add_project("Pier"));
    let faults = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rest/clients").join(faults);
    let output = Command::new(program)
        .arg(faults)
        .args([fixture.stand_in.url(ORGANIZATION), webhook.address()])
        .env("AZURE_DEVOPS_PAT", canary::PAT)
        .env("WEBHOOK_PASSWORD", canary::PASSWORD)
        .env("NO_PROXY", "127.0.0.1")
        .env("no_proxy", "127.0.0.1")
        .output()
        .await
        .unwrap_or_else(|error| panic!("{}: {error}; run `make test`", program.display()));
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("all is as this client expects"), "{out}{err}");
    let requests = webhook.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].authorization, Some(basic_authorization("", canary::PASSWORD)));
    let operations: Vec<_> = fixture.stand_in.changes().into_iter().map(|call| call.operation).collect();
    assert_eq!(
        operations,
        [
            "POST hooks/subscriptions",
            "PUT hooks/subscriptions/{id}",
            "POST hooks/testnotifications",
            "DELETE hooks/subscriptions/{id}",
        ]
    );
}

#[tokio::test]
async fn the_python_client_works() {
    check(&program("python"), "subscriptions.py").await;
}

#[tokio::test]
async fn the_node_client_works() {
    check(&program("node"), "subscriptions.mjs").await;
}
