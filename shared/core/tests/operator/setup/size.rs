//! A company's size: actions end before their invocation does, and the next run goes on there. Counts calls, and lets each
//! take as long as a distant Azure DevOps does.

use std::time::Duration;

use hookpost_core::azure_devops::deliveries::{DeliveryResult, LoggedEvent};
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::error::ErrorCode;
use hookpost_core::secrets::version::VersionStage;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::fakes::organization::{LAB, SHOP};
use crate::fixture::{Fixture, at_second, connect, lines, request, with};

/// How long an invocation of `setup` may make calls: 300 s without the five that the client keeps.
const CALL_SECONDS: i64 = 295;

/// An organization of this many projects. Nothing is connected.
fn company(projects: usize) -> Fixture {
    let fixture = Fixture::new();
    fixture.azure.lock().set_projects(projects);
    fixture
}

/// An organization of 60 projects that answers each call in a second: changes take as long as those of 300 projects that are
/// 200 ms away. All of it is connected.
fn connected() -> Fixture {
    let fixture = company(60);
    fixture.report(&connect_all(&fixture));
    fixture.slow_down(SignedDuration::from_secs(1));
    fixture
}

fn connect_all(fixture: &Fixture) -> Value {
    let projects: Vec<String> =
        fixture.azure.lock().projects.iter().map(|project| project.name.clone()).collect();
    with(connect(), "projects", projects)
}

/// Runs an action in an invocation of its own, and returns the calls that it made. It ends in time.
fn invoke(
    fixture: &Fixture,
    request: &Value,
) -> (Result<Value, hookpost_core::error::OperatorError>, Vec<String>) {
    {
        let mut organization = fixture.azure.lock();
        organization.calls.clear();
        organization.ends = Some(organization.began + SignedDuration::from_secs(CALL_SECONDS));
    }
    let answer = fixture.run(request);
    let mut organization = fixture.azure.lock();
    assert!(organization.time_left() > Some(Duration::from_secs(10)), "it ends before its time is over");
    organization.ends = None;
    (answer, std::mem::take(&mut organization.calls))
}

fn beside<'a>(calls: &'a [String], what: &str) -> Vec<&'a String> {
    calls.iter().filter(|call| !call.starts_with(what)).collect()
}

#[test]
fn three_hundred_projects_are_connected_in_two_runs() {
    let fixture = company(300);
    fixture.slow_down(SignedDuration::from_millis(200));
    let request = connect_all(&fixture);
    let (first, calls) = invoke(&fixture, &request);
    let first = first.expect("a report");
    assert!(beside(&calls, "create").len() < 20, "{:?}", beside(&calls, "create"));
    let made = calls.len() - beside(&calls, "create").len();
    let summary = first["summary"].as_str().expect("text");
    assert!(summary.contains(&format!("incomplete: {made} of 2400")), "{summary}");
    assert!(summary.contains("run the same request again"), "{summary}");
    assert!(lines(&first["remains"]).contains(&format!("{} are left", 2400 - made)), "{}", first["remains"]);

    let (second, calls) = invoke(&fixture, &request);
    let second = second.expect("a report");
    assert!(second["remains"].is_null(), "{}", second["remains"]);
    assert!(beside(&calls, "create").len() < 20, "{:?}", beside(&calls, "create"));
    assert_eq!(fixture.azure.lock().created, 2400, "none is made twice");

    let (third, calls) = invoke(&fixture, &request);
    assert!(third.expect("a report")["summary"].as_str().expect("text").ends_with("no changes needed"));
    assert!(beside(&calls, "create").len() == calls.len() && calls.len() < 20, "{calls:?}");
}

#[test]
fn a_small_organization_costs_no_more_calls_than_its_subscriptions_need() {
    let fixture = Fixture::new();
    let (report, calls) = invoke(&fixture, &with(connect(), "projects", json!([SHOP])));
    assert!(report.expect("a report")["remains"].is_null());
    let expected = [
        "connection",
        "repositories",
        "probe",
        "permissions",
        "subscriptions",
        "create",
        "create",
        "create",
        "create",
        "create",
        "create",
        "create",
        "create",
        "subscriptions",
        "test",
        "test",
    ];
    let kinds: Vec<&str> = calls.iter().map(|call| call.split(' ').next().unwrap_or_default()).collect();
    assert_eq!(kinds, expected);
}

