//! A new password becomes the current one only when every subscription that delivers sends it.

use hookpost_core::azure_devops::error::{MissingPermission, RestError};
use hookpost_core::azure_devops::subscription::SubscriptionStatus;
use hookpost_core::error::ErrorCode;
use hookpost_core::secrets::version::{VersionId, VersionStage};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::fakes::organization::{LAB, SHOP, not_found};
use crate::fixture::{BASE, Fixture, OVERLAP, at, connect, lines, name, request, with};
use crate::interleaving::finish;

fn current(fixture: &Fixture) -> Option<VersionId> {
    fixture.secrets.version(VersionStage::Current)
}

fn forbidden() -> RestError {
    RestError::Forbidden { message: "no".to_owned(), missing: MissingPermission::EditSubscriptions }
}

fn rotate() -> Value {
    request("rotate-password")
}

/// The subscriptions whose URL names this version.
fn with_version(fixture: &Fixture, version: &VersionId) -> usize {
    let parameter = format!("version={}", &version.as_str()[..8]);
    let state = fixture.azure.lock();
    state.subscriptions.iter().filter(|existing| existing.url.contains(&parameter)).count()
}

#[test]
fn a_refused_subscription_that_delivers_keeps_the_new_password_pending() {
    let fixture = Fixture::connected();
    let before = current(&fixture);
    let refused = fixture.azure.push_of(SHOP);
    fixture.azure.refuse(format!("replace {refused}"), forbidden());
    let error = fixture.error(&rotate());
    assert_eq!(error.code(), ErrorCode::PermissionMissing);
    assert!(error.message().contains("git.push") && error.message().contains("stays pending"), "{error}");
    assert_eq!(current(&fixture), before);
    let pending = fixture.secrets.version(VersionStage::Pending).expect("a rotation in progress");
    assert_eq!(with_version(&fixture, &pending), 15, "the others have it");

    fixture.azure.refuse_nothing();
    fixture.report(&rotate());
    assert_eq!(current(&fixture), Some(pending.clone()), "the next run completes it");
    assert_eq!(with_version(&fixture, &pending), 16);
}

#[test]
fn disabled_and_deleted_subscriptions_do_not_hold_up_a_rotation() {
    let fixture = Fixture::connected();
    let before = current(&fixture);
    let disabled = fixture.azure.push_of(SHOP);
    fixture.azure.lock().find(&disabled).expect("a subscription").status =
        SubscriptionStatus::DisabledBySystem;
    fixture.azure.refuse(format!("replace {disabled}"), forbidden());
    fixture.azure.refuse("create", forbidden());
    let report = fixture.report(&rotate());
    assert_ne!(current(&fixture), before);
    assert!(lines(&report["remains"]).contains("git.push"), "{report}");
}

#[test]
fn subscriptions_of_an_earlier_scope_get_the_new_password() {
    let fixture = Fixture::connected();
    fixture.report(&with(connect(), "projects", json!([SHOP])));
    fixture.azure.take_changes();
    fixture.report(&rotate());
    assert_eq!(with_version(&fixture, &current(&fixture).expect("a password")), 16);

    let refused = fixture.azure.push_of(LAB);
    fixture.azure.refuse(format!("replace {refused}"), forbidden());
    let before = current(&fixture);
    assert_eq!(fixture.error(&rotate()).code(), ErrorCode::PermissionMissing);
    assert_eq!(current(&fixture), before);
}

#[test]
fn a_subscription_made_by_hand_for_something_else_is_left() {
    let fixture = Fixture::connected();
    let mut by_hand = fixture.azure.lock().subscriptions[0].clone();
    by_hand.id = "b0a7d000-0000-4000-8000-000000000000".to_owned();
    by_hand.branch = Some("releases".to_owned());
    by_hand.url = format!("{BASE}/northpeak/code-pushed");
    fixture.azure.lock().subscriptions.push(by_hand.clone());
    let report = fixture.report(&rotate());
    assert!(fixture.azure.lock().subscriptions.contains(&by_hand));
    assert!(lines(&report["remains"]).contains(&by_hand.id), "{report}");
}

#[test]
fn a_password_that_no_endpoint_could_test_stays_pending() {
    let fixture = Fixture::connected();
    let before = current(&fixture);
    fixture.azure.refuse("test", not_found());
    assert_eq!(fixture.error(&rotate()).code(), ErrorCode::NotFound);
    assert_eq!(current(&fixture), before);
}

