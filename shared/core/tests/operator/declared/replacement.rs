//! Updates that put another integration in place of the present one, and their rollbacks.

use hookpost_core::error::ErrorCode;
use serde_json::Value;

use crate::declared::events::{delete, properties, update};
use crate::fakes::organization::forbidden;
use crate::fixture::{Fixture, with};

const OLD: &str = "hookpost:northpeak";
const NEW: &str = "hookpost:shop";
const OTHER_URL: &str = "https://dev.azure.com/fabrikam";

fn renamed() -> Value {
    with(properties(), "Integration", "shop")
}

#[test]
fn another_name_is_another_id_and_the_old_one_waits_for_its_deletion() {
    let fixture = Fixture::declared();
    assert_eq!(fixture.declare(&update(OLD, &properties(), &renamed())).done(), NEW);
    assert_eq!(fixture.azure.subscriptions().len(), 32, "no event is missed in between");
    fixture.declare(&delete(OLD, &properties())).done();
    assert_eq!(fixture.secrets.integrations(), ["shop"]);
    assert_eq!(fixture.azure.subscriptions().len(), 16);
}

#[test]
fn a_replacement_is_rolled_back_by_the_update_with_old_and_new_swapped() {
    let fixture = Fixture::declared();
    fixture.declare(&update(OLD, &properties(), &renamed())).done();
    assert_eq!(fixture.declare(&update(NEW, &renamed(), &properties())).done(), OLD);
    assert_eq!(fixture.azure.subscriptions().len(), 32, "CloudFormation deletes what is not needed");
    fixture.declare(&delete(NEW, &renamed())).done();
    assert_eq!(fixture.secrets.integrations(), ["northpeak"]);
}

#[test]
fn what_a_failed_replacement_began_is_gone_after_its_rollback() {
    let fixture = Fixture::declared();
    fixture.azure.refuse("create git.push", forbidden());
    let (_, id) = fixture.declare(&update(OLD, &properties(), &renamed())).failed();
    assert_eq!(id, OLD, "CloudFormation must not delete the present one");
    fixture.azure.refuse_nothing();
    assert_eq!(fixture.declare(&update(OLD, &renamed(), &properties())).done(), OLD);
    assert_eq!(fixture.secrets.integrations(), ["northpeak"]);
    assert_eq!(fixture.azure.subscriptions().len(), 16);
}

#[test]
fn another_organization_needs_another_name() {
    let fixture = Fixture::declared();
    let id = "0c0a0000-0000-4000-8000-000000000009".to_owned();
    fixture.azure.lock().urls.insert(OTHER_URL.to_owned(), id);
    let moved = with(properties(), "OrganizationUrl", OTHER_URL);
    let (error, id) = fixture.declare(&update(OLD, &properties(), &moved)).failed();
    assert_eq!((error.code(), &*id), (ErrorCode::IntegrationTaken, OLD));
    assert!(error.message().contains("choose another `integration`"), "{error}");
    let moved = with(moved, "Integration", "fabrikam");
    assert_eq!(fixture.declare(&update(OLD, &properties(), &moved)).done(), "hookpost:fabrikam");
}