#[test]
fn unlink_and_rotation_go_on_when_they_are_run_again() {
    let fixture = connected();
    let before = fixture.secrets.version(VersionStage::Current);

    let (first, calls) = invoke(&fixture, &request("rotate-password"));
    let error = first.expect_err("not complete");
    let changed = calls.len() - beside(&calls, "replace").len();
    assert_eq!(error.code(), ErrorCode::OutOfTime);
    assert!(error.message().contains(&format!("{changed} of 480")), "{error}");
    assert!(error.message().contains("run the same request again"), "{error}");
    assert_eq!(fixture.secrets.version(VersionStage::Current), before, "it stays pending");
    let (second, calls) = invoke(&fixture, &request("rotate-password"));
    second.expect("a report");
    assert_eq!(calls.len() - beside(&calls, "replace").len(), 480 - changed, "none is changed twice");
    assert_ne!(fixture.secrets.version(VersionStage::Current), before);

    let (first, _) = invoke(&fixture, &request("unlink"));
    let first = first.expect("a report");
    let left = fixture.azure.lock().subscriptions.len();
    assert!(lines(&first["remains"]).contains(&format!("{left} are left")), "{}", first["remains"]);
    assert!(fixture.secrets.stored().is_some(), "the next run needs the token");
    let (second, _) = invoke(&fixture, &request("unlink"));
    second.expect("a report");
    assert!(fixture.azure.lock().subscriptions.is_empty());
    assert!(fixture.secrets.stored().is_none());
}

/// Secrets Manager runs the four steps again when one of them fails, with the same version.
#[test]
fn a_rotation_by_secrets_manager_goes_on_in_its_next_attempt() {
    let fixture = connected();
    let before = fixture.secrets.version(VersionStage::Current);
    let attempt = || {
        let mut changed = 0;
        for step in ["createSecret", "setSecret", "testSecret", "finishSecret"] {
            let (token, secret) = ("11111111-2222-4333-8444-555555555555", "hookpost/northpeak/webhook");
            let event = json!({"Step": step, "SecretId": secret, "ClientRequestToken": token});
            let (answer, calls) = invoke(&fixture, &event);
            changed += calls.len() - beside(&calls, "replace").len();
            if let Err(error) = answer {
                return (changed, Some((step, error.code())));
            }
        }
        (changed, None)
    };
    let (first, ended) = attempt();
    assert_eq!(ended, Some(("setSecret", ErrorCode::OutOfTime)));
    assert_eq!(fixture.secrets.version(VersionStage::Current), before, "it stays pending");
    assert_eq!(attempt(), (480 - first, None), "none is changed twice");
    assert_ne!(fixture.secrets.version(VersionStage::Current), before);
}

#[test]
fn a_run_that_is_out_of_time_schedules_no_secret_for_deletion() {
    let fixture = connected();
    let (first, _) = invoke(&fixture, &with(request("unlink"), "withoutOrganization", true));
    assert!(first.expect("a report")["summary"].as_str().expect("text").contains("not unlinked yet"));
    assert!(fixture.secrets.stored().is_some());
}

#[test]
fn a_throttled_run_keeps_what_it_did_and_says_when_to_come_back() {
    let throttled = RestError::RateLimited { retry_after: Duration::from_secs(174) };
    let fixture = Fixture::new();
    fixture.azure.refuse(format!("create git.push in {LAB}"), throttled.clone());
    let report = fixture.report(&connect());
    let made = fixture.azure.lock().created;
    assert!(report["summary"].as_str().expect("text").contains(&format!("{made} of 16")), "{report}");
    assert!(lines(&report["remains"]).contains("again in 174 s"), "{report}");
    fixture.azure.refuse_nothing();
    fixture.report(&connect());
    assert_eq!(fixture.azure.lock().created, 16);

    let fixture = Fixture::new();
    fixture.azure.refuse("create", throttled);
    let error = fixture.error(&connect());
    assert_eq!(error.code(), ErrorCode::RateLimited);
    assert!(error.message().contains("again in 174 s"), "{error}");
}

#[test]
fn projects_without_a_repository_are_listed_and_not_asked_for_one_by_one() {
    let fixture = connected();
    fixture.azure.lock().repositories.clear();
    let (report, calls) = invoke(&fixture, &request("status"));
    report.expect("a report");
    assert!(calls.len() < 20, "{calls:?}");
}

