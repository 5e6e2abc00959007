//! Clients that nobody here wrote make, find, change, test and remove subscriptions.

use std::path::{Path, PathBuf};

use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::basic_authorization;
use hookpost_stand_in::inbox::Inbox;
use tokio::process::Command;

use crate::office::{ORGANIZATION, Office};

fn program(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv/bin").join(name)
}

async fn check(program: &Path, script: &str) {
    let (office, inbox) = (Office::open().await, Inbox::open().await);
    office.it.organization(ORGANIZATION, |it| it.add_project("Pier"));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rest/clients").join(script);
    let output = Command::new(program)
        .arg(script)
        .args([office.it.url(ORGANIZATION), inbox.address()])
        .env("AZURE_DEVOPS_PAT", canary::PAT)
        .env("WEBHOOK_PASSWORD", canary::PASSWORD)
        .env("NO_PROXY", "127.0.0.1")
        .env("no_proxy", "127.0.0.1")
        .output()
        .await
        .unwrap_or_else(|error| panic!("{}: {error}; run `make test`", program.display()));
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("all is as this client expects"), "{out}{err}");
    let letters = inbox.letters();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].authorization(), Some(&*basic_authorization("", canary::PASSWORD)));
    let operations: Vec<_> = office.it.changes().into_iter().map(|call| call.operation).collect();
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
async fn the_python_client_gets_along() {
    check(&program("python"), "subscriptions.py").await;
}

#[tokio::test]
async fn the_node_client_gets_along() {
    check(&program("node"), "subscriptions.mjs").await;
}
