//! The permissions of the token's owner: both are asked for, and a list that may be incomplete is not acted on.

use hookpost_stand_in::rest::{CreateRefusal, Permissions};
use serde_json::json;

use crate::deployment::{Deployment, ORGANIZATION, connect, texts, with};

const EDIT_ONLY: Permissions = Permissions { view: false, ..Permissions::ALL };

#[tokio::test]
async fn without_view_nothing_is_created_a_second_time() {
    let deployment = Deployment::open("no-view").await;
    deployment.connect().await;
    let (ada, shop) = (deployment.fixture.ada.clone(), deployment.fixture.shop);
    deployment.azure.grant(ORGANIZATION, &ada, Some(shop), EDIT_ONLY);
    deployment.azure.forget_calls();
    for request in [
        connect(),
        json!({"action": "rotate-password", "integration": "contoso"}),
        json!({"action": "unlink", "integration": "contoso"}),
    ] {
        let error = deployment.invoke_setup(&request).await.expect_err("a missing permission");
        assert_eq!(error.error_type, "PermissionMissing", "{}", error.message);
        assert!(error.message.contains("\"View subscriptions\""), "{}", error.message);
    }
    assert!(deployment.azure.changes().is_empty());
    assert_eq!(deployment.azure.subscriptions(ORGANIZATION).len(), 8);
    let status = json!({"action": "status", "integration": "contoso"});
    let report = deployment.run_setup(&status).await;
    let remains = texts(&report["remains"]).join("\n");
    assert!(remains.contains("\"View subscriptions\"") && !remains.contains("is missing"), "{remains}");
    deployment.azure.grant(ORGANIZATION, &ada, Some(shop), Permissions::ALL);
    deployment.connect().await;
    assert_eq!(deployment.push("still one").await, [Some(202)]);
    deployment.close().await;
}

#[tokio::test]
async fn edit_alone_is_named_for_the_whole_organization_too() {
    let deployment = Deployment::open("no-edit").await;
    let view_only = Permissions { edit: false, delete: false, ..Permissions::ALL };
    deployment.azure.grant(ORGANIZATION, &deployment.fixture.ada, None, view_only);
    for request in [connect(), with(connect(), "projects", "all")] {
        let error = deployment.invoke_setup(&request).await.expect_err("a missing permission");
        assert_eq!(error.error_type, "PermissionMissing", "{}", error.message);
        assert!(error.message.contains("lacks \"Edit subscriptions\""), "{}", error.message);
    }
    deployment.close().await;
}

#[tokio::test]
async fn the_permission_for_notifications_is_named_before_and_after_a_refusal() {
    for refusal in [CreateRefusal::BadRequest, CreateRefusal::Forbidden] {
        let deployment = Deployment::open(&format!("notifications-{refusal:?}").to_lowercase()).await;
        let without = Permissions { notifications: false, ..Permissions::ALL };
        deployment.azure.grant(ORGANIZATION, &deployment.fixture.ada, None, without);
        deployment.azure.configure(|behavior| behavior.create_refusal = refusal);
        let all = with(connect(), "projects", "all");
        let planned = deployment.run_setup(&with(all.clone(), "dryRun", true)).await;
        let warnings = texts(&planned["warnings"]).join("\n");
        assert!(warnings.contains("administer its notifications"), "{warnings}");
        let error = deployment.invoke_setup(&all).await.expect_err("refused");
        assert_eq!(error.error_type, "PermissionMissing", "{}", error.message);
        assert!(error.message.contains("administer its notifications"), "{}", error.message);
        deployment.close().await;
    }
}

#[tokio::test]
async fn a_permission_that_cannot_be_asked_for_is_a_warning() {
    let deployment = Deployment::open("notifications-hidden").await;
    deployment.azure.configure(|behavior| behavior.shows_notification_permission = false);
    let report = deployment.run_setup(&with(connect(), "projects", "all")).await;
    let warnings = texts(&report["warnings"]).join("\n");
    assert!(warnings.contains("administer its notifications"), "{warnings}");
    assert_eq!(deployment.push("all the same").await, [Some(202)]);
    deployment.close().await;
}
