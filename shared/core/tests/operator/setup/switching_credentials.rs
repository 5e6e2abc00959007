//! Switching from a token to an app in Entra, and back: deliveries go on at every moment.

use hookpost_core::azure_devops::subscription::SubscriptionStatus;
use hookpost_core::error::ErrorCode;
use serde_json::Value;

use crate::fakes::entra::refused;
use crate::fakes::organization::{APP, identity};
use crate::fixture::{Fixture, TOKEN, at, connect, connect_by_app, lines, request, with};

fn connected_by_app() -> Fixture {
    let fixture = Fixture::new();
    fixture.report(&connect_by_app());
    fixture
}

/// The creators of the enabled subscriptions, one for each.
fn creators(fixture: &Fixture) -> Vec<String> {
    let organization = fixture.azure.lock();
    let is_enabled = |status: &SubscriptionStatus| *status == SubscriptionStatus::Enabled;
    let enabled = organization.subscriptions.iter().filter(|existing| is_enabled(&existing.status));
    enabled.filter_map(|existing| Some(existing.created_by.as_ref()?.display_name.clone())).collect()
}

#[test]
fn subscriptions_go_over_to_the_new_owner_without_a_gap() {
    for (fixture, go_over, owner) in
        [(Fixture::connected(), connect_by_app(), APP), (connected_by_app(), connect(), "Ada")]
    {
        let planned = fixture.report(&with(go_over.clone(), "dryRun", true));
        assert_eq!(lines(&planned["planned"]).matches("renew: ").count(), 16, "{planned}");
        let report = fixture.report(&go_over);
        assert_eq!(creators(&fixture), vec![owner; 16], "{report}");
        let stored = fixture.secrets.kept_configs().concat();
        assert_eq!(stored.contains(TOKEN), owner == "Ada", "the former credential is gone: {stored}");
        assert!(!fixture.secrets.stored().expect("a configuration").contains("renewing"));
        let former = if owner == APP { "revoke the former token" } else { "remove the app" };
        assert!(report["next"].to_string().contains(former), "{report}");
        fixture.azure.take_changes();
        fixture.report(&go_over);
        assert_eq!(fixture.azure.take_changes(), [""; 0], "run again, nothing changes");
        assert_eq!(fixture.pass(at(5)).failure, None);
    }
}

#[test]
fn a_new_credential_that_is_refused_leaves_the_old_one() {
    let fixture = Fixture::connected();
    let before = fixture.secrets.stored();
    fixture.entra.state().refuses = Some(refused("invalid_client", 700_213));
    assert_eq!(fixture.error(&connect_by_app()).code(), ErrorCode::RoleNotTrusted);
    fixture.azure.lock().has_app = false;
    fixture.entra.state().refuses = None;
    assert_eq!(fixture.error(&connect_by_app()).code(), ErrorCode::AppNotInOrganization);
    assert_eq!(fixture.secrets.stored(), before);
    assert_eq!(creators(&fixture), vec!["Ada"; 16]);
    assert_eq!(fixture.pass(at(5)).failure, None);
}

/// Cuts `go_over` off before each of its calls; the next run completes it, and deliveries never stop.
fn at_each_call(prepare: impl Fn() -> Fixture, go_over: &Value, owner: &str) {
    for calls in 0.. {
        let fixture = prepare();
        if !fixture.cut_off(calls, fixture.action(go_over)) {
            assert!(calls > 50, "it makes more calls than {calls}");
            return;
        }
        assert!(creators(&fixture).len() >= 16, "after {calls} calls");
        let failure = fixture.pass(at(30)).failure;
        assert_eq!(failure, None, "`watch` has a credential that works, after {calls} calls");
        fixture.report(go_over);
        assert_eq!(creators(&fixture), vec![owner; 16], "after {calls} calls");
    }
}

#[test]
fn switching_to_an_app_is_completed_after_a_cut_at_any_call() {
    at_each_call(Fixture::connected, &connect_by_app(), APP);
}

#[test]
fn switching_back_to_a_token_is_completed_after_a_cut_at_any_call() {
    at_each_call(connected_by_app, &connect(), "Ada");
}

#[test]
fn a_first_connect_by_an_app_is_completed_after_a_cut_at_any_call() {
    for calls in 0.. {
        let fixture = Fixture::new();
        if !fixture.cut_off(calls, fixture.action(&connect_by_app())) {
            assert!(calls > 30, "it makes more calls than {calls}");
            return;
        }
        fixture.report(&connect_by_app());
        assert_eq!(creators(&fixture), vec![APP; 16], "after {calls} calls");
    }
}

#[test]
fn a_renewal_that_was_cut_off_is_named_by_status() {
    let fixture = Fixture::connected();
    fixture.azure.refuse("disable", crate::fakes::organization::forbidden());
    fixture.report(&connect_by_app());
    fixture.azure.refuse_nothing();
    let remains = lines(&fixture.report(&request("status"))["remains"]);
    assert!(remains.contains("not every subscription is recreated: run it again"), "{remains}");
}

#[test]
fn who_leaves_costs_nothing_after_switching() {
    let fixture = Fixture::connected();
    fixture.report(&connect_by_app());
    fixture.azure.lock().owner = identity("somebody else");
    let status = fixture.report(&request("status"));
    assert!(!status.to_string().contains("created by"), "{status}");
}
