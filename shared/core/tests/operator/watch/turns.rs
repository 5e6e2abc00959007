//! Several integrations of one organization: they share its listings and take turns, and none holds up another.

use hookpost_core::azure_devops::deliveries::{DeliveryResult, LoggedEvent};
use hookpost_core::azure_devops::subscription::SubscriptionStatus;
use hookpost_core::subscriptions::kind::SubscriptionKind;
use hookpost_core::watch::report::IntegrationReport;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::fakes::contents::event;
use crate::fakes::organization::unavailable;
use crate::fixture::{Fixture, at, at_second, connect, fields, with};

const PUSH: SubscriptionKind = SubscriptionKind::Push;

/// Integrations for the whole organization, and their first pass.
fn watching(names: &[&str]) -> Fixture {
    let fixture = Fixture::new();
    for name in names {
        let request = with(with(connect(), "integration", *name), "projects", "all");
        fixture.report(&request);
    }
    for report in fixture.pass_over_all(at(0)).expect("a pass") {
        assert_eq!(report.failure, None);
    }
    fixture
}

/// The id of an integration's subscription to pushes.
fn pushes_of(fixture: &Fixture, name: &str) -> String {
    let organization = fixture.azure.lock();
    let is_it = |url: &str| url.contains(&format!("/{name}/code-pushed"));
    organization
        .subscriptions
        .iter()
        .find(|existing| is_it(&existing.url))
        .expect("a subscription")
        .id
        .clone()
}

/// A push that was not delivered to an integration. No list shows it, so that the others know nothing of it.
fn fail_push(fixture: &Fixture, name: &str, number: u64, time: Timestamp) {
    let subscription = pushes_of(fixture, name);
    let mut organization = fixture.azure.lock();
    let resource: Value = serde_json::from_str(&organization.push("web", number, time)).expect("JSON");
    organization.pushes.clear();
    let kept = LoggedEvent::Whole(event(PUSH, number, time, &resource));
    organization.deliver_to(subscription, time, DeliveryResult::Failed, kept);
}

/// The integrations and push ids of the events that were queued since the last call.
fn queued(fixture: &Fixture) -> Vec<(String, String)> {
    let events = fixture.take_events();
    let integrations =
        events.iter().map(|event| event["integration"].as_str().unwrap_or_default().to_owned());
    let mut queued: Vec<_> = integrations.zip(fields(&events, "/pushId")).collect();
    queued.sort();
    queued
}

fn report<'a>(reports: &'a [IntegrationReport], name: &str) -> &'a IntegrationReport {
    reports.iter().find(|report| report.integration == name).expect("a report")
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(name, push)| ((*name).to_owned(), (*push).to_owned())).collect()
}

