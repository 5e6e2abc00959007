//! `status` and `repositories` stay readable and within what Lambda returns, however large the organization is, and list it
//! once for all integrations.

use hookpost_core::azure_devops::deliveries::{DeliveryResult, LoggedEvent};
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::subscription::SubscriptionStatus;
use hookpost_core::error::ErrorCode;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::fakes::organization::{SHOP, forbidden};
use crate::fixture::{BASE, Fixture, at, connect, lines, request, with};

/// Lambda returns at most this many bytes.
const LAMBDA_BYTES: usize = 6 * 1024 * 1024;

fn all_projects(fixture: &Fixture) -> Value {
    let organization = fixture.azure.lock();
    organization.projects.iter().map(|project| Value::from(project.name.clone())).collect()
}

/// An organization of this many projects, all of them connected.
fn connected(projects: usize) -> Fixture {
    let fixture = Fixture::new();
    fixture.azure.lock().set_projects(projects);
    fixture.connect(&all_projects(&fixture));
    fixture.azure.lock().calls.clear();
    fixture
}

fn details(report: &Value) -> &Value {
    &report["integrations"]["northpeak"]
}

fn shown(report: &Value) -> usize {
    details(report)["subscriptions"].as_array().expect("a list").len()
}

#[test]
fn an_organization_that_is_well_is_a_few_lines() {
    let fixture = connected(260);
    let report = fixture.report(&request("status"));
    assert_eq!(report["summary"], "no problems found");
    assert_eq!(details(&report)["states"], json!({"enabled": 2080}));
    assert_eq!(shown(&report), 0);
    assert!(report.to_string().len() < 1000, "{report}");
    let calls = fixture.azure.lock().calls.len();
    assert_eq!(calls, 5, "connection, repositories, two lists of subscriptions, one count");
    let report = fixture.report(&with(request("status"), "verbose", true));
    assert_eq!(shown(&report), 2080);
}

#[test]
fn what_has_trouble_is_shown_in_full() {
    let fixture = connected(3);
    let (failed, disabled) = {
        let mut organization = fixture.azure.lock();
        organization.subscriptions[4].status = SubscriptionStatus::DisabledBySystem;
        (organization.subscriptions[1].id.clone(), organization.subscriptions[4].id.clone())
    };
    fixture.azure.lock().deliver_to(failed.clone(), at(-60), DeliveryResult::Failed, LoggedEvent::NotKept);
    let report = fixture.report(&request("status"));
    let subscriptions = details(&report)["subscriptions"].as_array().expect("a list");
    let mut ids: Vec<&str> =
        subscriptions.iter().filter_map(|subscription| subscription["id"].as_str()).collect();
    ids.sort_unstable();
    assert_eq!(ids, [failed.as_str(), disabled.as_str()]);
    assert_eq!(details(&report)["states"]["enabled"], 23);
    assert_eq!(details(&report)["failedLastDays"], 1);
}

#[test]
fn problems_of_one_kind_are_named_a_few_times_and_counted() {
    let fixture = connected(100);
    for existing in &mut fixture.azure.lock().subscriptions {
        existing.status = SubscriptionStatus::DisabledByUser;
    }
    let probation = fixture.azure.lock().subscriptions[7].id.clone();
    fixture.azure.lock().subscriptions[7].status = SubscriptionStatus::OnProbation;
    let report = fixture.report(&request("status"));
    assert_eq!(report["summary"], "800 problems: see `remains`");
    let remains = lines(&report["remains"]);
    assert_eq!(remains.lines().count(), 22, "{remains}");
    assert!(remains.contains("and 779 more like these") && remains.contains(&probation), "{remains}");
    assert_eq!((shown(&report), &details(&report)["subscriptionsLeftOut"]), (20, &json!(780)));
    assert!(report.to_string().len() < 20_000, "{}", report.to_string().len());
    let verbose = fixture.report(&with(request("status"), "verbose", true));
    assert_eq!(lines(&verbose["remains"]).lines().count(), 800);

    fixture.azure.lock().subscriptions.clear();
    let report = fixture.report(&request("status"));
    assert_eq!(report["summary"], "800 problems: see `remains`");
    assert_eq!(lines(&report["remains"]).lines().count(), 21, "{}", report["remains"]);
}

#[test]
fn the_largest_answer_is_one_that_lambda_returns() {
    let fixture = connected(200);
    let long = "a very long name of somebody who left ".repeat(90);
    for existing in &mut fixture.azure.lock().subscriptions {
        existing.status = SubscriptionStatus::DisabledByInactiveIdentity;
        existing.created_by.as_mut().expect("a creator").display_name.clone_from(&long);
    }
    let report = fixture.report(&with(request("status"), "verbose", true));
    assert!(report.to_string().len() < LAMBDA_BYTES, "{}", report.to_string().len());
    assert_eq!(report["summary"], "1600 problems: see `remains`");
    let left_out = details(&report)["subscriptionsLeftOut"].as_u64().expect("a number");
    assert_eq!(shown(&report) as u64 + left_out, 1600);
    assert!(lines(&report["remains"]).contains("would make the answer too long"));
}

