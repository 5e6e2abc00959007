//! Subscriptions belong to their creator, who may be another identity than the token's owner.

use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::subscription::{ExistingSubscription, SubscriptionStatus};
use hookpost_core::error::ErrorCode;
use serde_json::Value;

use crate::fakes::organization::{SHOP, identity};
use crate::fakes::subscriptions::{ReEnable, subscription_id};
use crate::fixture::{Fixture, TOKEN, connect, lines, request, with};

/// Ada has connected, and the token now belongs to Grace.
fn with_another_owner() -> Fixture {
    let fixture = Fixture::connected();
    fixture.azure.lock().owner = identity("Grace");
    fixture
}

fn renew() -> Value {
    with(connect(), "renewSubscriptions", true)
}

fn enabled(fixture: &Fixture) -> Vec<ExistingSubscription> {
    let state = fixture.azure.lock();
    state
        .subscriptions
        .iter()
        .filter(|existing| existing.status == SubscriptionStatus::Enabled)
        .cloned()
        .collect()
}

/// Warnings that say whose subscriptions these are.
fn warnings(report: &Value) -> Vec<String> {
    let warnings = lines(&report["warnings"]);
    warnings.lines().filter(|line| line.contains("created by")).map(str::to_owned).collect()
}

#[test]
fn another_owners_token_is_told_once_with_the_ways_out() {
    let fixture = with_another_owner();
    for report in [
        fixture.report(&connect()),
        fixture.report(&with(connect(), "dryRun", true)),
        fixture.report(&request("status")),
        fixture.report(&with(request("replace-token"), "pat", TOKEN)),
    ] {
        let warnings = warnings(&report);
        assert_eq!(warnings.len(), 1, "{report}");
        for part in ["16 of 16", "Ada", "Grace", "administrator", "\"renewSubscriptions\": true"] {
            assert!(warnings[0].contains(part), "{part}: {warnings:?}");
        }
    }
    fixture.azure.lock().owner = identity("Ada");
    assert!(warnings(&fixture.report(&connect())).is_empty());
}

#[test]
fn connect_renews_without_a_gap_and_keeps_the_delivery_logs() {
    let fixture = with_another_owner();
    let old = enabled(&fixture);
    let report = fixture.report(&renew());
    let calls = fixture.azure.lock().calls.clone();
    let at = |call: &str| calls.iter().position(|made| made.contains(call)).expect(call);
    let push = &old.iter().find(|existing| existing.event_type == "git.push").expect("a subscription").id;
    let successor = subscription_id(17);
    assert!(at("create git.push") < at(&format!("test {successor}")), "{calls:?}");
    assert!(at(&format!("test {successor}")) < at(&format!("disable {push}")), "{calls:?}");
    assert!(!calls.iter().any(|call| call.starts_with("delete")), "their logs are still to be read");

    let new = enabled(&fixture);
    assert_eq!(new.len(), 16);
    assert!(new.iter().all(|existing| existing.created_by == Some(identity("Grace"))), "{new:?}");
    for old in old {
        let state = fixture.azure.lock();
        let now = state.subscriptions.iter().find(|existing| existing.id == old.id).expect("it is kept");
        assert_eq!(now.status, SubscriptionStatus::DisabledByUser);
        let names = |new: &&ExistingSubscription| now.url.ends_with(&format!("superseded={}", new.id));
        let successor = new.iter().find(names).expect("a successor");
        assert_eq!((&successor.event_type, &successor.project_id), (&old.event_type, &old.project_id));
        assert_eq!(successor.notification_type, old.notification_type);
    }
    assert!(lines(&report["done"]).contains("created by Ada"), "{report}");
    fixture.azure.take_changes();

    let again = fixture.report(&renew());
    assert!(fixture.azure.take_changes().is_empty(), "{again}");
    assert!(warnings(&again).is_empty(), "{again}");
    let status = fixture.report(&request("status"));
    assert_eq!(status["summary"], "no problems found", "{status}");
    assert!(lines(&status["warnings"]).contains("`watch` deletes it"), "{status}");
}

