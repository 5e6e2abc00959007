//! The webhook URLs change: a domain name is set, changed or taken away.

use hookpost_core::azure_devops::subscription::SubscriptionStatus;
use hookpost_core::error::ErrorCode;
use jiff::SignedDuration;
use serde_json::json;

use crate::fakes::organization::{SHOP, forbidden};
use crate::fixture::{BASE, Fixture, connect, lines, request, with};

const NEW_BASE: &str = "https://hooks.northpeak.example";

/// Two projects are connected, and then a domain name is set.
fn with_new_base() -> Fixture {
    let mut fixture = Fixture::connected();
    fixture.set_base(NEW_BASE);
    fixture
}

/// How many subscriptions deliver to each of the two bases.
fn at_each_base(fixture: &Fixture) -> [usize; 2] {
    let subscriptions = fixture.azure.subscriptions();
    [BASE, NEW_BASE].map(|base| subscriptions.iter().filter(|(_, url)| url.starts_with(base)).count())
}

fn stored_base(fixture: &Fixture) -> String {
    let stored = fixture.secrets.stored().expect("a configuration");
    let stored: serde_json::Value = serde_json::from_str(&stored).expect("JSON");
    stored["webhookBaseUrl"].as_str().expect("a text").to_owned()
}

#[test]
fn connect_moves_every_subscription_and_keeps_its_log() {
    let mut fixture = with_new_base();
    let before: Vec<String> = fixture.azure.subscriptions().into_iter().map(|(id, _)| id).collect();
    let planned = fixture.report(&with(connect(), "dryRun", true));
    assert!(lines(&planned["planned"]).contains("it delivers to the former address"), "{planned}");
    assert_eq!(at_each_base(&fixture), [16, 0]);
    fixture.report(&connect());
    assert_eq!(at_each_base(&fixture), [0, 16]);
    let after: Vec<String> = fixture.azure.subscriptions().into_iter().map(|(id, _)| id).collect();
    assert_eq!(after, before, "the log of a subscription goes with it");
    assert_eq!(stored_base(&fixture), NEW_BASE);
    assert_eq!(fixture.report(&request("status"))["summary"], "no problems found");

    fixture.set_base(BASE);
    fixture.report(&connect());
    assert_eq!(at_each_base(&fixture), [16, 0], "the domain name is taken away");
}

#[test]
fn a_connect_cut_off_at_any_call_is_completed_by_the_next_into_one_set() {
    for calls in 0.. {
        let fixture = with_new_base();
        let is_cut_off = fixture.cut_off(calls, fixture.action(&connect()));
        assert_eq!(fixture.azure.subscriptions().len(), 16, "after {calls} calls");
        if stored_base(&fixture) == NEW_BASE {
            assert_eq!(at_each_base(&fixture), [0, 16], "stored after the last one has moved");
        }
        fixture.report(&connect());
        assert_eq!(at_each_base(&fixture), [0, 16], "after {calls} calls");
        if !is_cut_off {
            return;
        }
    }
}

#[test]
fn nothing_moves_before_the_new_name_answers() {
    let fixture = with_new_base();
    fixture.azure.lock().refused_endpoint = Some("code-pushed");
    let error = fixture.error(&connect());
    assert_eq!(error.code(), ErrorCode::NotProven);
    assert!(error.message().contains(NEW_BASE), "{error}");
    assert_eq!(at_each_base(&fixture), [16, 0]);
    assert_eq!(stored_base(&fixture), BASE);
}

#[test]
fn a_subscription_that_cannot_be_moved_keeps_the_former_address_ours() {
    let fixture = with_new_base();
    fixture.azure.refuse(format!("replace {}", fixture.azure.push_of(SHOP)), forbidden());
    let report = fixture.report(&connect());
    assert!(report["summary"].to_string().contains("incomplete"), "{report}");
    assert_eq!(at_each_base(&fixture), [1, 15]);
    assert_eq!(stored_base(&fixture), BASE);
    fixture.azure.refuse_nothing();
    fixture.report(&connect());
    assert_eq!(at_each_base(&fixture), [0, 16]);
}

#[test]
fn a_rotation_before_connect_changes_passwords_and_no_address() {
    let fixture = with_new_base();
    fixture.report(&request("rotate-password"));
    assert_eq!(at_each_base(&fixture), [16, 0]);
    fixture.report(&connect());
    assert_eq!(at_each_base(&fixture), [0, 16]);
}

#[test]
fn subscriptions_of_an_earlier_scope_move_too() {
    let mut fixture = Fixture::connected();
    let of_shop = with(connect(), "projects", json!([SHOP]));
    fixture.report(&of_shop);
    fixture.set_base(NEW_BASE);
    fixture.report(&of_shop);
    assert_eq!(at_each_base(&fixture), [0, 16]);
}

#[test]
fn unlink_deletes_the_subscriptions_at_both_addresses() {
    let fixture = with_new_base();
    fixture.azure.refuse(format!("replace {}", fixture.azure.push_of(SHOP)), forbidden());
    fixture.report(&connect());
    fixture.azure.refuse_nothing();
    fixture.report(&request("unlink"));
    assert_eq!(fixture.azure.subscriptions(), []);
}

#[test]
fn a_subscription_that_a_person_disabled_moves_when_connect_enables_it() {
    let fixture = with_new_base();
    let disabled = fixture.azure.push_of(SHOP);
    fixture.azure.lock().find(&disabled).expect("it is there").status = SubscriptionStatus::DisabledByUser;
    fixture.report(&connect());
    assert_eq!(at_each_base(&fixture), [0, 16]);
}

#[test]
fn a_move_that_is_out_of_time_goes_on_in_the_next_run() {
    let mut fixture = Fixture::new();
    fixture.azure.lock().set_projects(40);
    let projects: Vec<_> = fixture.azure.lock().projects.iter().map(|project| project.name.clone()).collect();
    let request = with(connect(), "projects", projects);
    fixture.report(&request);
    fixture.set_base(NEW_BASE);
    fixture.slow_down(SignedDuration::from_secs(1));
    {
        let mut organization = fixture.azure.lock();
        organization.ends = Some(organization.now() + SignedDuration::from_secs(200));
    }
    let report = fixture.report(&request);
    let [former, moved] = at_each_base(&fixture);
    assert!(former > 0 && moved > 0, "{former} are left");
    assert!(lines(&report["remains"]).contains(&format!("{former} are left")), "{report}");
    assert_eq!(stored_base(&fixture), BASE);

    fixture.azure.lock().ends = None;
    fixture.report(&request);
    assert_eq!(at_each_base(&fixture), [0, 320]);
    assert_eq!(stored_base(&fixture), NEW_BASE);
}
