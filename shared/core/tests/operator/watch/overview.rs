//! What the page shows of each integration after a pass.

use std::sync::atomic::Ordering;

use hookpost_core::azure_devops::catalog::SubscriptionRights;
use hookpost_core::azure_devops::deliveries::{DeliveryResult, LoggedEvent};
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::subscription::SubscriptionStatus;
use hookpost_core::error::ErrorCode;
use hookpost_core::overview::{ConnectedBy, Failure, IntegrationOverview, SubscriptionsOverview};
use hookpost_core::ports::SendFailure;
use hookpost_core::subscriptions::kind::SubscriptionKind;
use hookpost_core::watch::PassOutcome;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::fakes::contents::event;
use crate::fakes::entra::{CLIENT, TENANT, refused};
use crate::fakes::organization::{LAB, URL, forbidden};
use crate::fakes::secrets::INTEGRATION;
use crate::fakes::subscriptions::subscription_id;
use crate::fixture::{Fixture, at, at_second, connect, connect_by_app, lines, request, with};
use crate::interleaving::finish;

const PUSH: SubscriptionKind = SubscriptionKind::Push;

/// What the page shows of the integration.
#[track_caller]
fn entry_of(fixture: &Fixture, name: &str) -> IntegrationOverview {
    let found = fixture.overview().integrations.into_iter().find(|entry| entry.integration == name);
    found.unwrap_or_else(|| panic!("{name} is shown"))
}

/// What the page shows of the only integration.
#[track_caller]
fn entry(fixture: &Fixture) -> IntegrationOverview {
    entry_of(fixture, INTEGRATION)
}

/// The names that the page shows.
fn names(fixture: &Fixture) -> Vec<String> {
    fixture.overview().integrations.into_iter().map(|entry| entry.integration).collect()
}

fn eight_that_deliver(listed_at: Timestamp) -> SubscriptionsOverview {
    SubscriptionsOverview { listed_at, wanted: 8, delivering: 8, not_delivering: Vec::new() }
}

/// The delivery of a push failed, and the log shows the push or not.
fn fail_push(fixture: &Fixture, number: u64, time: Timestamp, is_kept: bool) {
    let mut organization = fixture.azure.lock();
    let resource: Value = serde_json::from_str(&organization.push("web", number, time)).expect("JSON");
    let kept =
        if is_kept { LoggedEvent::Whole(event(PUSH, number, time, &resource)) } else { LoggedEvent::NotKept };
    organization.deliver(PUSH, time, DeliveryResult::Failed, kept);
}

fn expired() -> RestError {
    RestError::Unauthorized { message: String::new() }
}

#[test]
fn all_is_well() {
    let fixture = Fixture::watching(&["web"]);
    fixture.azure.lock().subscription(PUSH).last_success = Some(at(3));
    fixture.pass(at(5));
    assert_eq!(
        entry(&fixture),
        IntegrationOverview {
            integration: INTEGRATION.to_owned(),
            organization_url: Some(URL.to_owned()),
            connected_by: Some(ConnectedBy::Token { expires_on: "2099-01-01".parse().ok() }),
            subscriptions: Some(eight_that_deliver(at(5))),
            last_delivery: Some(at(3)),
            ..IntegrationOverview::default()
        }
    );
    assert!(entry(&fixture).is_well());
    assert_eq!(fixture.overview().at, at(5));
    assert_eq!(fixture.overview_messages().len(), 1);
}

#[test]
fn an_expired_token_is_shown_beside_what_was_known_before() {
    let fixture = Fixture::watching(&["web"]);
    fixture.azure.refuse("connection", expired());
    fixture.pass(at(5));
    let report = fixture.pass(at(10));
    let shown = entry(&fixture);
    let message = report.failure.expect("a failure").message().to_owned();
    assert_eq!(shown.failure, Some(Failure { code: ErrorCode::TokenRefused.as_str().to_owned(), message }));
    assert_eq!(shown.failing_since, Some(at(5)));
    assert_eq!(shown.subscriptions, Some(eight_that_deliver(at(0))));
    assert_eq!(shown.organization_url.as_deref(), Some(URL));
    fixture.azure.refuse_nothing();
    fixture.pass(at(15));
    assert_eq!((entry(&fixture).failure, entry(&fixture).failing_since), (None, None));
}

#[test]
fn an_integration_that_never_signed_in_shows_what_it_is_connected_by() {
    let fixture = Fixture::new();
    fixture.report(&connect_by_app());
    fixture.entra.state().refuses = Some(refused("unauthorized_client", 700_016));
    fixture.pass(at(5));
    let shown = entry(&fixture);
    assert!(shown.failure.is_some(), "{shown:?}");
    assert_eq!((shown.organization_url.as_deref(), shown.subscriptions), (Some(URL), None));
    let app = ConnectedBy::Entra { tenant_id: TENANT.to_owned(), client_id: CLIENT.to_owned() };
    assert_eq!(shown.connected_by, Some(app));
}