#[test]
fn a_renewal_cut_off_at_any_call_is_completed_by_the_next() {
    for calls in 0.. {
        let fixture = with_another_owner();
        fixture.azure.lock().refuse_after(calls);
        if fixture.run(&renew()).is_ok() {
            assert!(calls > 32, "a renewal makes more calls");
            return;
        }
        let delivering = enabled(&fixture).len();
        assert!((16..=17).contains(&delivering), "nothing is missed after {calls} calls: {delivering}");
        fixture.azure.refuse_nothing();
        fixture.report(&renew());
        assert_eq!(fixture.azure.lock().subscriptions.len(), 32, "one successor each, after {calls} calls");
        let renewed = enabled(&fixture);
        assert_eq!(renewed.len(), 16, "after {calls} calls");
        assert!(renewed.iter().all(|existing| existing.created_by == Some(identity("Grace"))));
    }
}

#[test]
fn a_subscription_that_cannot_be_renewed_is_passed_over() {
    let fixture = with_another_owner();
    let push = fixture.azure.push_of(SHOP);
    let no = RestError::Rejected { status: 400, message: "no".to_owned() };
    fixture.azure.refuse(format!("create git.push in {SHOP}"), no);
    let report = fixture.report(&renew());
    assert!(lines(&report["remains"]).contains("renew: git.push"), "{report}");
    assert!(report["summary"].as_str().is_some_and(|text| text.contains("incomplete")), "{report}");
    assert_eq!(enabled(&fixture).len(), 16);
    assert!(enabled(&fixture).iter().any(|existing| existing.id == push), "the old one goes on");
}

#[test]
fn a_subscription_that_stays_enabled_is_not_called_renewed() {
    let fixture = with_another_owner();
    fixture.azure.lock().re_enable = ReEnable::Ignores;
    let report = fixture.report(&renew());
    assert_eq!(enabled(&fixture).len(), 32, "both deliver");
    assert!(lines(&report["remains"]).contains("left the subscription enabled"), "{report}");
    assert!(!lines(&report["done"]).contains("renew"), "{report}");
    fixture.azure.lock().re_enable = ReEnable::Enables;
    fixture.report(&renew());
    assert_eq!(enabled(&fixture).len(), 16, "the next run completes it");
}

#[test]
fn an_unproven_successor_is_deleted_and_the_old_subscription_stays() {
    let fixture = with_another_owner();
    let old = enabled(&fixture);
    fixture.azure.lock().refused_endpoint = Some("code-pushed");
    let error = fixture.error(&renew());
    assert_eq!(error.code(), ErrorCode::NotProven);
    assert_eq!(enabled(&fixture), old);
}

#[test]
fn a_dry_run_lists_what_would_be_renewed() {
    let fixture = with_another_owner();
    let report = fixture.report(&with(renew(), "dryRun", true));
    assert_eq!(report["planned"].as_array().map(Vec::len), Some(16), "{report}");
    assert!(lines(&report["planned"]).contains("renew: git.push of project"), "{report}");
    assert!(fixture.azure.take_changes().is_empty());
    // What another subscription covers is deleted by the run itself, so it is in the plan, too.
    let all = with(with(renew(), "projects", "all"), "dryRun", true);
    let report = fixture.report(&all);
    assert_eq!(lines(&report["planned"]).matches("delete: ").count(), 16, "{report}");
}

#[test]
fn a_superseded_subscription_is_never_enabled_again() {
    let fixture = with_another_owner();
    let old = fixture.azure.push_of(SHOP);
    fixture.report(&renew());
    let is_successor = |existing: &ExistingSubscription| {
        existing.event_type == "git.push"
            && existing.project_id.as_deref() == Some(SHOP)
            && existing.status == SubscriptionStatus::Enabled
    };
    fixture.azure.lock().subscriptions.retain(|existing| !is_successor(existing));
    fixture.azure.take_changes();
    fixture.report(&connect());
    assert_eq!(fixture.azure.take_changes(), [format!("create git.push in {SHOP}")]);
    let state = fixture.azure.lock();
    let old = state.subscriptions.iter().find(|existing| existing.id == old).expect("it is kept");
    assert_eq!(old.status, SubscriptionStatus::DisabledByUser);
}
