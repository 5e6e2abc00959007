//! Deletions end well whatever is gone already, and fail only where the next one can do better.

use hookpost_core::azure_devops::error::RestError;
use hookpost_core::error::ErrorCode;
use serde_json::json;

use crate::declared::events::{delete, properties};
use crate::fakes::organization::{forbidden, unavailable};
use crate::fixture::{Fixture, request, with};

const ID: &str = "hookpost:northpeak";

#[test]
fn a_deletion_unlinks_and_a_second_one_does_nothing() {
    let fixture = Fixture::declared();
    for _ in 0..2 {
        assert_eq!(fixture.declare(&delete(ID, &properties())).done(), ID);
        assert_eq!(fixture.azure.subscriptions(), []);
        assert_eq!(fixture.secrets.integrations(), [""; 0]);
    }
}

#[test]
fn a_deletion_of_what_an_operator_unlinked_or_nobody_made_does_nothing() {
    let fixture = Fixture::declared();
    fixture.report(&request("unlink"));
    fixture.declare(&delete(ID, &properties())).done();
    Fixture::new().declare(&delete(ID, &properties())).done();
}

#[test]
fn a_deletion_by_an_id_that_cloudformation_made_up_goes_by_the_properties() {
    let fixture = Fixture::declared();
    fixture.declare(&delete("shop-Shop-1ABC", &properties())).done();
    assert_eq!(fixture.azure.subscriptions(), []);
}

#[test]
fn a_deletion_reads_properties_of_any_form() {
    for properties in [json!({}), json!({"Former": "property"}), with(properties(), "RecoveryDays", "x")] {
        let fixture = Fixture::declared();
        fixture.declare(&delete(ID, &properties)).done();
        assert_eq!(fixture.azure.subscriptions(), []);
    }
}

#[test]
fn a_deletion_completes_without_the_organization_or_the_credential() {
    let gone = [
        RestError::NotFound { message: String::new() },
        RestError::SignInPage,
        RestError::Unauthorized { message: String::new() },
    ];
    for error in gone {
        let fixture = Fixture::declared();
        fixture.azure.refuse("connection", error.clone());
        let ended = fixture.declare(&delete(ID, &properties()));
        let done = ended.outcome.unwrap_or_else(|failure| panic!("{error}: {failure}"));
        let remains = done.report.remains.join("\n");
        assert!(remains.contains("delete the subscriptions whose URL begins with"), "{remains}");
        assert_eq!(fixture.secrets.integrations(), [""; 0]);
    }
}

#[test]
fn a_fault_that_passes_fails_the_deletion_and_keeps_everything() {
    let fixture = Fixture::declared();
    fixture.azure.refuse("connection", unavailable());
    let (error, id) = fixture.declare(&delete(ID, &properties())).failed();
    assert_eq!((error.code(), &*id), (ErrorCode::AzureDevOpsUnavailable, ID));
    assert_eq!(fixture.azure.subscriptions().len(), 16);
    // The way out of a deletion that can never succeed.
    fixture.declare(&delete(ID, &with(properties(), "OnDelete", "keep"))).done();
    assert_eq!(fixture.azure.subscriptions().len(), 16);
}

#[test]
fn a_deletion_that_leaves_something_fails_until_it_leaves_nothing() {
    let fixture = Fixture::declared();
    let kept = fixture.azure.subscriptions()[3].0.clone();
    fixture.azure.refuse(format!("delete {kept}"), forbidden());
    let (error, _) = fixture.declare(&delete(ID, &properties())).failed();
    assert_eq!(error.code(), ErrorCode::PermissionMissing);
    assert_eq!(fixture.azure.subscriptions().len(), 1);
    fixture.azure.refuse_nothing();
    fixture.declare(&delete(ID, &properties())).done();
    assert_eq!(fixture.azure.subscriptions(), []);
}
