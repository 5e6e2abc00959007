//! A password changes while deliveries go on.

use std::cell::Cell;

use serde_json::json;

use crate::town::{Town, fine};

#[tokio::test]
async fn no_delivery_is_refused_and_none_is_doubled_while_the_password_changes() {
    let town = Town::open("rotate").await;
    town.connect().await;
    let rotate = json!({"action": "rotate-password", "integration": "contoso"});
    let over = Cell::new(false);
    let rotation = async {
        let report = town.ask(&rotate).await;
        over.set(true);
        report
    };
    let deliveries = async {
        let mut delivered = 0;
        while !over.get() {
            assert_eq!(town.push(&format!("push {delivered}")).await, [Some(202)], "push {delivered}");
            delivered += 1;
        }
        delivered
    };
    let (report, mut delivered) = tokio::join!(rotation, deliveries);
    fine(report);
    assert_eq!(town.push("after").await, [Some(202)]);
    delivered += 1;
    assert!(delivered > 5, "only {delivered} deliveries fell into the rotation");
    assert_eq!(town.account.events().await.len(), delivered);
    let status = fine(town.ask(&json!({"action": "status", "integration": "contoso"})).await);
    assert_eq!(status["summary"], "all is well", "{status}");
    town.close().await;
}

#[tokio::test]
async fn secrets_manager_can_rotate_it_in_its_own_four_steps() {
    let town = Town::open("own-rotation").await;
    town.connect().await;
    let secret = format!("{}/contoso/webhook", town.account.prefix);
    let token = "11111111-2222-4333-8444-555555555555";
    for step in ["createSecret", "setSecret", "testSecret", "finishSecret", "finishSecret"] {
        fine(town.ask(&json!({"Step": step, "SecretId": secret, "ClientRequestToken": token})).await);
        assert_eq!(town.push(step).await, [Some(202)], "after {step}");
    }
    let status = fine(town.ask(&json!({"action": "status", "integration": "contoso"})).await);
    assert_eq!(status["summary"], "all is well", "{status}");
    town.close().await;
}
