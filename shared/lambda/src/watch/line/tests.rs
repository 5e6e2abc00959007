use hookpost_core::setup::error::ErrorCode;

use super::*;

fn line(seen: &IntegrationReport) -> Vec<u8> {
    log::line("WARN", "integration_checked", &integration_fields(seen, "Hookpost/hookpost"))
}

fn fields(seen: &IntegrationReport) -> Value {
    serde_json::from_slice(&line(seen)).unwrap()
}

/// The report of an integration with so many disabled subscriptions.
fn disabled(subscriptions: usize) -> IntegrationReport {
    let describe = |number| {
        format!("git.push in project `Project {number}`: somebody disabled it; enable it in Azure DevOps")
    };
    IntegrationReport {
        integration: "contoso".to_owned(),
        not_enabled: subscriptions as u64,
        done: (0..subscriptions).map(describe).collect(),
        remains: (0..subscriptions).map(describe).collect(),
        ..IntegrationReport::default()
    }
}

#[test]
fn a_line_names_the_first_twenty_and_counts_the_rest() {
    let seen = disabled(2_400);
    let fields = fields(&seen);
    for (list, all) in [(&fields["done"], &seen.done), (&fields["remains"], &seen.remains)] {
        let list: Vec<_> = list.as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let (others, first) = list.split_last().unwrap();
        assert_eq!(first, &all[..20]);
        assert_eq!(*others, "2380 more");
    }
    assert_eq!(fields["SubscriptionsNotDelivering"], 2_400, "the figure is of all");
}

#[test]
fn a_short_list_is_whole() {
    let seen = disabled(20);
    assert_eq!(fields(&seen)["remains"].as_array().map(Vec::len), Some(20));
    assert!(fields(&disabled(0)).get("remains").is_none());
}

#[test]
fn no_line_grows_with_projects() {
    let of_projects = line(&disabled(2_400)).len();
    assert!(of_projects <= line(&disabled(21)).len() + 100, "{of_projects} bytes");

    let long = "ä".repeat(100_000);
    let seen = IntegrationReport {
        done: vec![long.clone(); 300],
        remains: vec![long.clone(); 300],
        failure: Some(SetupError::new(ErrorCode::PermissionMissing, long)),
        ..IntegrationReport::default()
    };
    let bytes = line(&seen).len();
    assert!(bytes <= 3 * LOG_FIELD_BYTES_MAX + 1_000, "{bytes} bytes");
    assert_eq!(fields(&seen)["remains"][1], "299 more");
}

#[test]
fn metrics_have_no_dimension_so_none_grows_with_integrations() {
    let seen = IntegrationReport { token_days_left: Some(3), ..disabled(1) };
    assert_eq!(fields(&seen)["_aws"]["CloudWatchMetrics"][0]["Dimensions"], json!([[]]));
}
