//! Each wrong token or organization has an error of its own, and nothing is stored or changed.

use std::time::Duration;

use hookpost_stand_in::canary;
use hookpost_stand_in::rest::{Fault, PersonalAccessToken, Rights, Scope, SignIn};
use serde_json::{Value, json};

use crate::deployment::{Deployment, ORGANIZATION, connect, expect_report, texts, with};

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
    deployment.azure.register_pat(PersonalAccessToken::new(
        canary::PAT,
        "somebody-else",
        &deployment.fixture.ada,
    ));
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
    deployment.azure.grant(
        ORGANIZATION,
        &deployment.fixture.ada,
        Some(deployment.fixture.shop),
        Rights::NONE,
    );
    check(&deployment, &connect(), "PermissionMissing", "`Shop`").await;
    deployment.azure.grant(ORGANIZATION, &deployment.fixture.ada, None, Rights::NONE);
    check(
        &deployment,
        &with(connect(), "projects", "all"),
        "PermissionMissing",
        "project collection administrator",
    )
    .await;
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
        deployment.azure.heal();
    }
    let unknown = with(connect(), "organizationUrl", "https://dev.azure.com/contosso");
    check(&deployment, &unknown, "OrganizationUnknown", "check its spelling").await;
    deployment.azure.quirks(|quirks| quirks.sign_in = SignIn::Anonymous);
    check(&deployment, &with(connect(), "pat", "thereisnosuchtoken"), "TokenUnknown", "copy it again").await;
    deployment.close().await;
}

#[tokio::test]
async fn connect_accepts_a_byte_order_mark_and_waits_out_throttling() {
    let deployment = Deployment::open("quirks").await;
    deployment.azure.quirks(|quirks| quirks.byte_order_mark = true);
    deployment.azure.fail_next("GET connectionData", Fault::Throttled(Duration::from_secs(1)));
    deployment.connect().await;
    deployment.close().await;
}

#[tokio::test]
async fn a_wrong_organization_url_is_refused_with_the_right_one() {
    let deployment = Deployment::open("urls").await;
    for (url, advice) in [
        ("https://dev.azure.com/contoso/Shop/_git/web", "https://dev.azure.com/contoso"),
        ("http://dev.azure.com/contoso", "https://dev.azure.com/contoso"),
        ("https://tfs.contoso.example/tfs/Main", ""),
        ("https://dev.azure.com", ""),
    ] {
        check(&deployment, &with(connect(), "organizationUrl", url), "OrganizationUrl", advice).await;
    }
    for url in ["https://dev.azure.com/contoso/", "https://contoso.visualstudio.com/DefaultCollection"] {
        expect_report(
            deployment.invoke_setup(&with(with(connect(), "organizationUrl", url), "dryRun", true)).await,
        );
    }
    deployment.close().await;
}

#[tokio::test]
async fn projects_repositories_and_actions_that_do_not_exist_are_named() {
    let deployment = Deployment::open("unknowns").await;
    check(
        &deployment,
        &with(connect(), "projects", json!(["Shop", "Shopp", "Labb"])),
        "NotFound",
        "`Shopp`, `Labb`",
    )
    .await;
    check(&deployment, &with(connect(), "repository", "wep"), "NotFound", "`wep`").await;
    let unknown = json!({"action": "rotate-password", "integration": "contoso"});
    check(&deployment, &unknown, "IntegrationUnknown", "`connect`").await;
    check(&deployment, &json!({"action": "conect"}), "BadRequest", "Example: ").await;
    deployment.close().await;
}

#[tokio::test]
async fn an_unverifiable_write_scope_is_a_warning() {
    let deployment = Deployment::open("unverified").await;
    deployment.azure.fail_each("PATCH git/repositories/{id}/pullrequests/{number}", Fault::Status(500));
    let report = expect_report(deployment.invoke_setup(&connect()).await);
    assert!(texts(&report["warnings"]).join("\n").contains("could not be verified"), "{report}");
    deployment.close().await;
}
