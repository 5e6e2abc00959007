//! A pass of `watch` beside a run of `setup`, which begins before each call of the pass, and the other way round.

use hookpost_core::azure_devops::subscription::SubscriptionStatus;
use hookpost_core::error::OperatorError;
use hookpost_core::watch::PassOutcome;
use serde_json::{Value, json};

use crate::fakes::organization::SHOP;
use crate::fakes::subscriptions::ReEnable;
use crate::fixture::{Fixture, at, connect, request, with};

/// What the pass and the action came to.
type Ended = (Result<PassOutcome, OperatorError>, Result<Value, OperatorError>);

/// Runs the action before each call of a pass, each time in a fixture of its own, and once after the last one; then the pass
/// before each call of the action.
fn at_each_call(prepare: impl Fn() -> Fixture, action: &Value, mut check: impl FnMut(&Fixture, Ended)) {
    for calls in 0.. {
        let fixture = prepare();
        let beside = fixture.run_beside(calls, fixture.pass_of_watch(), fixture.action(action));
        check(&fixture, (beside.first, beside.second));
        if beside.is_after {
            assert!(calls > 5, "a pass makes more calls");
            break;
        }
    }
    for calls in 0.. {
        let fixture = prepare();
        let beside = fixture.run_beside(calls, fixture.action(action), fixture.pass_of_watch());
        check(&fixture, (beside.second, beside.first));
        if beside.is_after {
            assert!(calls > 5, "an action makes more calls");
            break;
        }
    }
}

/// An integration for one project, with a subscription that is missing and one that Azure DevOps has disabled.
fn broken(re_enable: ReEnable) -> Fixture {
    let fixture = Fixture::new();
    fixture.connect(&json!([SHOP]));
    assert_eq!(fixture.watch().failure, None);
    let mut organization = fixture.azure.lock();
    organization.began = at(10);
    organization.subscriptions.remove(0);
    organization.subscriptions[0].status = SubscriptionStatus::DisabledBySystem;
    organization.re_enable = re_enable;
    drop(organization);
    fixture
}

/// The kinds of the subscriptions that deliver, in order.
fn delivering(fixture: &Fixture) -> Vec<String> {
    let organization = fixture.azure.lock();
    let enabled =
        organization.subscriptions.iter().filter(|existing| existing.status == SubscriptionStatus::Enabled);
    let mut kinds: Vec<String> = enabled.map(|existing| format!("{:?}", existing.kind())).collect();
    kinds.sort();
    kinds
}

#[test]
fn a_pass_beside_connect_leaves_one_subscription_for_each_kind() {
    let action = with(connect(), "projects", json!([SHOP]));
    at_each_call(
        || broken(ReEnable::Ignores),
        &action,
        |fixture, (pass, connected)| {
            pass.expect("a pass");
            connected.expect("connected");
            let mut kinds = delivering(fixture);
            assert_eq!(kinds.len(), 8, "{kinds:?}");
            kinds.dedup();
            assert_eq!(kinds.len(), 8, "each once");
        },
    );
}

#[test]
fn a_pass_beside_unlink_leaves_no_subscription() {
    at_each_call(
        || broken(ReEnable::Ignores),
        &request("unlink"),
        |fixture, (pass, unlinked)| {
            pass.expect("a pass");
            let report = unlinked.expect("unlinked");
            assert!(report["summary"].to_string().contains("is unlinked"), "{report}");
            assert_eq!(fixture.azure.subscriptions(), []);
        },
    );
}

/// An integration for five projects, with the subscriptions of one of them; the others are missing.
fn mostly_missing() -> Fixture {
    let fixture = Fixture::new();
    fixture.azure.lock().set_projects(5);
    fixture.connect(&json!(["Project 1", "Project 2", "Project 3", "Project 4", "Project 5"]));
    assert_eq!(fixture.watch().failure, None);
    let mut organization = fixture.azure.lock();
    organization.began = at(10);
    organization.subscriptions.truncate(8);
    organization.calls.clear();
    drop(organization);
    fixture
}

#[test]
fn a_pass_creates_ten_subscriptions_at_most_once_unlink_is_at_work() {
    let mut most = 0;
    at_each_call(mostly_missing, &request("unlink"), |fixture, _| {
        assert_eq!(fixture.azure.subscriptions(), []);
        let organization = fixture.azure.lock();
        let since = organization.calls.iter().skip_while(|call| !call.starts_with("delete"));
        most = most.max(since.filter(|call| call.starts_with("create")).count());
    });
    assert!((1..=10).contains(&most), "{most}");
}

#[test]
fn a_pass_beside_a_rotation_leaves_one_set_with_the_new_password() {
    at_each_call(
        || broken(ReEnable::Enables),
        &request("rotate-password"),
        |fixture, (pass, rotated)| {
            pass.expect("a pass");
            rotated.expect("rotated");
            // What `setup` could not know of is healed by the next pass.
            fixture.azure.lock().began += jiff::SignedDuration::from_mins(20);
            fixture.pass_over_all_in_place();
            let kinds = delivering(fixture);
            assert_eq!(kinds.len(), 8, "{kinds:?}");
        },
    );
}
