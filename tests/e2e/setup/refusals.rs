//! Each wrong token or organization has an error of its own, and nothing is stored or changed.

use std::time::Duration;

use hookpost_stand_in::canary;
use hookpost_stand_in::rest::{Fault, Permissions, PersonalAccessToken, Scope};
use serde_json::{Value, json};

use crate::deployment::{Deployment, ORGANIZATION, action, connect, lines, with};

/// Invokes `setup`; expects this error with this advice, and no change.
async fn check(deployment: &Deployment, request: &Value, code: &str, advice: &str) {
    deployment.azure.forget_calls();
    let error = deployment.invoke_setup(request).await.expect_err(code);
    assert_eq!(error.error_type, code, "{}", error.message);
    assert!(error.message.contains(advice), "{}", error.message);
    assert!(deployment.azure.changes().is_empty(), "nothing is changed");
    assert_eq!(deployment.secrets("contoso").await, [false, false], "nothing is stored");
}

#[tokio::test]
async fn each_unusable_token_has_an_error_of_its_own() {
    let deployment = Deployment::open("tokens").await;
    let token = || PersonalAccessToken::new(canary::PAT, ORGANIZATION, &deployment.fixture.ada);
    let mistyped = with(connect(), "pat", "thereisnosuchtoken");
    check(&deployment, &mistyped, "TokenUnknown", "copy it again").await;
    check(&deployment, &with(connect(), "pat", "two words"), "BadRequest", "white space").await;
    deployment.azure.register_pat(token().expired());
    check(&deployment, &connect(), "TokenRefused", "new").await;
    deployment.azure.register_pat(token().revoked());
    check(&deployment, &connect(), "TokenRefused", "new").await;
    let of_another = PersonalAccessToken::new(canary::PAT, "somebody-else", &deployment.fixture.ada);
    deployment.azure.register_pat(of_another);
    check(&deployment, &connect(), "TokenRefused", "this organization").await;
    deployment.azure.register_pat(token().scopes(&[Scope::Project]));
    check(&deployment, &connect(), "TokenLacksCodeRead", "Code (Read & write)").await;
    deployment.azure.register_pat(token().scopes(&[Scope::Code]));
    check(&deployment, &connect(), "TokenLacksCodeWrite", "Code (Read & write)").await;
    deployment.close().await;
}

#[tokio::test]
async fn missing_permission_names_the_projects() {
    let deployment = Deployment::open("permission").await;
    let (ada, shop) = (&deployment.fixture.ada, deployment.fixture.shop);
    deployment.azure.grant(ORGANIZATION, ada, Some(shop), Permissions::NONE);
    check(&deployment, &connect(), "PermissionMissing", "`Shop`").await;
    deployment.azure.grant(ORGANIZATION, ada, None, Permissions::NONE);
    let all = with(connect(), "projects", "all");
    check(&deployment, &all, "PermissionMissing", "project collection administrator").await;
    deployment.close().await;
}

#[tokio::test]
async fn each_failing_response_of_azure_devops_has_an_error_of_its_own() {
    let deployment = Deployment::open("answers").await;
    for (fault, code) in [
        (Fault::SignInPage, "TokenUnknown"),
        (Fault::Redirect, "TokenUnknown"),
        (Fault::Html(404), "OrganizationUnknown"),
        (Fault::PolicyBlocked(403), "PolicyBlocked"),
        (Fault::Throttled(Duration::from_secs(600)), "RateLimited"),
        (Fault::Status(503), "AzureDevOpsUnavailable"),
        (Fault::CloseBefore, "AzureDevOpsUnavailable"),
        (Fault::BrokenJson, "AzureDevOpsRefused"),
    ] {
        deployment.azure.fail_all(fault);
        check(&deployment, &connect(), code, "").await;
        deployment.azure.clear_faults();
    }
    let unknown = with(connect(), "organizationUrl", "https://dev.azure.com/contosso");
    check(&deployment, &unknown, "OrganizationUnknown", "check its spelling").await;
    deployment.azure.configure(|behavior| behavior.anonymous_access = true);
    check(&deployment, &with(connect(), "pat", "thereisnosuchtoken"), "TokenUnknown", "copy it again").await;
    deployment.close().await;
}

#[tokio::test]
async fn what_does_not_exist_is_named() {
    let deployment = Deployment::open("unknowns").await;
    let url = with(connect(), "organizationUrl", "https://dev.azure.com/contoso/Shop/_git/web");
    check(&deployment, &url, "OrganizationUrl", "https://dev.azure.com/contoso").await;
    let projects = with(connect(), "projects", json!(["Shop", "Shopp", "Labb"]));
    check(&deployment, &projects, "NotFound", "`Shopp`, `Labb`").await;
    check(&deployment, &with(connect(), "repository", "wep"), "NotFound", "`wep`").await;
    check(&deployment, &action("rotate-password"), "IntegrationUnknown", "`connect`").await;
    check(&deployment, &json!({"action": "conect"}), "BadRequest", "Example: ").await;
    deployment.close().await;
}

#[tokio::test]
async fn an_unverifiable_write_scope_is_a_warning() {
    let deployment = Deployment::open("unverified").await;
    deployment.azure.fail_each("PATCH git/repositories/{id}/pullrequests/{number}", Fault::Status(500));
    let report = deployment.connect().await;
    assert!(lines(&report["warnings"]).contains("could not be verified"), "{report}");
    deployment.close().await;
}
