use hookpost_core::error::ErrorCode;

use serde_json::Value;

use super::*;

fn line(report: &IntegrationReport) -> Vec<u8> {
    log::line("WARN", "integration_checked", &integration_fields(report))
}

fn fields(report: &IntegrationReport) -> Value {
    serde_json::from_slice(&line(report)).unwrap()
}

/// The report of an integration with so many disabled subscriptions.
fn disabled(subscriptions: usize) -> IntegrationReport {
    let describe = |number| {
        format!("git.push in project `Project {number}`: somebody disabled it; enable it in Azure DevOps")
    };
    IntegrationReport {
        integration: "contoso".to_owned(),
        found_not_delivering: subscriptions as u64,
        done: (0..subscriptions).map(describe).collect(),
        remains: (0..subscriptions).map(describe).collect(),
        ..IntegrationReport::default()
    }
}

#[test]
fn a_line_names_the_first_twenty_and_counts_the_rest() {
    let report = disabled(2_400);
    let fields = fields(&report);
    for (list, all) in [(&fields["done"], &report.done), (&fields["remains"], &report.remains)] {
        let list: Vec<_> = list.as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let (others, first) = list.split_last().unwrap();
        assert_eq!(first, &all[..20]);
        assert_eq!(*others, "2380 more");
    }
    assert_eq!(fields["SubscriptionsNotDelivering"], 2_400, "the figure is of all");
}

#[test]
fn a_short_list_is_whole() {
    let report = disabled(20);
    assert_eq!(fields(&report)["remains"].as_array().map(Vec::len), Some(20));
    assert!(fields(&disabled(0)).get("remains").is_none());
}

#[test]
fn no_line_grows_with_projects() {
    let of_projects = line(&disabled(2_400)).len();
    assert!(of_projects <= line(&disabled(21)).len() + 100, "{of_projects} bytes");

    let long = "ä".repeat(100_000);
    let report = IntegrationReport {
        done: vec![long.clone(); 300],
        remains: vec![long.clone(); 300],
        failure: Some(OperatorError::new(ErrorCode::PermissionMissing, long)),
        ..IntegrationReport::default()
    };
    let bytes = line(&report).len();
    assert!(bytes <= 3 * LOG_FIELD_BYTES_MAX + 1_000, "{bytes} bytes");
    assert_eq!(fields(&report)["remains"][1], "299 more");
}

#[test]
fn a_pass_is_one_line_with_the_figures_of_all_integrations() {
    let first = IntegrationReport {
        healed: 1,
        missed: 3,
        replayed: 2,
        failing_seconds: 7_200,
        token_days_left: Some(40),
        ..disabled(3)
    };
    let second = IntegrationReport {
        missed: 1,
        reconstructed: 5,
        failing_seconds: 300,
        token_days_left: Some(-2),
        ..disabled(1)
    };
    assert_eq!(
        serde_json::to_value(pass_fields(&[first, second, disabled(0)], 12.5)).unwrap(),
        json!({
            "integrations": 3, "durationMs": 12.5, "SubscriptionsNotDelivering": 3, "SubscriptionsHealed": 1,
            "DeliveriesMissed": 4, "DeliveriesReplayed": 2, "EventsReconstructed": 5, "WatchFailureAge": 7_200,
            "TokenDaysLeft": -2,
        })
    );
}

#[test]
fn a_pass_over_no_integration_is_a_line_too() {
    let fields = serde_json::to_value(pass_fields(&[], 0.0)).unwrap();
    assert_eq!((&fields["integrations"], &fields["WatchFailureAge"]), (&json!(0), &json!(0)));
}