#[test]
fn integrations_of_one_organization_and_owner_share_its_listings() {
    let fixture = Fixture::new();
    fixture.azure.lock().set_projects(50);
    for number in 1..=50 {
        let team = with(connect(), "integration", format!("team-{number}"));
        fixture.report(&with(team, "projects", json!([format!("Project {number}")])));
    }
    fixture.azure.lock().calls.clear();
    let report = fixture.report(&json!({"action": "status"}));
    assert_eq!(report["summary"], "no problems found", "{report}");
    assert_eq!(report["integrations"].as_object().map(serde_json::Map::len), Some(50));
    for name in ["team-1", "team-50"] {
        assert_eq!(report["integrations"][name]["states"], json!({"enabled": 8}), "{report}");
    }
    // The listing by event type, and that of other event types.
    for (call, count) in [("repositories", 1), ("subscriptions", 2), ("connection", 50), ("counts", 50)] {
        assert_eq!(fixture.calls(call), count, "{call}");
    }
    assert!(report.to_string().len() < 30_000, "{}", report.to_string().len());
}

#[test]
fn a_run_out_of_time_says_which_integrations_it_did_not_come_to() {
    let fixture = Fixture::new();
    for number in 1..=30 {
        let team = with(connect(), "integration", format!("team-{number}"));
        fixture.report(&with(team, "projects", json!([SHOP])));
    }
    fixture.azure.lock().calls.clear();
    fixture.slow_down(SignedDuration::from_secs(1));
    let ends = fixture.azure.lock().began + SignedDuration::from_secs(60);
    fixture.azure.lock().ends = Some(ends);
    let report = fixture.report(&json!({"action": "status"}));
    let shown = report["integrations"].as_object().map(serde_json::Map::len).expect("an object");
    assert!(
        lines(&report["remains"]).contains(&format!("{} of 30 integrations are left", 30 - shown)),
        "{report}"
    );
    assert!((15..30).contains(&shown), "{shown}");
}

#[test]
fn a_refused_count_of_many_subscriptions_is_found_by_halving() {
    let fixture = connected(100);
    let refused = fixture.azure.lock().subscriptions[700].id.clone();
    fixture.azure.refuse(refused.clone(), RestError::Rejected { status: 400, message: "no".to_owned() });
    let report = fixture.report(&request("status"));
    assert!(lines(&report["remains"]).contains(&refused), "{report}");
    assert!(fixture.calls("counts") < 40, "{}", fixture.calls("counts"));
}

#[test]
fn repositories_are_listed_by_project() {
    let fixture = Fixture::connected();
    let repositories = |filter: Option<&str>| {
        let request = request("repositories");
        filter.map_or(request.clone(), |project| with(request, "project", project))
    };
    let report = fixture.report(&repositories(None));
    let projects = report["projects"].as_array().expect("a list");
    let names: Vec<&str> = projects.iter().filter_map(|project| project["name"].as_str()).collect();
    assert_eq!(names, ["Lab", "Shop"]);
    assert_eq!(projects[1]["repositories"][0]["name"], "web");
    for filter in ["shop", SHOP] {
        let report = fixture.report(&repositories(Some(filter)));
        assert_eq!(report["projects"].as_array().map(Vec::len), Some(1), "{report}");
        assert_eq!(report["projects"][0]["repositories"][0]["name"], "web");
    }
    let error = fixture.error(&repositories(Some("Nowhere")));
    assert_eq!(error.code(), ErrorCode::NotFound);
    assert!(error.message().contains("`Nowhere`"), "{error}");
}

#[test]
fn twenty_thousand_repositories_are_cut_and_can_be_asked_for_by_project() {
    let fixture = Fixture::connected();
    {
        let mut organization = fixture.azure.lock();
        organization.set_projects(740);
        let of_project = organization.repositories.clone();
        organization.repositories =
            of_project.into_iter().flat_map(|project| std::iter::repeat_n(project, 27)).collect();
    }
    let report = fixture.report(&request("repositories"));
    assert!(report.to_string().len() < LAMBDA_BYTES / 2, "{}", report.to_string().len());
    assert_eq!(report["projects"].as_array().map(Vec::len), Some(740), "every project can be found");
    assert!(lines(&report["warnings"]).contains("are left out"), "{}", report["warnings"]);
    let of_project = fixture.report(&with(request("repositories"), "project", "Project 740"));
    assert_eq!(of_project["projects"][0]["repositories"].as_array().map(Vec::len), Some(27));
    assert!(of_project["warnings"].is_null());
}

#[test]
fn an_unlink_that_has_not_come_to_its_end_is_a_problem() {
    let fixture = Fixture::connected();
    fixture.azure.refuse(format!("delete {}", fixture.azure.push_of(SHOP)), forbidden());
    fixture.report(&request("unlink"));
    fixture.azure.refuse_nothing();
    let report = fixture.report(&request("status"));
    assert!(
        lines(&report["remains"]).contains("`northpeak`: `unlink` has not come to its end: run `unlink`")
    );
}

#[test]
fn webhook_urls_that_have_changed_are_one_problem() {
    let mut fixture = Fixture::connected();
    fixture.set_base("https://hooks.northpeak.example");
    let report = fixture.report(&request("status"));
    assert_eq!(report["summary"], "1 problems: see `remains`");
    let problem = lines(&report["remains"]);
    assert!(problem.contains(BASE) && problem.contains("run `connect`"), "{problem}");
}
