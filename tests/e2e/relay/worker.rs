//! The relay as a loop: what the tools get, and what a killed relay leaves.

use hookpost_harness::process::{Exit, Process};
use hookpost_harness::queues::Message;
use hookpost_harness::tool::{PASSWORD, Tool, ToolFault};
use hookpost_stand_in::canary;
use serde_json::json;
use tokio::process::Command;

use crate::fixture::{ADDED, Fixture, pull_request, push};
use crate::tools::{argocd, atlantis, fleet, kargo, plain};

/// Asks the relay to end, as systemd and container engines do, and waits for it.
async fn end(relay: Process) -> Exit {
    let id = relay.id().expect("a process").to_string();
    let killed = Command::new("kill").args(["-TERM", &id]).status().await;
    assert!(killed.is_ok_and(|status| status.success()));
    relay.ended().await
}

#[tokio::test]
async fn every_tool_gets_what_azure_devops_would_have_sent() {
    let fixture = Fixture::open("relay-tools", 30).await;
    let tools = [
        ("atlantis", Tool::start(atlantis).await, vec![pull_request(7)]),
        ("argocd", Tool::start(argocd).await, vec![push("main", 1), pull_request(7)]),
        ("kargo", Tool::start(kargo).await, vec![push("main", 1)]),
        ("fleet", Tool::start(fleet).await, vec![push("main", 1)]),
        ("plain", Tool::start(plain).await, vec![push("main", 1), pull_request(7)]),
    ];
    let targets: Vec<_> =
        tools.iter().map(|(preset, tool, _)| fixture.target(preset, &tool.url("/events"))).collect();
    let relay = fixture.start_worker(&json!(targets));
    fixture.deliver(&push("main", 1)).await;
    // The same event over another subscription, and once more.
    fixture.deliver(&push("main", 1)).await;
    fixture.deliver(&pull_request(7)).await;
    for (_, tool, wanted) in &tools {
        tool.has(wanted.len()).await;
    }
    let exit = end(relay).await;
    assert_eq!((exit.code, fixture.left().await), (Some(0), 0));
    for (preset, tool, wanted) in &tools {
        let mut taken = tool.bodies(200);
        taken.sort_unstable_by_key(|body| !body.contains("git.push"));
        assert_eq!(
            (&taken, tool.requests().len()),
            (wanted, wanted.len()),
            "{preset}: byte for byte, and once"
        );
        for (request, _) in tool.requests() {
            assert_eq!((request.method().as_str(), request.uri().path()), ("POST", "/events"));
            let shown = format!("{request:?}");
            assert!(!ADDED.iter().any(|(_, value)| shown.contains(value)), "{preset}: {shown}");
            canary::assert_absent("a request to a tool", shown);
        }
    }
    let log = exit.lines.join("\n");
    assert!(!log.contains(PASSWORD) && !log.contains("/events"), "{log}");
    canary::assert_absent("the output of the relay", log);
}

#[tokio::test]
async fn no_header_that_a_stranger_adds_reaches_the_queue() {
    let fixture = Fixture::open("relay-headers", 30).await;
    fixture.deliver(&push("main", 1)).await;
    let kept = fixture.account.queues.drain(&fixture.queue).await.expect("the emulator hands out");
    assert_eq!(
        kept.iter().map(Message::json).map(|json| json["headers"].clone()).collect::<Vec<_>>(),
        [json!({
            "content-type": "application/json; charset=utf-8",
        })]
    );
    let shown = format!("{kept:?}");
    assert!(!ADDED.iter().any(|(_, value)| shown.contains(value)), "{shown}");
    canary::assert_absent("a raw delivery", shown);
}

#[tokio::test]
async fn a_killed_relay_loses_nothing_and_keeps_the_order() {
    let fixture = Fixture::open("relay-killed", 2).await;
    let tool = Tool::start(plain).await;
    let targets = json!([fixture.target("plain", &tool.url("/"))]);
    let wanted: Vec<String> = (1..=5).map(|number| push("main", number)).collect();
    for body in &wanted {
        fixture.deliver(body).await;
    }
    // The tool has a delivery when the relay is killed, which does not know it.
    tool.plan(&[ToolFault::Hang]);
    let relay = fixture.start_worker(&targets);
    tool.has(1).await;
    relay.stop().await;
    let successor = fixture.start_worker(&targets);
    tool.has(1 + wanted.len()).await;
    let exit = end(successor).await;
    assert_eq!((exit.code, fixture.left().await), (Some(0), 0));
    assert_eq!(tool.bodies(200), wanted);
}
