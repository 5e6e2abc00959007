//! A password is rotated while deliveries continue.

use std::cell::Cell;

use serde_json::json;

use crate::deployment::{Deployment, expect_report};

#[tokio::test]
async fn a_rotation_refuses_and_doubles_no_delivery() {
    let deployment = Deployment::open("rotate").await;
    deployment.connect().await;
    let rotate = json!({"action": "rotate-password", "integration": "contoso"});
    let over = Cell::new(false);
    let rotation = async {
        let report = deployment.invoke_setup(&rotate).await;
        over.set(true);
        report
    };
    let deliveries = async {
        let mut delivered = 0;
        while !over.get() {
            assert_eq!(deployment.push(&format!("push {delivered}")).await, [Some(202)], "push {delivered}");
            delivered += 1;
        }
        delivered
    };
    let (report, mut delivered) = tokio::join!(rotation, deliveries);
    expect_report(report);
    assert_eq!(deployment.push("after").await, [Some(202)]);
    delivered += 1;
    assert!(delivered > 5, "only {delivered} deliveries fell into the rotation");
    assert_eq!(deployment.account.events().await.len(), delivered);
    let status =
        expect_report(deployment.invoke_setup(&json!({"action": "status", "integration": "contoso"})).await);
    assert_eq!(status["summary"], "no problems found", "{status}");
    deployment.close().await;
}

#[tokio::test]
async fn secrets_manager_rotates_the_password_in_four_steps() {
    let deployment = Deployment::open("own-rotation").await;
    deployment.connect().await;
    let secret = format!("{}/contoso/webhook", deployment.account.prefix);
    let token = "11111111-2222-4333-8444-555555555555";
    for step in ["createSecret", "setSecret", "testSecret", "finishSecret", "finishSecret"] {
        expect_report(
            deployment
                .invoke_setup(&json!({"Step": step, "SecretId": secret, "ClientRequestToken": token}))
                .await,
        );
        assert_eq!(deployment.push(step).await, [Some(202)], "after {step}");
    }
    let status =
        expect_report(deployment.invoke_setup(&json!({"action": "status", "integration": "contoso"})).await);
    assert_eq!(status["summary"], "no problems found", "{status}");
    deployment.close().await;
}
