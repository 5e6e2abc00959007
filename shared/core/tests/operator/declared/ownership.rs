//! Two declarations of one name.

use hookpost_core::error::ErrorCode;
use serde_json::Value;

use crate::declared::events::{OTHER_STACK, create, delete, event, input, properties, terraform, update};
use crate::fixture::{Fixture, request, with};

#[test]
fn a_create_of_another_stacks_name_fails_and_its_deletion_does_nothing() {
    let fixture = Fixture::declared();
    let stored = fixture.secrets.stored();
    let (error, id) = fixture.declare(&event("Create", OTHER_STACK, None, &properties())).failed();
    assert_eq!(error.code(), ErrorCode::IntegrationTaken);
    assert!(error.message().contains("stack/shop/7"), "{error}");
    assert!(id.starts_with("hookpost:none:"), "{id}");
    // CloudFormation makes an id up when it got none, and an older answer may have named the integration.
    for id in [&id, "other-Shop-1ABC", "hookpost:northpeak"] {
        fixture.declare(&event("Delete", OTHER_STACK, Some(id), &properties())).done();
    }
    let adopting = with(properties(), "Adopt", "true");
    fixture.declare(&event("Create", OTHER_STACK, None, &adopting)).failed();
    assert_eq!(fixture.azure.take_changes(), [""; 0]);
    assert_eq!(fixture.secrets.stored(), stored);
}

#[test]
fn terraform_and_a_stack_do_not_take_from_each_other() {
    let fixture = Fixture::declared();
    let (error, _) = fixture.declare(&terraform("create", &input(), &Value::Null)).failed();
    assert_eq!(error.code(), ErrorCode::IntegrationTaken);
    fixture.declare(&terraform("delete", &input(), &input())).done();
    assert_eq!(fixture.azure.subscriptions().len(), 16);

    let fixture = Fixture::new();
    fixture.declare(&terraform("create", &input(), &Value::Null)).done();
    let (_, id) = fixture.declare(&create(&properties())).failed();
    fixture.declare(&delete(&id, &properties())).done();
    assert_eq!(fixture.azure.subscriptions().len(), 16);
}

#[test]
fn what_an_operator_connected_is_adopted_on_request_only() {
    for adopt in ["true", "false"] {
        let fixture = Fixture::connected();
        let adopting = with(properties(), "Adopt", adopt);
        let ended = fixture.declare(&create(&adopting));
        let id = if adopt == "true" {
            ended.done()
        } else {
            let (error, id) = ended.failed();
            assert!(error.message().contains("`adopt`"), "{error}");
            id
        };
        assert_eq!(fixture.azure.take_changes(), [""; 0]);
        fixture.declare(&delete(&id, &adopting)).done();
        assert_eq!(fixture.azure.subscriptions().is_empty(), adopt == "true");
    }
}

#[test]
fn an_update_takes_nothing_either() {
    let fixture = Fixture::declared();
    fixture.report(&request("unlink"));
    fixture.report(&with(crate::fixture::connect(), "integration", "northpeak"));
    let (error, id) = fixture.declare(&update("hookpost:northpeak", &properties(), &properties())).failed();
    assert_eq!((error.code(), &*id), (ErrorCode::IntegrationTaken, "hookpost:northpeak"));
    fixture.declare(&delete(&id, &properties())).done();
    assert_eq!(fixture.azure.subscriptions().len(), 16, "the operator's");
}

#[test]
fn what_is_kept_has_no_owner_and_can_be_adopted() {
    let fixture = Fixture::declared();
    let kept = with(properties(), "OnDelete", "keep");
    fixture.declare(&delete("hookpost:northpeak", &kept)).done();
    assert_eq!(fixture.azure.subscriptions().len(), 16);
    let adopting = with(properties(), "Adopt", "true");
    fixture.declare(&event("Create", OTHER_STACK, None, &adopting)).done();
    assert_eq!(fixture.azure.take_changes(), [""; 0]);
    fixture.declare(&delete("hookpost:northpeak", &properties())).done();
    assert_eq!(fixture.azure.subscriptions().len(), 16, "of another stack by now");
}