#[test]
fn the_step_set_secret_fails_while_a_subscription_is_left() {
    let fixture = Fixture::connected();
    let step = |step: &str| {
        let token = "11111111-2222-4333-8444-555555555555";
        json!({"Step": step, "SecretId": "hookpost/northpeak/webhook", "ClientRequestToken": token})
    };
    fixture.report(&step("createSecret"));
    fixture.azure.refuse(format!("replace {}", fixture.azure.push_of(SHOP)), forbidden());
    assert_eq!(fixture.error(&step("setSecret")).code(), ErrorCode::PermissionMissing);
    fixture.azure.refuse_nothing();
    fixture.report(&step("setSecret"));
}

#[test]
fn a_rotation_does_not_enable_what_a_person_disabled() {
    let fixture = Fixture::connected();
    let disabled = fixture.azure.push_of(SHOP);
    fixture.azure.lock().find(&disabled).expect("a subscription").status = SubscriptionStatus::DisabledByUser;
    let report = fixture.report(&rotate());
    let state = fixture.azure.lock();
    let now = state.subscriptions.iter().find(|existing| existing.id == disabled).expect("it is kept");
    assert_eq!(now.status, SubscriptionStatus::DisabledByUser);
    assert!(lines(&report["remains"]).contains("run `connect`"), "{report}");
}

#[test]
fn a_password_in_a_version_that_is_older_waits_for_the_receivers_too() {
    let fixture = Fixture::connected();
    let token = "11111111-2222-4333-8444-555555555555";
    let step = |step: &str| json!({"Step": step, "SecretId": "hookpost/northpeak/webhook", "ClientRequestToken": token});
    fixture.secrets.reserve(&VersionId::parse(token).expect("an id"));
    fixture.azure.lock().began = at(60);
    fixture.report(&step("createSecret"));
    fixture.report(&step("setSecret"));
    let waited = fixture.azure.lock().now().duration_since(at(60));
    assert!(waited >= SignedDuration::try_from(OVERLAP).expect("short"), "it waited {waited:?}");
}

#[test]
fn watch_gives_out_a_new_password_only_when_receivers_know_it() {
    let fixture = Fixture::connected();
    let (before, token) = (current(&fixture).expect("a password"), "11111111-2222-4333-8444-555555555555");
    fixture.report(&json!({
        "Step": "createSecret",
        "SecretId": "hookpost/northpeak/webhook",
        "ClientRequestToken": token,
    }));
    let lose_subscription =
        |fixture: &Fixture| fixture.azure.lock().subscriptions.pop().expect("a subscription");
    lose_subscription(&fixture);
    fixture.watch();
    assert_eq!(with_version(&fixture, &before), 16, "the one that it created sends the current password");
    lose_subscription(&fixture);
    fixture.pass(at(5));
    let pending = VersionId::parse(token).expect("an id");
    assert_eq!(with_version(&fixture, &pending), 1, "then it sends the pending one");
}

#[test]
fn a_rotation_that_is_asked_for_twice_rotates_once() {
    let fixture = Fixture::connected();
    let shown = finish(fixture.setup.stored(&name())).expect("stored").password_version.expect("a password");
    let pressed = with(rotate(), "currentVersion", shown.as_str());
    fixture.report(&pressed);
    let rotated = current(&fixture);
    assert_ne!(rotated, Some(shown));
    let again = fixture.report(&pressed);
    assert!(again["summary"].as_str().is_some_and(|summary| summary.contains("already")), "{again}");
    assert_eq!(current(&fixture), rotated);
}

#[test]
fn a_rotation_without_the_time_to_wait_for_the_receivers_goes_on_later() {
    let fixture = Fixture::connected();
    let before = current(&fixture);
    fixture.deadline.set(at(1));
    let error = fixture.error(&rotate());
    assert_eq!(error.code(), ErrorCode::OutOfTime);
    assert!(error.message().contains("run the same request again"), "{error}");
    assert_eq!((current(&fixture), fixture.azure.lock().now()), (before, at(0)), "it did not wait");
    fixture.azure.lock().began = at(2);
    fixture.deadline.set(at(7));
    fixture.report(&rotate());
    assert_eq!(fixture.azure.lock().now(), at(2), "the time of waiting is over");
}
