//! Each way a token or an organization can be wrong, told apart, with nothing stored and nothing changed.

use std::time::Duration;

use hookpost_stand_in::canary;
use hookpost_stand_in::rest::{Fault, PersonalAccessToken, Rights, Scope, SignIn};
use serde_json::{Value, json};

use crate::town::{ORGANIZATION, Town, connect, fine, texts, with};

/// Asks, and expects this refusal with this advice, and that nothing came of it.
async fn check(town: &Town, request: &Value, code: &str, advice: &str) {
    town.azure.forget_calls();
    let error = town.ask(request).await.expect_err(code);
    assert_eq!(error.error_type, code, "{}", error.message);
    assert!(error.message.contains(advice), "{}", error.message);
    assert!(town.azure.changes().is_empty(), "nothing is changed");
    assert_eq!(town.secrets("contoso").await, [false, false], "nothing is stored");
}

#[tokio::test]
async fn a_token_that_will_not_do_is_told_apart() {
    let town = Town::open("tokens").await;
    let token = || PersonalAccessToken::new(canary::PAT, ORGANIZATION, &town.people.ada);
    let mistyped = with(connect(), "pat", "thereisnosuchtoken");
    check(&town, &mistyped, "TokenUnknown", "copy it again").await;
    check(&town, &with(connect(), "pat", "two words"), "BadRequest", "white space").await;
    town.azure.register_pat(token().expired());
    check(&town, &connect(), "TokenRefused", "new").await;
    town.azure.register_pat(token().revoked());
    check(&town, &connect(), "TokenRefused", "new").await;
    town.azure.register_pat(PersonalAccessToken::new(canary::PAT, "somebody-else", &town.people.ada));
    check(&town, &connect(), "TokenRefused", "this organization").await;
    town.azure.register_pat(token().scopes(&[Scope::Project]));
    check(&town, &connect(), "TokenLacksCodeRead", "Code (Read & write)").await;
    town.azure.register_pat(token().scopes(&[Scope::Code]));
    check(&town, &connect(), "TokenLacksCodeWrite", "Code (Read & write)").await;
    town.close().await;
}

#[tokio::test]
async fn missing_permission_names_the_projects() {
    let town = Town::open("permission").await;
    town.azure.grant(ORGANIZATION, &town.people.ada, Some(town.people.shop), Rights::NONE);
    check(&town, &connect(), "PermissionMissing", "`Shop`").await;
    town.azure.grant(ORGANIZATION, &town.people.ada, None, Rights::NONE);
    check(
        &town,
        &with(connect(), "projects", "all"),
        "PermissionMissing",
        "project collection administrator",
    )
    .await;
    town.close().await;
}

#[tokio::test]
async fn what_azure_devops_answers_instead_is_told_apart() {
    let town = Town::open("answers").await;
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
        town.azure.fail_all(fault);
        check(&town, &connect(), code, "").await;
        town.azure.heal();
    }
    let unknown = with(connect(), "organizationUrl", "https://dev.azure.com/contosso");
    check(&town, &unknown, "OrganizationUnknown", "check its spelling").await;
    town.azure.quirks(|quirks| quirks.sign_in = SignIn::Anonymous);
    check(&town, &with(connect(), "pat", "thereisnosuchtoken"), "TokenUnknown", "copy it again").await;
    town.close().await;
}

#[tokio::test]
async fn a_byte_order_mark_and_a_short_throttling_are_no_obstacle() {
    let town = Town::open("quirks").await;
    town.azure.quirks(|quirks| quirks.byte_order_mark = true);
    town.azure.fail_next("GET connectionData", Fault::Throttled(Duration::from_secs(1)));
    town.connect().await;
    town.close().await;
}

#[tokio::test]
async fn an_organization_url_offers_the_right_one() {
    let town = Town::open("urls").await;
    for (url, advice) in [
        ("https://dev.azure.com/contoso/Shop/_git/web", "https://dev.azure.com/contoso"),
        ("http://dev.azure.com/contoso", "https://dev.azure.com/contoso"),
        ("https://tfs.contoso.example/tfs/Main", ""),
        ("https://dev.azure.com", ""),
    ] {
        check(&town, &with(connect(), "organizationUrl", url), "OrganizationUrl", advice).await;
    }
    for url in ["https://dev.azure.com/contoso/", "https://contoso.visualstudio.com/DefaultCollection"] {
        fine(town.ask(&with(with(connect(), "organizationUrl", url), "dryRun", true)).await);
    }
    town.close().await;
}

#[tokio::test]
async fn what_does_not_exist_is_named() {
    let town = Town::open("unknowns").await;
    check(
        &town,
        &with(connect(), "projects", json!(["Shop", "Shopp", "Labb"])),
        "NotFound",
        "`Shopp`, `Labb`",
    )
    .await;
    check(&town, &with(connect(), "repository", "wep"), "NotFound", "`wep`").await;
    let unknown = json!({"action": "rotate-password", "integration": "contoso"});
    check(&town, &unknown, "IntegrationUnknown", "`connect`").await;
    check(&town, &json!({"action": "conect"}), "BadRequest", "Example: ").await;
    town.close().await;
}

#[tokio::test]
async fn a_write_scope_that_cannot_be_told_is_a_warning_and_no_refusal() {
    let town = Town::open("unverified").await;
    town.azure.fail_each("PATCH git/repositories/{id}/pullrequests/{number}", Fault::Status(500));
    let report = fine(town.ask(&connect()).await);
    assert!(texts(&report["warnings"]).join("\n").contains("could not be verified"), "{report}");
    town.close().await;
}
