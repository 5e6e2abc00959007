//! What CloudFormation and the CDK ask for, and the answers.

use hookpost_core::error::ErrorCode;
use hookpost_core::setup::declared::resource::ResourceRequest;
use hookpost_core::subscriptions::kind::SubscriptionKind;
use serde_json::json;

use crate::declared::events::{STACK, by_framework, create, delete, properties, update};
use crate::fakes::organization::{LAB, SHOP, forbidden};
use crate::fixture::{BASE, Fixture, with};

#[test]
fn a_create_connects_and_answers_what_templates_refer_to() {
    let fixture = Fixture::new();
    let ended = fixture.declare(&create(&properties()));
    assert_eq!(ended.id, "hookpost:northpeak");
    let data = ResourceRequest::data(&ended.outcome.expect("created"));
    let expected = json!({
        "Integration": "northpeak",
        "Organization": "northpeak",
        "Subscriptions": "16",
        "WebhookUrl": "https://hooks.example/hooks/northpeak/",
    });
    assert_eq!(data, Some(expected));
    assert_eq!(fixture.azure.subscriptions().len(), 16);
    let stored = fixture.secrets.stored().expect("a configuration");
    assert!(stored.contains(&format!("\"owner\":\"{STACK} Shop\"")), "{stored}");
}

#[test]
fn an_update_without_a_change_changes_nothing_and_answers_the_same() {
    let fixture = Fixture::declared();
    let stored = fixture.secrets.stored();
    let ended = fixture.declare(&update("hookpost:northpeak", &properties(), &properties()));
    let attributes = ended.outcome.expect("updated").integration.expect("an integration");
    assert_eq!((&*ended.id, attributes.subscriptions), ("hookpost:northpeak", 16));
    assert_eq!(fixture.azure.take_changes(), [""; 0]);
    assert_eq!(fixture.secrets.stored(), stored);
}

#[test]
fn an_update_with_other_projects_keeps_the_id_and_applies_the_change() {
    let fixture = Fixture::declared();
    let only_shop = with(properties(), "Projects", json!([SHOP]));
    for (old, new, expected) in [(properties(), only_shop.clone(), 8), (only_shop, properties(), 16)] {
        let id = fixture.declare(&update("hookpost:northpeak", &old, &new)).done();
        assert_eq!(id, "hookpost:northpeak");
        assert_eq!(fixture.azure.subscriptions().len(), expected);
        let stored = fixture.secrets.stored().expect("a configuration");
        assert!(stored.contains("owner"), "{stored}");
    }
}

#[test]
fn selecting_less_keeps_subscriptions_of_others_and_those_made_by_hand() {
    let fixture = Fixture::declared();
    fixture.azure.lock().subscription(SubscriptionKind::Push).url = format!("{BASE}/northpeak/code-pushed");
    fixture.connect(&json!([SHOP]));
    assert_eq!(fixture.azure.subscriptions().len(), 16);
    let nothing_of_shop = with(properties(), "Projects", json!([LAB]));
    fixture.declare(&update("hookpost:northpeak", &properties(), &nothing_of_shop)).done();
    let left = fixture.azure.subscriptions();
    assert_eq!(left.len(), 8 + left.iter().filter(|(_, url)| !url.contains("version=")).count());
}

#[test]
fn an_update_of_what_an_operator_unlinked_connects_it_again() {
    let fixture = Fixture::declared();
    fixture.report(&crate::fixture::request("unlink"));
    let id = fixture.declare(&update("hookpost:northpeak", &properties(), &properties())).done();
    assert_eq!(id, "hookpost:northpeak");
    assert_eq!(fixture.azure.subscriptions().len(), 16);
}

#[test]
fn an_operator_who_connects_leaves_the_owner_and_is_told_of_it() {
    let fixture = Fixture::declared();
    let report = fixture.connect(&json!([SHOP]));
    assert!(report["warnings"].to_string().contains("declared as code by"), "{report}");
    fixture.declare(&update("hookpost:northpeak", &properties(), &properties())).done();
    fixture.declare(&delete("hookpost:northpeak", &properties())).done();
    assert_eq!(fixture.azure.subscriptions(), []);
}

#[test]
fn a_create_that_is_refused_as_it_stands_makes_nothing() {
    let fixture = Fixture::new();
    for bad in [
        with(properties(), "Pat", "hunter2"),
        with(properties(), "Integration", json!(null)),
        with(properties(), "Project", "Shop"),
    ] {
        let (error, id) = fixture.declare(&create(&bad)).failed();
        assert_eq!(error.code(), ErrorCode::BadRequest);
        assert!(id.starts_with("hookpost:none:"), "{id}");
        assert!(!error.message().contains("hunter2"), "{error}");
        fixture.declare(&delete(&id, &bad)).done();
    }
    assert_eq!(fixture.secrets.integrations(), [""; 0]);
}

#[test]
fn a_create_that_fails_leaves_nothing_after_its_deletion() {
    let fixture = Fixture::new();
    for call in ["connection", "create git.push"] {
        fixture.azure.refuse(call, forbidden());
        let (_, id) = fixture.declare(&create(&properties())).failed();
        assert_eq!(id, "hookpost:northpeak");
        fixture.azure.refuse_nothing();
        fixture.declare(&delete(&id, &properties())).done();
        assert_eq!(fixture.azure.subscriptions(), []);
        assert_eq!(fixture.secrets.stored(), None);
    }
}

#[test]
fn a_part_that_fails_is_a_failure_with_its_reason() {
    let fixture = Fixture::new();
    fixture.azure.refuse("create git.push", forbidden());
    let (error, _) = fixture.declare(&create(&properties())).failed();
    assert_eq!(error.code(), ErrorCode::PermissionMissing);
    assert!(error.message().contains("2 failed") && error.message().contains("git.push"), "{error}");
}

#[test]
fn the_framework_sends_no_deletion_after_a_failure_so_it_is_undone() {
    let fixture = Fixture::new();
    fixture.azure.refuse("create git.push", forbidden());
    fixture.declare(&by_framework(create(&properties()))).failed();
    assert_eq!(fixture.azure.subscriptions(), []);
    assert_eq!(fixture.secrets.stored(), None);
}

#[test]
fn what_was_adopted_is_never_undone() {
    let fixture = Fixture::connected();
    fixture.azure.refuse("replace", forbidden());
    fixture.azure.lock().refused_endpoint = Some("code-pushed");
    let adopting = with(properties(), "Adopt", "true");
    fixture.declare(&by_framework(create(&adopting))).failed();
    assert_eq!(fixture.azure.subscriptions().len(), 16);
}

#[test]
fn a_request_of_another_kind_is_refused() {
    let (error, _) = Fixture::new().declare(&with(create(&properties()), "RequestType", "Import")).failed();
    assert_eq!(error.code(), ErrorCode::BadRequest);
}