#[test]
fn a_subscription_that_was_healed_delivers_and_is_named_as_work() {
    let fixture = Fixture::watching(&["web"]);
    fixture.set_status(PUSH, SubscriptionStatus::DisabledBySystem);
    let report = fixture.pass(at(5));
    let shown = entry(&fixture);
    assert_eq!(shown.subscriptions, Some(eight_that_deliver(at(5))));
    let work = shown.last_work.expect("something was done");
    assert_eq!((work.at, work.healed, &work.done), (at(5), 1, &report.done));
    fixture.pass(at(10));
    assert_eq!(entry(&fixture).last_work, Some(work), "until something else is done");
}

#[test]
fn a_subscription_that_stays_disabled_is_named_with_the_fix_of_status() {
    let fixture = Fixture::watching(&["web"]);
    fixture.set_status(PUSH, SubscriptionStatus::DisabledByUser);
    fixture.pass(at(5));
    let shown = entry(&fixture);
    let subscriptions = shown.subscriptions.clone().expect("they were listed");
    assert_eq!((subscriptions.wanted, subscriptions.delivering), (8, 7));
    let [problem] = &*subscriptions.not_delivering else { panic!("{subscriptions:?}") };
    assert!(problem.contains(&subscription_id(1)) && problem.contains("somebody disabled it"), "{problem}");
    assert!(problem.contains("run `connect` again"), "{problem}");
    let status = lines(&fixture.report(&request("status"))["remains"]);
    assert!(status.contains(problem), "`status` says the same: {status}");
    assert!(shown.remains.contains(problem) && !shown.is_well(), "{shown:?}");
}

#[test]
fn what_cannot_be_healed_or_made_does_not_deliver() {
    let fixture = Fixture::connected();
    fixture.pass(at(0));
    let of_lab = fixture.azure.push_of(LAB);
    fixture.azure.lock().subscriptions.retain(|existing| existing.id != of_lab);
    fixture.azure.refuse("create", forbidden());
    fixture.pass(at(5));
    let subscriptions = entry(&fixture).subscriptions.expect("they were listed");
    assert_eq!((subscriptions.wanted, subscriptions.delivering), (16, 15));
    let missing = "the subscription of `Lab` to git.push is missing: run `connect` again";
    assert_eq!(subscriptions.not_delivering, [missing]);
}

#[test]
fn what_is_hidden_is_said_neither_to_deliver_nor_not() {
    let fixture = Fixture::watching(&["web"]);
    let mut organization = fixture.azure.lock();
    organization.permissions.insert(None, SubscriptionRights { view: false, edit: true });
    organization.subscriptions.clear();
    drop(organization);
    fixture.pass(at(5));
    let shown = entry(&fixture);
    let subscriptions = shown.subscriptions.expect("they were listed");
    assert_eq!((subscriptions.wanted, subscriptions.delivering), (8, 0));
    assert_eq!(subscriptions.not_delivering, [""; 0]);
    assert!(!shown.remains.is_empty(), "it says which permission is missing");
}

#[test]
fn a_failed_delivery_is_named_for_a_week() {
    let fixture = Fixture::watching(&["web"]);
    fail_push(&fixture, 7, at(1), true);
    fixture.pass(at(5));
    let failed = entry(&fixture).failed_deliveries;
    let [delivery] = &*failed else { panic!("{failed:?}") };
    assert_eq!(delivery.at, at(1));
    assert_eq!(
        delivery.description,
        format!(
            "git.push of the whole organization, delivery 1 of subscription {}: its event was queued",
            subscription_id(1)
        )
    );
    assert_eq!(entry(&fixture).last_work.expect("it was replayed").replayed, 1);
    let week = 7 * 24 * 60;
    for minutes in [10, week] {
        fixture.pass(at(minutes));
        assert_eq!(entry(&fixture).failed_deliveries, failed);
    }
    fixture.pass(at(week + 2));
    assert_eq!(entry(&fixture).failed_deliveries, []);
}

#[test]
fn the_last_five_failed_deliveries_are_named_newest_first_and_once() {
    let fixture = Fixture::watching(&["web"]);
    for number in 1..=3 {
        fail_push(&fixture, number, at_second(1, i64::try_from(number).expect("small")), true);
    }
    fixture.pass_without_store(at(5));
    assert_eq!(entry(&fixture).failed_deliveries.len(), 3);
    for number in 4..=6 {
        fail_push(&fixture, number, at_second(6, i64::try_from(number).expect("small")), number == 4);
    }
    // The pass before has not stored that it replayed the first three.
    fixture.pass(at(30));
    let shown = entry(&fixture).failed_deliveries;
    let expected =
        [(6, 6), (6, 5), (6, 4), (1, 3), (1, 2)].map(|(minutes, second)| at_second(minutes, second));
    assert_eq!(shown.iter().map(|delivery| delivery.at).collect::<Vec<_>>(), expected);
    assert!(shown[0].description.ends_with("Azure DevOps did not keep its event"), "{shown:?}");
}

