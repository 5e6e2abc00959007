//! A password is rotated while deliveries continue.

use std::cell::Cell;

use serde_json::json;

use crate::deployment::{Deployment, action};

#[tokio::test]
async fn a_rotation_refuses_and_doubles_no_delivery() {
    let deployment = Deployment::open("rotate").await;
    deployment.connect().await;
    let over = Cell::new(false);
    let rotation = async {
        deployment.run_setup(&action("rotate-password")).await;
        over.set(true);
    };
    let deliveries = async {
        let mut delivered = 0;
        while !over.get() {
            assert_eq!(deployment.push(&format!("push {delivered}")).await, [Some(202)], "push {delivered}");
            delivered += 1;
        }
        delivered
    };
    let ((), delivered) = tokio::join!(rotation, deliveries);
    assert_eq!(deployment.push("after").await, [Some(202)]);
    assert!(delivered > 4, "only {delivered} deliveries fell into the rotation");
    assert_eq!(deployment.account.events().await.len(), delivered + 1);
    let status = deployment.status().await;
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
        let request = json!({"Step": step, "SecretId": secret, "ClientRequestToken": token});
        deployment.run_setup(&request).await;
        assert_eq!(deployment.push(step).await, [Some(202)], "after {step}");
    }
    let status = deployment.status().await;
    assert_eq!(status["summary"], "no problems found", "{status}");
    deployment.close().await;
}
