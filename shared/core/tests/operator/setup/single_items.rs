//! One subscription that Azure DevOps refuses is named and passed over, in every loop over several of them.

use hookpost_core::azure_devops::deliveries::{DeliveryResult, LoggedEvent};
use hookpost_core::azure_devops::error::{MissingPermission, RestError};
use hookpost_core::azure_devops::subscription::SubscriptionStatus;
use hookpost_core::error::ErrorCode;
use hookpost_core::secrets::version::VersionStage;
use hookpost_core::subscriptions::kind::{ChangeKind, SubscriptionKind};
use serde_json::Value;

use crate::fakes::organization::{LAB, SHOP, not_found, repository_id};
use crate::fakes::subscriptions::subscription_id;
use crate::fixture::{Fixture, at, connect, lines, request, with};

/// The errors that concern one item, as Azure DevOps answers them.
fn item_errors() -> Vec<RestError> {
    let missing = MissingPermission::EditSubscriptions;
    vec![
        RestError::Forbidden { message: "no".to_owned(), missing },
        not_found(),
        RestError::Rejected { status: 400, message: "no".to_owned() },
        RestError::Unavailable { status: 500, message: "no".to_owned() },
        RestError::Unreachable { detail: "no".to_owned() },
    ]
}

fn refused_token() -> RestError {
    RestError::Unauthorized { message: String::new() }
}

fn push_of(fixture: &Fixture, project: &str) -> String {
    fixture.azure.push_of(project)
}

#[test]
fn connect_passes_over_one_refused_step() {
    for error in item_errors() {
        let fixture = Fixture::new();
        fixture.azure.refuse(format!("create git.push in {SHOP}"), error.clone());
        let report = fixture.report(&connect());
        assert_eq!(fixture.azure.lock().subscriptions.len(), 15, "{error}");
        let remains = lines(&report["remains"]);
        assert!(remains.contains("git.push of project `Shop`"), "{remains}");
        assert!(report["summary"].as_str().is_some_and(|text| text.contains("incomplete")), "{report}");
        fixture.azure.refuse_nothing();
        let report = fixture.report(&connect());
        assert!(report["remains"].is_null(), "{report}");
        assert_eq!(fixture.azure.lock().subscriptions.len(), 16);
    }
}

#[test]
fn connect_fails_when_no_step_succeeds() {
    let fixture = Fixture::new();
    fixture.azure.refuse("create", RestError::Rejected { status: 400, message: "no".to_owned() });
    let error = fixture.error(&connect());
    assert_eq!(error.code(), ErrorCode::AzureDevOpsRefused);
    assert!(error.message().contains("11 more failed"), "{error}");
}

#[test]
fn connect_ends_when_the_token_is_refused_or_azure_devops_is_down() {
    for (error, tried, code) in [
        (refused_token(), 1, ErrorCode::TokenRefused),
        (
            RestError::Unavailable { status: 503, message: String::new() },
            2,
            ErrorCode::AzureDevOpsUnavailable,
        ),
    ] {
        let fixture = Fixture::new();
        fixture.azure.refuse("create", error);
        assert_eq!(fixture.error(&connect()).code(), code);
        assert_eq!(fixture.azure.take_changes().len(), tried);
    }
}

#[test]
fn a_test_delivery_goes_through_another_subscription() {
    for error in item_errors() {
        let fixture = Fixture::connected();
        fixture.azure.refuse(format!("test {}", push_of(&fixture, SHOP)), error);
        let report = fixture.report(&connect());
        assert!(lines(&report["checked"]).contains("to the `code-pushed` endpoint came through"), "{report}");
        assert!(lines(&report["remains"]).contains(&push_of(&fixture, SHOP)), "{report}");
    }
}

#[test]
fn a_receiver_that_refuses_is_told_after_both_were_tested() {
    let fixture = Fixture::new();
    fixture.azure.lock().refused_endpoint = Some("code-pushed");
    let error = fixture.error(&connect());
    assert_eq!(error.code(), ErrorCode::NotProven);
    assert!(error.message().contains("`code-pushed`") && error.message().contains("401"), "{error}");
    let calls = fixture.azure.lock().calls.clone();
    assert_eq!(calls.iter().filter(|call| call.starts_with("test ")).count(), 2, "{calls:?}");
}

#[test]
fn the_write_scope_is_checked_with_another_repository() {
    let fixture = Fixture::new();
    fixture.azure.refuse("probe", not_found());
    let report = fixture.report(&connect());
    assert!(lines(&report["warnings"]).contains("Code (write) could not be verified"), "{report}");
    let fixture = Fixture::new();
    fixture.azure.refuse(format!("probe {}", repository_id("web")), not_found());
    let report = fixture.report(&connect());
    assert!(lines(&report["checked"]).contains("the token can write code"), "{report}");
}

#[test]
fn status_counts_the_deliveries_it_can_count() {
    for error in item_errors() {
        let fixture = Fixture::connected();
        let refused = push_of(&fixture, LAB);
        for (id, _) in fixture.azure.subscriptions() {
            fixture.azure.lock().deliver_to(id, at(-60), DeliveryResult::Succeeded, LoggedEvent::NotKept);
        }
        fixture.azure.refuse(format!("counts {},", subscription_id(1)), error.clone());
        fixture.azure.refuse(format!("counts {refused}"), error);
        let report = fixture.report(&with(request("status"), "verbose", true));
        let subscriptions = report["integrations"]["northpeak"]["subscriptions"].as_array().expect("a list");
        for subscription in subscriptions {
            let is_refused = subscription["id"] == refused.as_str();
            let counted = if is_refused { Value::Null } else { Value::from(1) };
            assert_eq!(subscription["succeededLastDays"], counted, "{subscription}");
        }
        assert_eq!(subscriptions.len(), 16);
        assert!(lines(&report["remains"]).contains(&refused), "{report}");
    }
}

