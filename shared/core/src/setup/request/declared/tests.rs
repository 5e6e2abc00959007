use serde_json::json;

use super::*;
use crate::error::ErrorCode;

fn owner() -> Owner {
    Owner::of_stack("arn:aws:cloudformation:eu-west-1:1:stack/shop/7", "Shop")
}

fn given() -> Value {
    json!({
        "ServiceToken": "arn:aws:lambda:eu-west-1:1:function:hookpost-setup",
        "ServiceTimeout": "290",
        "Integration": "shop",
        "OrganizationUrl": "https://dev.azure.com/contoso",
        "PatSecretId": "azure-devops-pat",
        "PatExpiresOn": "2027-05-31",
        "Projects": ["Shop"],
        "Unfiltered": "true",
        "Adopt": "true",
        "OnDelete": "keep",
        "RecoveryDays": "7",
        "Run": "2",
    })
}

fn refused(json: &Value) -> String {
    let error = properties(json, &owner()).expect_err("a refusal");
    assert_eq!(error.code(), ErrorCode::BadRequest);
    error.message().to_owned()
}

#[test]
fn strings_and_capitals_of_cloudformation_are_read() {
    let read = properties(&given(), &owner()).expect("valid");
    assert_eq!(read.integration.expect("a name").as_str(), "shop");
    assert_eq!(read.selection.projects.len(), 1);
    assert!(read.selection.unfiltered && !read.renew_subscriptions && !read.dry_run);
    assert!(read.claim.is_some_and(|claim| claim.adopts && claim.owner == owner()));
    let name = integration(&given()).expect("a name");
    let deletion = deletion(&given(), name, owner());
    assert!(deletion.keeps);
    assert_eq!(deletion.recovery_days, 7);
}

#[test]
fn an_app_is_read_in_both_cases() {
    let id = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    for app in [json!({"TenantId": id, "ClientId": id}), json!({"tenantId": id, "clientId": id})] {
        let url = "https://dev.azure.com/contoso";
        let json = json!({"integration": "shop", "organizationUrl": url, "entra": app});
        properties(&json, &owner()).expect("valid");
    }
}

#[test]
fn a_token_is_refused_in_both_cases_and_not_repeated() {
    for name in ["pat", "Pat"] {
        let mut json = given();
        json[name] = json!("hunter2hunter2");
        let message = refused(&json);
        assert!(message.contains("patSecretId") && !message.contains("hunter2"), "{message}");
    }
}

#[test]
fn every_problem_is_named() {
    for (name, value, expected) in [
        ("Integration", json!(null), "`integration` is missing"),
        ("integration", json!("web"), "`integration` is given twice"),
        ("OnDelete", json!("retain"), "`onDelete` must be"),
        ("RecoveryDays", json!("3"), "`recoveryDays` must be"),
        ("Unfiltered", json!("yes"), "`unfiltered` must be"),
        ("Project", json!("Shop"), "did you mean `projects`"),
        ("DryRun", json!("true"), "`dryRun` is not a field"),
        ("Action", json!("connect"), "`action` is not a field"),
    ] {
        let mut json = given();
        json[name] = value;
        let message = refused(&json);
        assert!(message.contains(expected), "{message}");
    }
    assert!(refused(&json!([])).contains("JSON object"));
}

#[test]
fn a_deletion_reads_what_it_can() {
    for json in [json!(null), json!({"OnDelete": 7, "RecoveryDays": "many", "Former": "property"})] {
        let name = IntegrationName::parse("shop").expect("a name");
        let deletion = deletion(&json, name, owner());
        assert!(!deletion.keeps);
        assert_eq!(deletion.recovery_days, 30);
    }
}
