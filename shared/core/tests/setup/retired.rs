//! Second sets of subscriptions that `setup` once made.

use hookpost_core::azure_devops::deliveries::{DeliveryResult, LoggedDelivery};
use serde_json::json;

use crate::deployment::{Deployment, SHOP, lines};

#[test]
fn a_set_with_failed_deliveries_is_left_to_watch() {
    let deployment = Deployment::new();
    deployment.connect(&json!(["Shop"]));
    let (failed, _) = deployment.azure.subscriptions().remove(0);
    deployment.azure.state().log.push(LoggedDelivery {
        subscription_id: failed.clone(),
        notification_id: 1,
        event_id: None,
        created: "2026-03-02T11:00:00Z".parse().ok(),
        modified: None,
        result: DeliveryResult::Failed,
    });
    let report = deployment.connect(&json!("all"));
    assert!(lines(&report["remains"]).contains("`watch` does this"), "{report}");
    let ids = || deployment.azure.subscriptions().into_iter().map(|(id, _)| id).collect::<Vec<_>>();
    assert_eq!((ids().len(), ids().contains(&failed)), (9, true));
    deployment.watch();
    assert_eq!((ids().len(), ids().contains(&failed)), (8, false), "its log is read");
}

#[test]
fn status_names_a_second_set_and_connect_deletes_it() {
    let deployment = Deployment::new();
    deployment.connect(&json!(["Shop"]));
    let first = deployment.azure.subscriptions();
    let mut second = deployment.azure.state().subscriptions.clone();
    for existing in &mut second {
        existing.id.push_str("-second");
    }
    deployment.azure.state().subscriptions.extend(second);
    let status = deployment.report(&json!({"action": "status", "integration": "northpeak"}));
    assert_eq!(status["summary"], "8 problems: see `remains`");
    assert!(lines(&status["remains"]).contains("events come twice"), "{status}");
    let report = deployment.connect(&json!(["Shop", SHOP]));
    assert_eq!(report["done"].as_array().map(Vec::len), Some(8), "{report}");
    assert_eq!(deployment.azure.subscriptions(), first);
}
