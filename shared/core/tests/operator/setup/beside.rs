//! Two runs of `setup` at the same time: the second one begins before each call of the first.

use hookpost_core::error::{ErrorCode, OperatorError};
use serde_json::{Value, json};

use crate::fakes::organization::{LAB, SHOP};
use crate::fixture::{Fixture, at, connect, request, with};
use crate::interleaving::ConcurrentRuns;

/// Runs `second` before each call of `first`, each time in a fixture of its own, and once after the last one.
fn at_each_call(
    prepare: impl Fn() -> Fixture,
    first: &Value,
    second: &Value,
    check: impl Fn(&Fixture, ConcurrentRuns<Result<Value, OperatorError>, Result<Value, OperatorError>>),
) {
    for calls in 0.. {
        let fixture = prepare();
        let beside = fixture.run_beside(calls, fixture.action(first), fixture.action(second));
        let is_after = beside.is_after;
        check(&fixture, beside);
        assert_unlocked(&fixture);
        if is_after {
            assert!(calls > 10, "an action makes more calls");
            return;
        }
    }
}

#[track_caller]
fn assert_unlocked(fixture: &Fixture) {
    let stored = fixture.secrets.stored().unwrap_or_default();
    assert!(!stored.contains("lock"), "every run gives its lock back");
}

#[track_caller]
fn assert_subscriptions(fixture: &Fixture, count: usize) {
    let mut subscriptions = fixture.azure.subscriptions();
    assert_eq!(subscriptions.len(), count);
    let current = fixture.secrets.version(hookpost_core::secrets::version::VersionStage::Current);
    let version = format!("version={}", &current.expect("a password").as_str()[..8]);
    subscriptions.retain(|(_, url)| !url.contains(&version));
    assert_eq!(subscriptions, [], "each sends the current password");
}

#[test]
fn a_connect_beside_itself_creates_each_subscription_once() {
    at_each_call(Fixture::new, &connect(), &connect(), |fixture, beside| {
        beside.first.expect("connected");
        let again = beside.second.expect("connected");
        assert_subscriptions(fixture, 16);
        assert_eq!(fixture.secrets.passwords().len(), 1);
        assert!(beside.is_after || !again["summary"].to_string().contains("failed"), "{again}");
    });
}

#[test]
fn a_connect_of_a_connected_integration_beside_itself_changes_nothing() {
    at_each_call(Fixture::connected, &connect(), &connect(), |fixture, beside| {
        beside.first.expect("connected");
        beside.second.expect("connected");
        assert!(fixture.azure.take_changes().is_empty());
    });
}

#[test]
fn the_later_of_two_connects_with_other_projects_decides() {
    let of = |project: &str| with(connect(), "projects", json!([project]));
    at_each_call(Fixture::new, &of(SHOP), &of(LAB), |fixture, beside| {
        beside.first.expect("connected");
        beside.second.expect("connected");
        assert_subscriptions(fixture, 16);
        let stored = fixture.secrets.stored().expect("a configuration");
        assert!(stored.contains(SHOP) != stored.contains(LAB), "{stored}");
    });
}

#[test]
fn a_connect_beside_a_rotation_leaves_one_set_with_the_new_password() {
    for (first, second) in [(connect(), request("rotate-password")), (request("rotate-password"), connect())]
    {
        at_each_call(Fixture::connected, &first, &second, |fixture, beside| {
            beside.first.expect("done");
            beside.second.expect("done");
            assert_subscriptions(fixture, 16);
        });
    }
}

#[test]
fn a_pass_of_watch_beside_a_rotation_leaves_one_set_with_the_new_password() {
    for calls in 0.. {
        let fixture = Fixture::connected();
        let rotation = fixture.action(&request("rotate-password"));
        let beside = fixture.run_beside(calls, fixture.pass_of_watch(), rotation);
        beside.first.expect("a pass");
        beside.second.expect("rotated");
        assert_subscriptions(&fixture, 16);
        if beside.is_after {
            return;
        }
    }
}

#[test]
fn two_rotations_beside_each_other_end_one_after_the_other() {
    let rotate = request("rotate-password");
    at_each_call(Fixture::connected, &rotate, &rotate, |fixture, beside| {
        beside.first.expect("rotated");
        beside.second.expect("rotated");
        assert_subscriptions(fixture, 16);
    });
}

#[test]
fn a_token_that_is_replaced_beside_a_connect_stays_replaced() {
    let replace = with(request("replace-token"), "pat", "anothertoken");
    at_each_call(Fixture::connected, &with(connect(), "branch", "main"), &replace, |fixture, beside| {
        beside.first.expect("connected");
        beside.second.expect("replaced");
        let stored = fixture.secrets.stored().expect("a configuration");
        assert!(stored.contains(r#""branch":"main""#), "{stored}");
    });
}

#[test]
fn an_unlink_beside_a_connect_leaves_all_subscriptions_or_none() {
    for (first, second) in [(connect(), request("unlink")), (request("unlink"), connect())] {
        at_each_call(Fixture::connected, &first, &second, |fixture, beside| {
            beside.first.expect("done");
            beside.second.expect("done");
            if fixture.secrets.stored().is_some() {
                assert_subscriptions(fixture, 16);
                assert_eq!(fixture.secrets.published.names(), ["northpeak"]);
            } else {
                assert_eq!(fixture.azure.subscriptions(), []);
                assert_eq!(fixture.secrets.published.names(), [""; 0]);
            }
        });
    }
}

#[test]
fn a_run_that_cannot_wait_is_refused_with_the_time_to_come_back() {
    let fixture = Fixture::new();
    fixture.deadline.set(at(5));
    let ConcurrentRuns { first, second, .. } = fixture.run_beside(30, fixture.action(&connect()), async {
        fixture.deadline.set(at(1));
        fixture.action(&connect()).await
    });
    first.expect("connected");
    let error = second.expect_err("it has less than the time that its work needs");
    assert_eq!(error.code(), ErrorCode::RunInProgress);
    for part in ["since 2026-11-20T08:00:00Z", "2026-11-20T08:05:00Z"] {
        assert!(error.message().contains(part), "{error}");
    }
    assert_eq!(fixture.azure.subscriptions().len(), 16);
}

#[test]
fn a_dry_run_neither_waits_nor_locks() {
    let fixture = Fixture::connected();
    for action in [connect(), request("unlink")] {
        let dry_run = with(action, "dryRun", true);
        let mut before = None;
        let beside = fixture.run_beside(30, fixture.action(&connect()), async {
            before = Some(fixture.azure.lock().now());
            fixture.action(&dry_run).await
        });
        beside.second.expect("planned");
        assert_eq!(before, Some(fixture.azure.lock().now()), "nobody waited");
        fixture.run(&dry_run).expect("planned");
    }
}