#[test]
fn fifty_integrations_of_one_organization_cost_it_what_one_does() {
    let single = watching(&["alpha"]);
    single.pass_over_all(at(5)).expect("a pass");
    let names: Vec<String> = (0..50).map(|number| format!("team-{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let fifty = watching(&names);
    fifty.pass_over_all(at(5)).expect("a pass");
    assert_eq!(fifty.calls(""), single.calls(""), "{:?}", fifty.azure.lock().calls);
    assert!(single.calls("") <= 5, "{:?}", single.azure.lock().calls);
}

#[test]
fn each_integration_gets_what_it_missed_and_nothing_of_another() {
    let fixture = watching(&["alpha", "beta", "gamma"]);
    fail_push(&fixture, "alpha", 1, at(1));
    fail_push(&fixture, "gamma", 2, at(2));
    let reports = fixture.pass_over_all(at(5)).expect("a pass");
    assert_eq!(queued(&fixture), pairs(&[("alpha", "1"), ("gamma", "2")]));
    assert_eq!(["alpha", "beta", "gamma"].map(|name| report(&reports, name).replayed), [1, 0, 1]);
}

#[test]
fn a_killed_pass_is_forgotten_in_nothing_that_it_had_done() {
    let fixture = watching(&["alpha", "beta"]);
    fail_push(&fixture, "alpha", 1, at(1));
    fail_push(&fixture, "beta", 2, at(1));
    let of_beta = pushes_of(&fixture, "beta");
    fixture.killed_pass(at(5), &format!("event {of_beta}"));
    assert_eq!(queued(&fixture), pairs(&[("alpha", "1")]));
    assert_eq!(fixture.pass_over_all(at(10)), None, "the lease lasts six minutes");
    fixture.pass_over_all(at(15)).expect("a pass");
    assert_eq!(queued(&fixture), pairs(&[("beta", "2")]));
}

#[test]
fn an_integration_that_kills_passes_does_not_keep_the_others_waiting() {
    let names = ["alpha", "beta", "gamma", "delta"];
    let fixture = watching(&names);
    for (number, name) in (1..).zip(names) {
        fail_push(&fixture, name, number, at(1));
    }
    let of_beta = pushes_of(&fixture, "beta");
    for pass in 0..5 {
        fixture.killed_pass(at(10 + 10 * pass), &format!("event {of_beta}"));
    }
    assert_eq!(queued(&fixture), pairs(&[("alpha", "1"), ("delta", "4"), ("gamma", "3")]));
}

#[test]
fn being_behind_delays_no_healing() {
    let names: Vec<String> = (0..12).map(|number| format!("team-{number:02}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let fixture = watching(&names);
    let repositories: Vec<String> = (0..150).map(|number| format!("r{number}")).collect();
    let repositories: Vec<&str> = repositories.iter().map(String::as_str).collect();
    let mut organization = fixture.azure.lock();
    organization.set_repositories(&repositories);
    let is_push = |event_type: &str| event_type == "git.push";
    for existing in organization.subscriptions.iter_mut().filter(|existing| is_push(&existing.event_type)) {
        existing.status = SubscriptionStatus::DisabledBySystem;
    }
    organization.push("r7", 1, at(2));
    drop(organization);
    fixture.slow_down(SignedDuration::from_millis(200));
    let reports = fixture.pass_over_all(at(10)).expect("a pass");
    let healed: Vec<u64> = reports.iter().map(|report| report.healed).collect();
    assert_eq!(healed, [1; 12], "every subscription delivers again");
    assert!(reports.iter().any(|report| report.failure.is_some()), "the gaps take more than one pass");
    let mut passes = 0;
    while fixture
        .pass_over_all(at(20 + 10 * passes))
        .expect("a pass")
        .iter()
        .any(|report| report.failure.is_some())
    {
        passes += 1;
        assert!(passes < 4, "the integrations take turns");
    }
    let all: Vec<(String, String)> = names.iter().map(|name| ((*name).to_owned(), "1".to_owned())).collect();
    assert_eq!(queued(&fixture), all);
}

#[test]
fn what_happens_while_a_pass_is_at_other_integrations_is_left_to_the_next() {
    let fixture = watching(&["alpha", "beta"]);
    fixture.slow_down(SignedDuration::from_secs(5));
    fixture.pass_over_all(at(5)).expect("a pass");
    // The listing was made 5 seconds after the pass began, and `beta` was looked at after that.
    let subscription = pushes_of(&fixture, "beta");
    let mut organization = fixture.azure.lock();
    let found = organization.subscriptions.iter_mut().find(|existing| existing.id == subscription);
    found.expect("a subscription").status = SubscriptionStatus::OnProbation;
    organization.push("web", 1, at_second(5, 20));
    drop(organization);
    fixture.slow_down(SignedDuration::ZERO);
    fixture.pass_over_all(at(20)).expect("a pass");
    assert_eq!(queued(&fixture), pairs(&[("beta", "1")]));
}

#[test]
fn an_integration_without_a_token_that_works_holds_up_nobody() {
    let fixture = watching(&["alpha", "beta"]);
    fail_push(&fixture, "beta", 1, at(1));
    let of_alpha = json!({"action": "unlink", "integration": "alpha"});
    fixture.report(&of_alpha);
    fixture.pass_over_all(at(5)).expect("a pass");
    assert_eq!(queued(&fixture), pairs(&[("beta", "1")]));
}

#[test]
fn a_pass_that_finds_the_lease_taken_gives_back_what_it_received() {
    let fixture = watching(&["alpha"]);
    let mut queue = fixture.checkpoint_queue();
    let all = queue.receive(at(5));
    let of_alpha = all.iter().find(|message| message.body.contains("checkpoint")).expect("a checkpoint");
    // The pass at work has just stored it, and will need it again.
    queue.make_visible(std::slice::from_ref(&of_alpha.receipt_handle));
    drop(queue);
    assert_eq!(fixture.pass_over_all(at(5)), None);
    let received = fixture.checkpoint_queue().receive(at(5));
    assert_eq!(received.iter().map(|message| &message.body).collect::<Vec<_>>(), [&of_alpha.body]);
}

#[test]
fn an_unlink_that_was_cut_off_keeps_the_checkpoint() {
    let fixture = watching(&["alpha"]);
    let stored = fixture.checkpoints();
    assert_eq!(stored.len(), 1);
    let unlink = json!({"action": "unlink", "integration": "alpha"});
    fixture.azure.refuse("delete", unavailable());
    drop(fixture.run(&unlink));
    fixture.azure.refuse_nothing();
    assert!(fixture.cut_off(8, fixture.action(&unlink)), "it has begun");
    fixture.pass_over_all_in_place();
    let settled =
        |stored: &[Value]| stored.first().map(|message| message["checkpoint"]["settled_until"].to_string());
    assert!(settled(&fixture.checkpoints()) >= settled(&stored), "nothing is forgotten");
}

#[test]
fn an_organization_that_does_not_answer_is_asked_once_in_a_pass() {
    let fixture = watching(&["alpha", "beta", "gamma"]);
    fixture.azure.refuse("connection", unavailable());
    let reports = fixture.pass_over_all(at(5)).expect("a pass");
    assert!(reports.iter().all(|report| report.failure.is_some()));
    assert_eq!(fixture.calls("connection"), 1);
}

#[test]
fn what_could_not_be_stored_is_stored_at_the_end() {
    let fixture = watching(&["alpha"]);
    fail_push(&fixture, "alpha", 1, at(1));
    let reports = fixture.pass_without_store(at(5));
    assert_eq!(report(&reports, "alpha").replayed, 1, "it says what it did");
    fixture.pass_over_all(at(15)).expect("the next pass finds everything");
    assert_eq!(fixture.checkpoints().len(), 1);
}
