//! What a gap costs in a company: 3,000 repositories in 300 projects.

use hookpost_core::azure_devops::deliveries::{DeliveryResult, LoggedEvent};
use hookpost_core::azure_devops::subscription::SubscriptionStatus;
use hookpost_core::subscriptions::kind::{ChangeKind, SubscriptionKind};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::fakes::contents::event;
use crate::fakes::organization::forbidden;
use crate::fixture::{Fixture, at, at_second, fields};

const PUSH: SubscriptionKind = SubscriptionKind::Push;
const CREATED: SubscriptionKind = SubscriptionKind::PullRequestCreated;
const STATUS: SubscriptionKind = SubscriptionKind::PullRequestUpdated(ChangeKind::Status);

const REPOSITORIES: usize = 3000;
const PROJECTS: usize = 300;

/// The integration of all projects, or of each of them.
fn company(projects: &Value) -> Fixture {
    let fixture = Fixture::new();
    fixture.azure.lock().set_company(PROJECTS, REPOSITORIES);
    fixture.connect(projects);
    assert_eq!(fixture.watch().failure, None);
    fixture
}

/// Nobody looks for a day. Every delivery came, except of the push and the pull request with number 7.
fn a_day_passes(fixture: &Fixture) {
    let mut organization = fixture.azure.lock();
    for number in 0..2000_u64 {
        let repository = format!("r{}", number * 7 % 3000);
        let time = at_second(0, 43 * i64::try_from(number).expect("small"));
        organization.push(&repository, number, time);
        if number != 7 {
            let id = organization.subscription_for(PUSH, &repository);
            let delivered = time + SignedDuration::from_secs(1);
            organization.deliver_to(id, delivered, DeliveryResult::Succeeded, LoggedEvent::NotKept);
        }
    }
    organization.open_pull_request("r8", 7, at(60));
}

#[test]
fn a_day_of_3000_repositories_costs_two_calls_for_each_at_most() {
    let each: Vec<Value> = (0..PROJECTS).map(|number| json!(format!("p{number}"))).collect();
    for projects in [json!("all"), Value::Array(each)] {
        let fixture = company(&projects);
        a_day_passes(&fixture);
        let report = fixture.pass(at(24 * 60));
        assert_eq!((report.reconstructed, report.failure), (2, None), "{projects}");
        assert_eq!(fixture.calls("pushes"), REPOSITORIES, "each repository is listed once");
        assert_eq!(fixture.calls("pull requests of project"), 2 * PROJECTS, "once for each list");
        let calls = fixture.azure.lock().calls.len();
        assert!(calls <= 2 * REPOSITORIES, "{calls}");
        let mut found = fields(&fixture.take_events(), "/pushId");
        found.sort();
        assert_eq!(found, ["7", "null"]);
    }
}

#[test]
fn slices_of_20_seconds_come_to_the_end_and_queue_nothing_twice() {
    let mut fixture = Fixture::new();
    fixture.azure.lock().set_company(10, 200);
    fixture.connect(&json!("all"));
    assert_eq!(fixture.watch().failure, None);
    // Nothing of two hours was delivered.
    for kind in [PUSH, CREATED, STATUS] {
        fixture.set_status(kind, SubscriptionStatus::DisabledBySystem);
    }
    for number in 0..600_u64 {
        let repository = format!("r{}", number % 200);
        fixture.azure.lock().push(
            &repository,
            number,
            at_second(1, 10 * i64::try_from(number).expect("small")),
        );
    }
    for number in 1000..1100_u64 {
        fixture.azure.lock().open_pull_request(&format!("r{}", number % 200), number, at(5));
    }
    fixture.slow_down(SignedDuration::from_millis(200));
    let (mut passes, mut most) = (0, 0);
    while fixture.pass_of(20, at(120 + 5 * passes)).failure.is_some() {
        passes += 1;
        most = most.max(fixture.checkpoint_size());
        assert!(passes < 20, "each pass gets on");
    }
    assert!(passes > 2, "{passes}");
    let events = fixture.take_events();
    let mut numbers = fields(&events, "/pushId");
    numbers.extend(fields(&events, "/number"));
    numbers.retain(|number| number != "null");
    numbers.sort();
    let count = numbers.len();
    numbers.dedup();
    assert_eq!((count, numbers.len()), (700, 700), "each once");
    assert!(most < 20_000, "{most} bytes");
}