#[test]
fn a_new_integration_appears_and_an_unlinked_one_disappears() {
    let fixture = Fixture::new();
    fixture.report(&with(connect(), "integration", "beta"));
    fixture.pass(at(0));
    assert_eq!(names(&fixture), ["beta"]);
    fixture.report(&with(connect(), "integration", "alpha"));
    fixture.pass(at(5));
    assert_eq!(names(&fixture), ["alpha", "beta"]);
    fixture.report(&json!({"action": "unlink", "integration": "beta"}));
    fixture.pass(at(10));
    assert_eq!(names(&fixture), ["alpha"]);
    fixture.report(&json!({"action": "unlink", "integration": "alpha"}));
    fixture.pass_over_all(at(15));
    assert_eq!(names(&fixture), [""; 0]);
    assert_eq!(fixture.overview().at, at(15), "it shows that `watch` works");
}

#[test]
fn an_integration_that_a_pass_did_not_come_to_keeps_what_was_known() {
    let mut fixture = Fixture::new();
    for name in ["alpha", "beta"] {
        fixture.report(&with(connect(), "integration", name));
    }
    fixture.set_status(PUSH, SubscriptionStatus::DisabledByUser);
    fixture.pass_over_all(at(0));
    let before = ["alpha", "beta"].map(|name| entry_of(&fixture, name));
    fixture.slow_down(SignedDuration::from_secs(30));
    fixture.watch.budget = std::time::Duration::from_secs(20);
    let reports = fixture.pass_over_all(at(5)).expect("a pass");
    let is_left = |name: &str| {
        let report = reports.iter().find(|report| report.integration == name);
        report.is_some_and(|report| report.observed.organization_url.is_none())
    };
    let mut left = before.into_iter().filter(|entry| is_left(&entry.integration));
    let before = left.next().expect("there was no time for one of the two");
    assert_eq!(entry_of(&fixture, &before.integration), before, "passes take turns");
}

#[test]
fn an_integration_that_setup_is_changing_keeps_what_was_known() {
    let fixture = Fixture::watching(&["web"]);
    let before = entry(&fixture);
    let stored = fixture.secrets.stored().expect("a configuration");
    let mut config: Value = serde_json::from_str(&stored).expect("JSON");
    config["lock"] = json!({"id": "7", "since": at(5), "expiresAt": at(15)});
    fixture.secrets.overwrite(&config.to_string());
    fixture.pass(at(10));
    assert_eq!(entry(&fixture), before);
    config.as_object_mut().expect("an object").remove("lock");
    config["unlinking"] = true.into();
    fixture.secrets.overwrite(&config.to_string());
    fixture.pass(at(20));
    let shown = entry(&fixture);
    assert!(shown.remains.join("").contains("an `unlink` is unfinished"), "{shown:?}");
    assert_eq!(entry(&fixture).subscriptions, before.subscriptions);
    fixture.secrets.overwrite(&stored);
    fixture.pass(at(30));
    assert_eq!(entry(&fixture).remains, [""; 0]);
}

#[test]
fn a_pass_that_could_not_be_stored_shows_what_it_saw() {
    let fixture = Fixture::watching(&["web"]);
    fixture.set_status(PUSH, SubscriptionStatus::DisabledByUser);
    fixture.pass_without_store(at(5));
    assert_eq!(fixture.overview().at, at(5));
    assert_eq!(entry(&fixture).subscriptions.expect("they were listed").delivering, 7);
}

#[test]
fn a_pass_that_did_not_run_changes_nothing() {
    let fixture = Fixture::watching(&["web"]);
    let before = fixture.overview();
    finish(fixture.watch.write_overview(&PassOutcome::AlreadyRunning)).expect("nothing to write");
    assert_eq!(fixture.overview(), before);
}

#[test]
fn a_queue_that_is_out_disturbs_no_pass() {
    let fixture = Fixture::watching(&["web"]);
    let overview = &fixture.watch.overview;
    fail_push(&fixture, 7, at(1), true);
    let unavailable = SendFailure::Unavailable("RequestThrottled".to_owned());
    overview.sender.failures.lock().expect("not poisoned").insert(0, unavailable);
    let report = fixture.pass(at(5));
    assert_eq!((report.failure, report.replayed), (None, 1));
    overview.sender.failures.lock().expect("not poisoned").clear();
    overview.receiver.end_visibility_timeout();
    assert_eq!(fixture.overview().at, at(0), "the page shows the one before");
    overview.receiver.down.store(true, Ordering::Relaxed);
    assert_eq!(fixture.pass(at(10)).failure, None);
    let error =
        finish(fixture.watch.write_overview(&PassOutcome::Completed(Vec::new()))).expect_err("it is out");
    assert!(error.to_string().starts_with("the overview queue: SQS did not do"), "{error}");
    overview.receiver.down.store(false, Ordering::Relaxed);
    fixture.pass(at(15));
    assert_eq!((fixture.overview().at, fixture.overview_messages().len()), (at(15), 1));
}

#[test]
fn a_broken_overview_is_replaced() {
    let fixture = Fixture::watching(&["web"]);
    for message in &mut *fixture.watch.overview.sender.sent.lock().expect("not poisoned") {
        message.body = "{\"form\":7}".to_owned();
    }
    assert_eq!(fixture.pass(at(5)).failure, None);
    assert_eq!(fixture.overview_messages().len(), 1);
    assert_eq!(entry(&fixture).subscriptions, Some(eight_that_deliver(at(5))));
}
