//! Second sets of subscriptions that `setup` once made.

use hookpost_core::azure_devops::deliveries::{DeliveryResult, LoggedEvent};
use hookpost_core::subscriptions::kind::SubscriptionKind;
use serde_json::json;

use crate::fakes::organization::{SHOP, not_found};
use crate::fixture::{Fixture, at, lines, request};

#[test]
fn a_set_with_failed_deliveries_is_left_to_watch() {
    let fixture = Fixture::new();
    fixture.connect(&json!(["Shop"]));
    let failed = fixture.azure.push_of(SHOP);
    let (kind, result) = (SubscriptionKind::Push, DeliveryResult::Failed);
    fixture.azure.lock().deliver(kind, at(-60), result, LoggedEvent::NotKept);
    let report = fixture.connect(&json!("all"));
    assert!(lines(&report["remains"]).contains("`watch` does this"), "{report}");
    let ids = || fixture.azure.subscriptions().into_iter().map(|(id, _)| id).collect::<Vec<_>>();
    assert_eq!((ids().len(), ids().contains(&failed)), (9, true));
    fixture.watch();
    assert_eq!((ids().len(), ids().contains(&failed)), (8, false), "its log is read");
}

#[test]
fn status_names_a_second_set_and_connect_deletes_it() {
    let fixture = Fixture::new();
    fixture.connect(&json!(["Shop"]));
    let first = fixture.azure.subscriptions();
    let mut second = fixture.azure.lock().subscriptions.clone();
    for existing in &mut second {
        existing.id.push_str("-second");
    }
    fixture.azure.lock().subscriptions.extend(second);
    let status = fixture.report(&request("status"));
    assert_eq!(status["summary"], "8 problems: see `remains`");
    assert!(lines(&status["remains"]).contains("events come twice"), "{status}");
    let report = fixture.connect(&json!(["Shop", SHOP]));
    assert_eq!(report["done"].as_array().map(Vec::len), Some(8), "{report}");
    assert_eq!(fixture.azure.subscriptions(), first);
}

#[test]
fn one_log_that_cannot_be_read_keeps_one_subscription() {
    let fixture = Fixture::new();
    fixture.connect(&json!(["Shop"]));
    let refused = fixture.azure.push_of(SHOP);
    fixture.azure.refuse(format!("deliveries {refused}"), not_found());
    let report = fixture.connect(&json!("all"));
    assert!(lines(&report["remains"]).contains(&refused), "{report}");
    assert_eq!(fixture.azure.subscriptions().len(), 9, "the others are retired");
}