/// So many deliveries failed within so many minutes, those of the last ten only after the first pass; passes until
/// nothing is left.
fn passes_after(failures: i32, minutes: i64) -> Vec<String> {
    let fixture = Fixture::watching(&["web", "api"]);
    for number in 0..failures {
        let time = at(1) + SignedDuration::from_millis(minutes * 60_000 / i64::from(failures)) * number;
        let mut organization = fixture.azure.lock();
        let repository = if number % 2 == 0 { "web" } else { "api" };
        let number = u64::try_from(number).expect("positive");
        let push = organization.push(repository, number, time);
        let resource: Value = serde_json::from_str(&push).expect("JSON");
        let kept = LoggedEvent::Whole(event(PUSH, number, time, &resource));
        let has_ended = time < at(minutes - 10);
        let result = if has_ended { DeliveryResult::Failed } else { DeliveryResult::Pending };
        organization.deliver(PUSH, time, result, kept);
    }
    fixture.slow_down(SignedDuration::from_millis(200));
    for pass in 0..10 {
        let report = fixture.pass(at(minutes + 2 + 5 * pass));
        for (row, _) in &mut fixture.azure.lock().log {
            row.result = DeliveryResult::Failed;
        }
        if report.failure.is_none() && report.missed + report.reconstructed == 0 {
            return fields(&fixture.take_events(), "/pushId");
        }
    }
    panic!("each pass gets on");
}

#[test]
fn failures_that_take_several_passes_are_queued_once() {
    for (failures, minutes) in [(1000, 120), (3000, 60)] {
        let mut pushes = passes_after(failures, minutes);
        let count = pushes.len();
        pushes.sort();
        pushes.dedup();
        let failures = usize::try_from(failures).expect("positive");
        assert_eq!((count, pushes.len()), (failures, failures), "each once");
    }
}

#[test]
fn events_of_a_repository_are_sent_ten_at_a_time() {
    let fixture = Fixture::watching(&["web"]);
    fixture.set_status(PUSH, SubscriptionStatus::DisabledBySystem);
    for number in 0..95 {
        fixture.azure.lock().push("web", number, at_second(1, i64::try_from(number).expect("small")));
    }
    assert_eq!(fixture.pass(at(10)).reconstructed, 95);
    assert_eq!(fixture.take_sends(), [10, 10, 10, 10, 10, 10, 10, 10, 10, 5]);
}

#[test]
fn a_project_that_cannot_be_listed_is_listed_by_repository() {
    let fixture = Fixture::watching(&["web", "api"]);
    fixture.set_status(CREATED, SubscriptionStatus::DisabledBySystem);
    fixture.azure.lock().open_pull_request("web", 7, at(1));
    fixture.azure.refuse("pull requests of project", forbidden());
    fixture.azure.refuse("Created pull requests of api", forbidden());
    let report = fixture.pass(at(20));
    assert_eq!((report.reconstructed, report.failure), (1, None));
    assert!(report.remains.join("\n").contains("repository api"), "{:?}", report.remains);
}

#[test]
fn repositories_are_listed_once_for_all_events_without_their_content() {
    let fixture = Fixture::watching(&["web"]);
    let vote = SubscriptionKind::PullRequestUpdated(ChangeKind::Vote);
    for number in 7..17 {
        fixture.azure.lock().open_pull_request("web", number, at(-60));
        let event = event(vote, number, at(1), &json!("not shown"));
        let kept = LoggedEvent::WithoutContent(event);
        fixture.azure.lock().deliver(vote, at(1), DeliveryResult::Failed, kept);
    }
    let report = fixture.pass(at(5));
    assert_eq!((report.replayed, report.failure), (10, None));
    // The other call resolves the projects of the integration.
    assert!(fixture.calls("repositories") <= 2, "{}", fixture.calls("repositories"));
}
