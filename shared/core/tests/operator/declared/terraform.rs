//! What Terraform asks for, and what it keeps in its state.

use hookpost_core::error::ErrorCode;
use hookpost_core::setup::declared::lifecycle::Lifecycle;
use serde_json::{Value, json};

use crate::declared::events::{input, terraform};
use crate::fakes::organization::{SHOP, forbidden};
use crate::fixture::{Fixture, connect, with};

#[test]
fn a_create_can_be_run_again_and_the_state_stays_the_same() {
    let fixture = Fixture::new();
    let mut states = Vec::new();
    for action in ["create", "create", "update"] {
        let previous = if action == "update" { input() } else { Value::Null };
        let ended = fixture.declare(&terraform(action, &input(), &previous));
        states.push(ended.outcome.expect("connected").integration.expect("an integration").to_json());
    }
    let expected = json!({
        "integration": "northpeak",
        "organization": "northpeak",
        "subscriptions": 16,
        "webhookUrl": "https://hooks.example/hooks/northpeak/",
    });
    assert_eq!(states, [expected.clone(), expected.clone(), expected]);
    assert_eq!(fixture.azure.subscriptions().len(), 16);
}

#[test]
fn a_changed_name_unlinks_the_old_one_after_the_new_one_is_proven() {
    let fixture = Fixture::new();
    fixture.declare(&terraform("create", &input(), &Value::Null)).done();
    let renamed = with(input(), "integration", "shop");
    fixture.azure.refuse("create git.push", forbidden());
    let (error, _) = fixture.declare(&terraform("update", &renamed, &input())).failed();
    assert!(error.message().contains("`northpeak`, is still connected"), "{error}");
    assert!(fixture.secrets.integrations().contains(&"northpeak".to_owned()));
    fixture.azure.refuse_nothing();
    fixture.declare(&terraform("update", &renamed, &input())).done();
    assert_eq!(fixture.secrets.integrations(), ["shop"]);
    assert_eq!(fixture.azure.subscriptions().len(), 16);
}

#[test]
fn a_deletion_can_be_run_again() {
    let fixture = Fixture::new();
    fixture.declare(&terraform("create", &input(), &Value::Null)).done();
    for _ in 0..2 {
        let ended = fixture.declare(&terraform("delete", &input(), &input()));
        assert_eq!(ended.outcome.expect("deleted").integration, None);
        assert_eq!(fixture.azure.subscriptions(), []);
    }
    fixture.declare(&terraform("delete", &json!({}), &json!({}))).done();
}

#[test]
fn a_deletion_keeps_what_it_is_told_to_keep() {
    let fixture = Fixture::new();
    let kept = with(input(), "onDelete", "keep");
    fixture.declare(&terraform("create", &kept, &Value::Null)).done();
    fixture.declare(&terraform("delete", &kept, &kept)).done();
    assert_eq!(fixture.azure.subscriptions().len(), 16);
}

#[test]
fn what_an_update_wants_is_stored_before_it_fails_and_watch_completes_it() {
    let fixture = Fixture::new();
    let only_shop = with(input(), "projects", json!([SHOP]));
    fixture.declare(&terraform("create", &only_shop, &Value::Null)).done();
    fixture.azure.refuse("create", forbidden());
    fixture.declare(&terraform("update", &input(), &only_shop)).failed();
    assert_eq!(fixture.azure.subscriptions().len(), 8);
    fixture.azure.refuse_nothing();
    assert_eq!(fixture.watch().failure, None);
    assert_eq!(fixture.azure.subscriptions().len(), 16);
}

#[test]
fn the_object_of_terraform_may_have_any_key() {
    let event = with(input(), "lifecycle", json!({"action": "create", "prev_input": null}));
    let fixture = Fixture::new();
    fixture.declare(&event).done();
    assert_eq!(fixture.azure.subscriptions().len(), 16);
}

#[test]
fn a_token_and_an_action_of_an_operator_are_refused() {
    let fixture = Fixture::new();
    for (name, value) in [
        ("pat", json!("hunter2")),
        ("action", json!("connect")),
        ("other", json!({"action": "delete", "prev_input": null})),
    ] {
        let event = terraform("create", &with(input(), name, value), &Value::Null);
        let (error, _) = fixture.declare(&event).failed();
        assert_eq!(error.code(), ErrorCode::BadRequest, "{name}");
        assert!(!error.message().contains("hunter2"), "{error}");
    }
    assert_eq!(fixture.secrets.integrations(), [""; 0]);
}

#[test]
fn what_an_operator_sends_is_not_taken_for_terraforms() {
    for event in [
        connect(),
        with(connect(), "entra", json!({"tenantId": "create", "clientId": "prev_input"})),
        with(input(), "tf", json!({"action": "connect", "prev_input": null})),
        with(input(), "tf", json!({"action": "create", "prev_input": null, "more": 1})),
        json!([]),
    ] {
        assert!(Lifecycle::read(&event).is_none(), "{event}");
    }
}
