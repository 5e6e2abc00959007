//! Access tokens of Entra: how long a process keeps one, and what replaces it.

use hookpost_core::error::ErrorCode;
use jiff::SignedDuration;

use crate::fakes::entra::{SETUP_ROLE, WATCH_ROLE, claims, out};
use crate::fixture::{Fixture, at, connect_by_app, lines, request, sign_in, with};

#[test]
fn an_access_token_is_fetched_once_for_a_process() {
    let fixture = Fixture::new();
    fixture.report(&connect_by_app());
    fixture.report(&request("status"));
    fixture.report(&request("rotate-password"));
    assert_eq!(fixture.entra.state().given, 1);
}

#[test]
fn an_access_token_never_expires_in_a_pass_that_began_with_it() {
    // The passes are as long as the function lets them be.
    for left in [1, 60, 240, 299, 300, 599, 600, 601, 660] {
        let mut fixture = Fixture::new();
        fixture.azure.lock().set_repositories(&["web"]);
        fixture.report(&with(connect_by_app(), "projects", "all"));
        fixture.watch.integrations.sign_in = sign_in(&fixture.entra.as_role(WATCH_ROLE));
        assert_eq!(fixture.pass(at(0)).failure, None);
        fixture.slow_down(SignedDuration::from_secs(59));
        let report = fixture.pass(at(0) + SignedDuration::from_secs(3599 - left));
        let code = report.failure.map(|failure| failure.code());
        assert!(matches!(code, None | Some(ErrorCode::OutOfTime)), "{left} s are left: {code:?}");
    }
}

#[test]
fn a_token_never_outlives_its_process() {
    let mut fixture = Fixture::new();
    fixture.report(&connect_by_app());
    fixture.setup.integrations.sign_in = sign_in(&fixture.entra.as_role(SETUP_ROLE));
    fixture.report(&request("status"));
    assert_eq!(fixture.entra.state().given, 2);
    let stored = format!("{:?} {:?}", fixture.secrets.kept_configs(), fixture.checkpoints());
    assert!(!stored.contains("canaryofana"), "{stored}");
}

#[test]
fn a_token_that_was_revoked_is_replaced_by_the_next_run() {
    let fixture = Fixture::new();
    fixture.report(&connect_by_app());
    assert_eq!(fixture.pass(at(5)).failure, None);
    fixture.azure.lock().revoke_tokens();
    let error = fixture.error(&request("rotate-password"));
    assert_eq!(error.code(), ErrorCode::AppNotInOrganization);
    assert!(error.message().contains("its access token was revoked, so run this again"), "{error}");
    fixture.report(&request("rotate-password"));
    let failure = fixture.pass(at(10)).failure.map(|failure| failure.code());
    assert_eq!(failure, Some(ErrorCode::AppNotInOrganization));
    assert_eq!(fixture.pass(at(15)).failure, None);
}

#[test]
fn a_replaced_role_is_named_before_watch_fails() {
    let mut fixture = Fixture::new();
    fixture.report(&connect_by_app());
    let new_role = "arn:aws:iam::111122223333:role/hookpost-WatchRole-NeW";
    fixture.watch.integrations.sign_in = sign_in(&fixture.entra.as_role(new_role));
    for integrations in [&mut fixture.setup.integrations, &mut fixture.watch.integrations] {
        integrations.sign_in.roles.watch = Some(new_role.to_owned());
    }
    let status = fixture.report(&request("status"));
    let remains = lines(&status["remains"]);
    assert!(remains.contains(new_role) && remains.contains("run `connect` again"), "{status}");
    let failure = fixture.pass(at(5)).failure.expect("Entra does not know the new role");
    assert_eq!(failure.code(), ErrorCode::RoleNotTrusted);
    let replaced = format!("a role was replaced since `connect`: `watch` has the subject `{new_role}` now");
    assert!(failure.message().contains(&replaced), "{failure}");
    fixture.entra.state().trusted.push(claims(new_role));
    assert!(fixture.pass(at(10)).remains.concat().contains("run `connect` again"));
    fixture.report(&connect_by_app());
    assert_eq!(fixture.report(&request("status"))["summary"], "no problems found");
    assert_eq!(fixture.pass(at(15)).failure, None);
}

#[test]
fn an_hour_without_entra_is_told_and_caught_up() {
    let fixture = Fixture::new();
    fixture.report(&connect_by_app());
    assert_eq!(fixture.pass(at(5)).failure, None);
    fixture.entra.state().refuses = Some(out());
    let mut codes = Vec::new();
    for minute in (10..=115).step_by(5) {
        codes.push(fixture.pass(at(minute)).failure.map(|failure| failure.code()));
    }
    assert_eq!(codes.first(), Some(&None), "the token of the process is still good");
    assert_eq!(codes.last(), Some(&Some(ErrorCode::EntraUnavailable)));
    fixture.entra.state().refuses = None;
    let report = fixture.pass(at(120));
    assert_eq!((report.failure, report.failing_seconds), (None, 0));
}
