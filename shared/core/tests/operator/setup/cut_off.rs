//! Runs of `setup` that are cut off before each of their calls, and what the next run makes of it.

use serde_json::Value;

use crate::fixture::{Fixture, TOKEN, connect, request, with};

/// An organization that another operator may give the name to.
const OTHER_URL: &str = "https://dev.azure.com/fabrikam";

/// Cuts `cut` off before each of its calls, each time in a fixture of its own.
fn at_each_call(prepare: impl Fn() -> Fixture, cut: &Value, check: impl Fn(&Fixture, usize)) {
    for calls in 0.. {
        let fixture = prepare();
        if !fixture.cut_off(calls, fixture.action(cut)) {
            assert!(calls > 10, "an action makes more calls");
            return;
        }
        check(&fixture, calls);
    }
}

fn to_other_organization() -> Value {
    with(with(connect(), "organizationUrl", OTHER_URL), "integration", "northpeak")
}

/// The other organization answers, too.
fn with_other_organization(fixture: Fixture) -> Fixture {
    let id = "0c0a0000-0000-4000-8000-000000000009".to_owned();
    fixture.azure.lock().urls.insert(OTHER_URL.to_owned(), id);
    fixture
}

#[test]
fn a_connect_cut_off_at_any_call_is_completed_by_the_next() {
    at_each_call(Fixture::new, &connect(), |fixture, calls| {
        fixture.report(&connect());
        assert_eq!(fixture.azure.subscriptions().len(), 16, "after {calls} calls");
        assert_eq!(fixture.secrets.passwords().len(), 1, "after {calls} calls");
        assert_eq!(fixture.secrets.published.names(), ["northpeak"], "after {calls} calls");
    });
}

#[test]
fn an_unlink_cut_off_at_any_call_is_completed_by_the_next() {
    at_each_call(Fixture::connected, &request("unlink"), |fixture, calls| {
        fixture.report(&request("unlink"));
        assert_eq!(fixture.azure.subscriptions(), [], "after {calls} calls");
        assert_eq!(fixture.secrets.integrations(), [""; 0], "after {calls} calls");
        assert_eq!(fixture.secrets.published.names(), [""; 0], "after {calls} calls");
        assert!(!fixture.secrets.kept_configs().concat().contains(TOKEN), "after {calls} calls");
    });
}

#[test]
fn an_unlink_cut_off_at_any_call_is_not_undone_by_watch() {
    at_each_call(Fixture::connected, &request("unlink"), |fixture, calls| {
        let left = fixture.azure.subscriptions();
        let is_marked = fixture.secrets.stored().is_none_or(|stored| stored.contains("unlink"));
        assert!(is_marked || left.len() == 16, "after {calls} calls: `watch` would create them again");
    });
}

#[test]
fn an_unlink_cut_off_at_any_call_can_be_taken_back() {
    at_each_call(Fixture::connected, &request("unlink"), |fixture, calls| {
        fixture.report(&connect());
        assert_eq!(fixture.azure.subscriptions().len(), 16, "after {calls} calls");
        let stored = fixture.secrets.stored().expect("a configuration");
        assert!(!stored.contains("unlink"), "after {calls} calls");
    });
}

#[test]
fn a_restored_secret_connects_nothing() {
    let fixture = Fixture::connected();
    fixture.report(&request("unlink"));
    fixture.secrets.restore_all();
    assert!(!fixture.secrets.kept_configs().concat().contains(TOKEN));
    let error = fixture.error(&request("rotate-password"));
    assert!(error.message().contains("was unlinked"), "{error}");
    fixture.report(&request("unlink"));
    assert_eq!(fixture.secrets.integrations(), [""; 0]);
}

#[test]
fn an_unlinked_name_never_gets_its_former_organization_back() {
    let unlinked = || {
        let fixture = with_other_organization(Fixture::connected());
        fixture.report(&request("unlink"));
        fixture
    };
    at_each_call(unlinked, &to_other_organization(), |fixture, calls| {
        let stored = fixture.secrets.stored().unwrap_or_default();
        assert!(!stored.contains("northpeak\""), "after {calls} calls: {stored}");
        fixture.report(&to_other_organization());
        assert_eq!(fixture.azure.subscriptions().len(), 16, "after {calls} calls");
        let stored = fixture.secrets.stored().expect("a configuration");
        assert!(stored.contains(OTHER_URL), "after {calls} calls");
    });
}

#[test]
fn an_unlinked_name_starts_with_passwords_that_nobody_has() {
    for calls in 0.. {
        let fixture = with_other_organization(Fixture::connected());
        let former = fixture.secrets.live_passwords();
        fixture.report(&request("unlink"));
        let is_cut_off = fixture.cut_off(calls, fixture.action(&to_other_organization()));
        fixture.report(&to_other_organization());
        let live = fixture.secrets.live_passwords();
        assert!(live.iter().all(|password| !former.contains(password)), "after {calls} calls");
        if !is_cut_off {
            return;
        }
    }
}

#[test]
fn an_unlink_that_is_refused_changes_nothing() {
    let fixture = Fixture::connected();
    let before = fixture.secrets.stored();
    fixture.azure.refuse("connection", crate::fakes::organization::unavailable());
    fixture.error(&request("unlink"));
    assert_eq!(fixture.secrets.stored(), before);
}

#[test]
fn an_unlink_that_deletes_a_part_says_so_and_is_completed_by_the_next() {
    let fixture = Fixture::connected();
    let kept = fixture.azure.subscriptions()[3].0.clone();
    fixture.azure.refuse(format!("delete {kept}"), crate::fakes::organization::forbidden());
    let report = fixture.report(&request("unlink"));
    assert!(report["summary"].to_string().contains("not unlinked yet: 15"), "{report}");
    assert!(report["remains"].to_string().contains(&kept), "{report}");
    assert_eq!(fixture.azure.subscriptions().len(), 1);
    fixture.azure.refuse_nothing();
    fixture.report(&request("unlink"));
    assert_eq!(fixture.azure.subscriptions(), []);
    assert_eq!(fixture.secrets.stored(), None);
}