#[test]
fn a_long_list_of_projects_without_permission_is_cut() {
    let fixture = company(300);
    let none = hookpost_core::azure_devops::catalog::SubscriptionRights { view: false, edit: false };
    {
        let mut organization = fixture.azure.lock();
        let ids: Vec<String> = organization.projects.iter().map(|project| project.id.clone()).collect();
        organization.permissions.extend(ids.into_iter().map(|id| (Some(id), none)));
    }
    let error = fixture.error(&connect_all(&fixture));
    assert!(error.message().contains("and 280 more") && error.message().len() < 3000, "{error}");
}

#[test]
fn subscriptions_covered_organization_wide_are_deleted_over_several_runs() {
    let fixture = connected();
    let whole = with(connect(), "projects", "all");
    let (first, calls) = invoke(&fixture, &whole);
    assert!(first.expect("a report")["summary"].as_str().expect("text").contains("incomplete"));
    assert!(beside(&calls, "delete").len() < 30, "{:?}", beside(&calls, "delete"));
    let (second, _) = invoke(&fixture, &whole);
    assert!(second.expect("a report")["remains"].is_null());
    assert_eq!(fixture.azure.lock().subscriptions.len(), 8);
}

#[test]
fn replay_asks_once_for_all_subscriptions() {
    let fixture = connected();
    let failed = fixture.azure.lock().subscriptions[17].id.clone();
    fixture.azure.lock().deliver_to(failed, at_second(-60, 0), DeliveryResult::Failed, whole());
    let (report, calls) = invoke(&fixture, &with(request("replay"), "from", "2026-11-19T00:00:00Z"));
    let report = report.expect("a report");
    let expected = "the subscriptions, the repositories that are selected, the log, the event";
    assert_eq!(calls.len(), 4, "{expected}: {calls:?}");
    let checked = lines(&report["checked"]);
    assert!(checked.contains("1 failed deliveries"), "{checked}");
    assert!(checked.contains("479 other subscriptions: 0 failed"), "{checked}");
}

#[test]
fn a_long_replay_goes_on_where_the_run_before_ended() {
    let fixture = connected();
    let ids: Vec<String> =
        fixture.azure.lock().subscriptions.iter().take(7).map(|existing| existing.id.clone()).collect();
    // Over five days, which are read part by part.
    for (number, id) in (0..500).zip(ids.iter().cycle()) {
        let created = at_second(-500 * 15, 0) + SignedDuration::from_mins(15) * number;
        fixture.azure.lock().deliver_to(id.clone(), created, DeliveryResult::Failed, whole());
    }
    let mut request = with(request("replay"), "from", "2026-11-01T00:00:00Z");
    let (mut read, mut runs) = (Vec::new(), 0);
    loop {
        let (report, calls) = invoke(&fixture, &request);
        let report = report.expect("a report");
        read.extend(calls.into_iter().filter(|call| call.starts_with("event ")));
        runs += 1;
        let Some(from) = report["continueFrom"].as_str() else { break };
        assert!(report["summary"].as_str().expect("text").starts_with("incomplete"), "{report}");
        assert!(report["next"].as_str().expect("text").contains(from), "{report}");
        request = with(request, "from", from);
    }
    assert_eq!((read.len(), runs), (500, 2));
    read.sort_unstable();
    read.dedup();
    assert_eq!(read.len(), 500, "each once");
}

#[test]
fn a_replay_that_is_throttled_goes_on_there_too() {
    let fixture = connected();
    let id = fixture.azure.lock().subscriptions[0].id.clone();
    for minute in 0..5 {
        fixture.azure.lock().deliver_to(
            id.clone(),
            at_second(minute - 60, 0),
            DeliveryResult::Failed,
            whole(),
        );
    }
    let throttled = RestError::RateLimited { retry_after: Duration::from_secs(174) };
    fixture.azure.refuse(format!("event {id}/4"), throttled);
    let report = fixture.report(&with(request("replay"), "from", "2026-11-19T00:00:00Z"));
    assert_eq!(report["continueFrom"], at_second(-57, 0).to_string());
    assert!(lines(&report["warnings"]).contains("174 s"), "{report}");
}

/// An event that is kept whole.
fn whole() -> LoggedEvent {
    LoggedEvent::Whole("{}".to_owned())
}