#[test]
fn status_is_given_without_the_delivery_log() {
    let fixture = Fixture::connected();
    fixture.azure.refuse("counts", RestError::Unavailable { status: 503, message: String::new() });
    let report = fixture.report(&with(request("status"), "verbose", true));
    assert_eq!(report["integrations"]["northpeak"]["subscriptions"].as_array().map(Vec::len), Some(16));
    assert!(lines(&report["remains"]).contains("the delivery log"), "{report}");
    let counted = fixture.azure.lock().calls.iter().filter(|call| call.starts_with("counts")).count();
    assert_eq!(counted, 3, "all at once, and two of them until it is plain that the log is down");
}

fn replay() -> Value {
    with(request("replay"), "from", "2026-11-19T00:00:00Z")
}

#[test]
fn replay_passes_over_a_subscription_whose_log_is_refused() {
    for error in item_errors() {
        let fixture = Fixture::connected();
        let refused = push_of(&fixture, SHOP);
        fixture.azure.refuse(format!("deliveries {refused}"), error);
        let report = fixture.report(&replay());
        assert!(lines(&report["remains"]).contains(&refused), "{report}");
        assert!(lines(&report["checked"]).contains("16 other subscriptions"), "{report}");
    }
    let fixture = Fixture::connected();
    fixture.azure.refuse("deliveries", not_found());
    assert_eq!(fixture.error(&replay()).code(), ErrorCode::NotFound, "no log at all can be read");
}

#[test]
fn replay_tells_apart_why_an_event_is_not_shown() {
    let fixture = Fixture::connected();
    let kept = std::iter::repeat_n(LoggedEvent::Hidden, 7).chain([
        LoggedEvent::NotKept,
        LoggedEvent::WithoutContent("{}".to_owned()),
        LoggedEvent::Pending,
        LoggedEvent::Whole("{}".to_owned()),
    ]);
    for kept in kept {
        fixture.azure.lock().deliver(SubscriptionKind::Push, at(-60), DeliveryResult::Failed, kept);
    }
    let push = push_of(&fixture, SHOP);
    fixture.azure.refuse(format!("event {push}/11"), not_found());
    let report = fixture.report(&replay());
    let remains = lines(&report["remains"]);
    let of_push: Vec<&str> = remains.lines().filter(|line| line.contains(&push)).collect();
    assert_eq!(of_push.len(), 5, "{of_push:#?}");
    for expected in [
        "deliveries 1, 2, 3, 4, 5 and 2 more of subscription",
        "hidden from this token, and no list or thread shows it: use a token of the subscription's creator",
        "delivery 8 of subscription",
        "did not keep the event",
        "without its content",
        "is not shown yet",
        "the event of delivery 11 of subscription",
    ] {
        assert!(of_push.iter().any(|line| line.contains(expected)), "{expected}: {of_push:#?}");
    }
}

#[test]
fn unlink_passes_over_a_refused_subscription_and_keeps_the_secrets() {
    for error in item_errors().into_iter().filter(|error| *error != not_found()) {
        let fixture = Fixture::connected();
        let refused = push_of(&fixture, SHOP);
        fixture.azure.refuse(format!("delete {refused}"), error);
        let report = fixture.report(&request("unlink"));
        assert!(lines(&report["remains"]).contains(&refused), "{report}");
        assert!(report["summary"].as_str().is_some_and(|text| text.contains("not unlinked yet")), "{report}");
        assert_eq!(fixture.azure.lock().subscriptions.len(), 1);
        assert!(fixture.secrets.stored().is_some(), "the next run needs the token");
        assert!(fixture.secrets.version(VersionStage::Current).is_some());
        fixture.azure.refuse_nothing();
        fixture.report(&request("unlink"));
        assert!(fixture.azure.lock().subscriptions.is_empty());
        assert!(fixture.secrets.stored().is_none());
    }
    let fixture = Fixture::connected();
    fixture.azure.refuse("delete", RestError::Rejected { status: 400, message: "no".to_owned() });
    assert_eq!(fixture.error(&request("unlink")).code(), ErrorCode::AzureDevOpsRefused);
}

#[test]
fn status_says_where_azure_devops_shows_who_disabled_a_subscription() {
    let fixture = Fixture::connected();
    let push = push_of(&fixture, SHOP);
    fixture.azure.lock().find(&push).expect("a subscription").status = SubscriptionStatus::DisabledByUser;
    let report = fixture.report(&request("status"));
    assert!(lines(&report["remains"]).contains("Organization settings, Auditing"), "{report}");
}

#[test]
fn replay_says_where_pull_requests_were_left_unsearched() {
    let fixture = Fixture::watching(&["web"]);
    let mut organization = fixture.azure.lock();
    for number in 1..=250 {
        organization.open_pull_request("web", number, at(1));
    }
    let vote = SubscriptionKind::PullRequestUpdated(ChangeKind::Vote);
    organization.deliver(vote, at(10), DeliveryResult::Failed, LoggedEvent::Hidden);
    organization.began = at(15);
    drop(organization);
    let report = fixture.report(&replay());
    let remains = lines(&report["remains"]);
    assert!(remains.contains("repository web: not every pull request"), "{remains}");
}

#[test]
fn a_delivery_without_a_time_is_named() {
    let fixture = Fixture::watching(&["web"]);
    let mut organization = fixture.azure.lock();
    organization.deliver(SubscriptionKind::Push, at(10), DeliveryResult::Failed, LoggedEvent::Hidden);
    organization.log[0].0.created = None;
    organization.began = at(15);
    drop(organization);
    let report = fixture.report(&replay());
    assert!(lines(&report["remains"]).contains("delivery 1 of subscription"), "{report}");
}
