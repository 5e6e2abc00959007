//! The relay as a function behind an event source mapping: what each answer of a tool leads to.

use hookpost_harness::tool::{PASSWORD, Tool, ToolFault};
use serde_json::{Value, json};

use crate::fixture::{Fixture, push};
use crate::tools::{argocd, plain};

/// The outcomes in the relay's log.
fn outcomes(lines: &[String]) -> Vec<String> {
    let lines = lines.iter().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let lines = lines.filter(|line| line["event"] == "delivery_posted");
    lines.filter_map(|line| Some(line["outcome"].as_str()?.to_owned())).collect()
}

#[tokio::test]
async fn a_tool_that_fails_gets_each_delivery_once_and_in_order() {
    let fixture = Fixture::open("relay-fails", 30).await;
    let tool = Tool::start(plain).await;
    let relay = fixture.start_function(&json!([fixture.target("plain", &tool.url("/hook"))])).await;
    let (first, second, other) = (push("a", 1), push("a", 2), push("b", 3));
    for body in [&first, &second, &other] {
        fixture.deliver(body).await;
    }
    // The groups of a batch are posted side by side, so which of the two branches meets a failure is open.
    tool.plan(&[ToolFault::Status(500), ToolFault::Status(500)]);
    fixture.poll(&relay).await;
    for failure in
        [ToolFault::Status(429), ToolFault::Status(503), ToolFault::Nothing, ToolFault::Status(302)]
    {
        tool.plan(&[failure, failure]);
        fixture.poll(&relay).await;
        assert_eq!(tool.bodies(200).len(), 0, "{failure:?}");
    }
    while fixture.left().await > 0 {
        fixture.poll(&relay).await;
    }
    let taken = tool.bodies(200);
    assert_eq!(taken.iter().filter(|body| **body == other).count(), 1);
    let of_branch: Vec<_> = taken.into_iter().filter(|body| *body != other).collect();
    assert_eq!(of_branch, [first, second]);
}

#[tokio::test]
async fn a_refused_delivery_holds_nothing_up() {
    let fixture = Fixture::open("relay-refused", 30).await;
    let tool = Tool::start(plain).await;
    let relay = fixture.start_function(&json!([fixture.target("plain", &tool.url("/hook"))])).await;
    for number in [1, 2] {
        fixture.deliver(&push("a", number)).await;
    }
    tool.plan(&[ToolFault::Status(400)]);
    assert_eq!(fixture.poll(&relay).await, [] as [String; 0]);
    assert_eq!((tool.bodies(200), fixture.left().await), (vec![push("a", 2)], 0));
    let exit = relay.stop().await;
    assert_eq!(outcomes(&exit.lines), ["refused", "accepted"]);
}

#[tokio::test]
async fn a_wrong_password_loses_nothing_and_is_logged() {
    for (preset, check) in [("plain", plain as fn(&_, &_) -> _), ("argocd", argocd)] {
        let fixture = Fixture::open(&format!("relay-password-{preset}"), 30).await;
        let tool = Tool::start(check).await;
        let relay = fixture.start_function(&json!([fixture.target(preset, &tool.url("/hook"))])).await;
        tool.set_password("rotated-password");
        fixture.deliver(&push("a", 1)).await;
        for _ in 0..3 {
            assert_eq!(fixture.poll(&relay).await.len(), 1, "{preset}");
        }
        fixture.set_secret("rotated-password").await;
        assert_eq!(fixture.poll(&relay).await.len(), 0, "{preset}: the secret is read again");
        assert_eq!((tool.bodies(200).len(), fixture.left().await), (1, 0));
        let exit = relay.stop().await;
        assert_eq!(outcomes(&exit.lines), ["unauthorized", "unauthorized", "unauthorized", "accepted"]);
        let log = exit.lines.join("\n");
        assert!(
            !log.contains(PASSWORD) && !log.contains("rotated-password") && !log.contains("/hook"),
            "{log}"
        );
    }
}

#[tokio::test]
async fn a_target_that_is_down_holds_up_no_other() {
    let fixture = Fixture::open("relay-two", 30).await;
    let (up, down) = (Tool::start(plain).await, Tool::start(argocd).await);
    let targets = json!([fixture.target("plain", &up.url("/")), fixture.target("argocd", &down.url("/"))]);
    let relay = fixture.start_function(&targets).await;
    let wanted = [push("a", 1), push("a", 2)];
    for body in &wanted {
        fixture.deliver(body).await;
    }
    assert_eq!(fixture.poll(&relay).await, [] as [String; 0], "each target has messages of its own now");
    for failure in [ToolFault::Status(500), ToolFault::Nothing, ToolFault::Status(503)] {
        down.plan(&[failure]);
        assert_eq!(fixture.poll(&relay).await.len(), 2);
        assert_eq!((up.bodies(200), down.bodies(200).len()), (wanted.to_vec(), 0));
    }
    assert_eq!(fixture.poll(&relay).await.len(), 0);
    assert_eq!((up.requests().len(), down.bodies(200), fixture.left().await), (2, wanted.to_vec(), 0));
}

#[tokio::test]
async fn a_relay_with_a_wrong_configuration_says_what_is_wrong() {
    let fixture = Fixture::open("relay-config", 30).await;
    let relay = fixture.start_worker(&json!([{"url": "https://tool.internal", "preset": "flux"}]));
    let exit = relay.ended().await;
    assert_eq!(exit.code, Some(1));
    let log = exit.lines.join("\n");
    assert!(log.contains("`targets[0].preset`: unknown variant `flux`"), "{log}");
}
