//! What STS and Entra refuse is named, with what to do, and the next run goes on.

use std::time::Duration;

use hookpost_core::entra::port::{EntraError, StsError};
use hookpost_core::error::ErrorCode;
use jiff::SignedDuration;

use crate::fakes::entra::{SETUP_ROLE, TENANT, WATCH_ROLE, claims, out, refused};
use crate::fixture::{Fixture, at, connect_by_app, sign_in, with};

/// A dry run that is refused with this code, and a message with these parts.
#[track_caller]
fn check(fixture: &Fixture, code: ErrorCode, parts: &[&str]) {
    let error = fixture.error(&with(connect_by_app(), "dryRun", true));
    assert_eq!(error.code(), code, "{error}");
    for part in parts {
        assert!(error.message().contains(part), "{part}: {error}");
    }
}

#[test]
fn each_refusal_of_sts_has_its_code_and_the_way_out() {
    let fixture = Fixture::new();
    let denied = StsError::Denied { message: "explicit deny in a service control policy".to_owned() };
    let unavailable = StsError::Unavailable { detail: "Throttling".to_owned() };
    for (error, code, part) in [
        (
            StsError::Disabled,
            ErrorCode::FederationDisabled,
            "aws iam enable-outbound-web-identity-federation",
        ),
        (denied, ErrorCode::FederationDenied, "service control policy"),
        (StsError::TooManyTags, ErrorCode::FederationDenied, "take tags away"),
        (unavailable, ErrorCode::StsUnavailable, "again later"),
    ] {
        fixture.entra.state().sts_refuses = Some(error);
        check(&fixture, code, &[part]);
    }
    assert_eq!(fixture.secrets.stored(), None);
}

#[test]
fn a_role_whose_credentials_end_soon_asks_for_a_shorter_assertion() {
    let fixture = Fixture::new();
    fixture.entra.state().lifetime_max = Duration::from_secs(120);
    fixture.report(&connect_by_app());
    assert_eq!(fixture.entra.state().lifetimes, [Duration::from_secs(300), Duration::from_secs(60)]);
    let fixture = Fixture::new();
    fixture.entra.state().lifetime_max = Duration::from_secs(30);
    check(&fixture, ErrorCode::StsUnavailable, &["end sooner"]);
}

#[test]
fn each_refusal_of_entra_has_its_code_and_the_way_out() {
    let create = "az ad app federated-credential create --id 83d59817-0000-4000-8000-000000000001";
    for (error, number, code, parts) in [
        (
            "invalid_client",
            700_211,
            ErrorCode::RoleNotTrusted,
            &["issuer `https://ab12cd34.tokens", create][..],
        ),
        (
            "invalid_client",
            700_213,
            ErrorCode::RoleNotTrusted,
            &["subject `arn:aws:iam", SETUP_ROLE, WATCH_ROLE, create],
        ),
        ("invalid_client", 7_002_138, ErrorCode::RoleNotTrusted, &["letter case included"]),
        ("invalid_request", 700_212, ErrorCode::RoleNotTrusted, &["audience `api://AzureADTokenExchange`"]),
        ("invalid_request", 70_021, ErrorCode::RoleNotTrusted, &["wait five minutes", create]),
        ("invalid_client", 7_000_226, ErrorCode::RoleNotTrusted, &["has no federated credential", create]),
        (
            "invalid_client",
            7_000_272,
            ErrorCode::EntraUnavailable,
            &["30 minutes", "nothing has to be changed"],
        ),
        ("invalid_request", 501_661, ErrorCode::EntraUnavailable, &["nothing has to be changed"]),
        ("invalid_client", 7_000_274, ErrorCode::InternalError, &["report this as a defect"]),
        ("invalid_client", 5_002_727, ErrorCode::InternalError, &["report this as a defect"]),
        ("invalid_client", 700_024, ErrorCode::EntraUnavailable, &["too old"]),
        ("unauthorized_client", 700_016, ErrorCode::EntraAppUnknown, &[TENANT, "az ad sp create --id"]),
        ("invalid_request", 90_002, ErrorCode::EntraTenantUnknown, &[TENANT, "authorityHost"]),
        ("invalid_request", 900_382, ErrorCode::EntraTenantUnknown, &["authorityHost"]),
        ("unauthorized_client", 7_000_112, ErrorCode::EntraAppDisabled, &["enable it"]),
        ("invalid_grant", 53_003, ErrorCode::PolicyBlocked, &["Conditional Access"]),
        (
            "invalid_resource",
            500_011,
            ErrorCode::EntraTenantUnknown,
            &["tenant that the organization is connected"],
        ),
        ("invalid_request", 90_024, ErrorCode::EntraUnavailable, &["again later"]),
        ("brand_new", 123_456, ErrorCode::EntraRefused, &["login.microsoftonline.com/error", "AADSTS123456"]),
    ] {
        let fixture = Fixture::new();
        fixture.entra.state().refuses = Some(refused(error, number));
        check(&fixture, code, parts);
        check(&fixture, code, &["AADSTS", "trace id 7ace0000"]);
    }
}

#[test]
fn a_number_of_entra_chooses_the_advice_and_nothing_else() {
    let calls_of = |number: u64| {
        let fixture = Fixture::new();
        fixture.entra.state().refuses = Some(refused("invalid_client", number));
        fixture.error(&connect_by_app());
        fixture.error(&connect_by_app());
        fixture.pass_over_all(at(5));
        fixture.azure.lock().calls.clone()
    };
    for number in [70_021, 7_000_226, 7_000_272, 700_024, 700_016, 90_024, 53_003, 123_456] {
        assert_eq!(calls_of(number), calls_of(700_213), "{number}");
    }
}

#[test]
fn each_step_in_the_wrong_order_is_named_and_the_next_run_goes_on() {
    let fixture = Fixture::new();
    {
        let mut state = fixture.entra.state();
        state.sts_refuses = Some(StsError::Disabled);
        state.trusted.clear();
        fixture.azure.lock().has_app = false;
    }
    check(&fixture, ErrorCode::FederationDisabled, &["switched off in this AWS account"]);
    fixture.entra.state().sts_refuses = None;
    check(&fixture, ErrorCode::RoleNotTrusted, &[SETUP_ROLE]);
    let of_watch = claims(WATCH_ROLE);
    fixture.entra.state().trusted.push(of_watch.clone());
    check(&fixture, ErrorCode::RoleNotTrusted, &[SETUP_ROLE]);
    fixture.entra.state().trusted = vec![claims(SETUP_ROLE)];
    check(
        &fixture,
        ErrorCode::AppNotInOrganization,
        &["Organization settings, Users", "Basic", "az rest --method post", "vsaex.dev.azure.com/northpeak/"],
    );
    fixture.azure.lock().has_app = true;
    fixture.report(&connect_by_app());
    let failure = fixture.pass(at(5)).failure.expect("the role of `watch` is not trusted");
    assert_eq!(failure.code(), ErrorCode::RoleNotTrusted);
    assert!(failure.message().contains(&format!("the subject `{WATCH_ROLE}`")), "{failure}");
    fixture.entra.state().trusted.push(of_watch);
    assert_eq!(fixture.pass(at(10)).failure, None);
}

#[test]
fn a_case_that_differs_is_not_trusted() {
    let fixture = Fixture::new();
    fixture.entra.state().trusted = vec![claims(&SETUP_ROLE.to_lowercase())];
    check(&fixture, ErrorCode::RoleNotTrusted, &[SETUP_ROLE, "letter case included"]);
}

#[test]
fn new_credentials_that_entra_refuses_by_turns_do_not_fail_connect() {
    let fixture = Fixture::new();
    let refusals = std::iter::repeat_n(refused("invalid_request", 70_021), 11);
    fixture.entra.state().next.extend(refusals);
    fixture.report(&connect_by_app());
    assert_eq!(fixture.calls("sleep 5"), 11);
    assert_eq!(fixture.calls("access token"), 12);

    let fixture = Fixture::new();
    fixture.entra.state().refuses = Some(refused("invalid_client", 70_021));
    let begun = fixture.azure.lock().now();
    fixture.error(&connect_by_app());
    let waited = fixture.azure.lock().now().duration_since(begun);
    assert!(waited <= SignedDuration::from_secs(60), "an operator waits a minute at most: {waited}");
}

#[test]
fn entra_that_is_out_is_asked_three_times_and_no_more() {
    let fixture = Fixture::new();
    fixture.entra.state().next.extend([out(), out()]);
    fixture.report(&connect_by_app());
    assert_eq!(fixture.calls("sleep"), 2);
    let fixture = Fixture::new();
    fixture.entra.state().refuses = Some(out());
    check(&fixture, ErrorCode::EntraUnavailable, &["status 503", "deliveries do not depend on it"]);
    assert_eq!(fixture.calls("access token"), 3);
    let busy = EntraError::Unavailable {
        detail: "status 429".to_owned(),
        retry_after: Some(Duration::from_secs(300)),
    };
    let fixture = Fixture::new();
    fixture.entra.state().refuses = Some(busy);
    check(&fixture, ErrorCode::EntraUnavailable, &["status 429"]);
    assert_eq!(fixture.calls("access token"), 1, "five minutes are too long to wait");
}

#[test]
fn a_failure_costs_a_pass_over_many_integrations_once() {
    let mut fixture = Fixture::new();
    for name in ["a", "b", "c", "d"] {
        fixture.report(&with(connect_by_app(), "integration", name));
    }
    let refused = refused("invalid_client", 700_213);
    let down = StsError::Unavailable { detail: "Throttling".to_owned() };
    for (minute, entra, sts, calls) in
        [(5, Some(out()), None, (3, 3)), (15, Some(refused), None, (2, 2)), (25, None, Some(down), (1, 0))]
    {
        fixture.entra.state().refuses = entra;
        fixture.entra.state().sts_refuses = sts;
        let reports = fixture.pass_over_all(at(minute)).expect("a pass");
        assert!(reports.iter().all(|report| report.failure.is_some()), "{reports:?}");
        assert_eq!((fixture.calls("assertion"), fixture.calls("access token")), calls);
        fixture.entra.state().refuses = None;
        fixture.entra.state().sts_refuses = None;
        let reports = fixture.pass_over_all(at(minute + 5)).expect("a pass");
        assert!(reports.iter().all(|report| report.failure.is_none()), "{reports:?}");
        fixture.watch.integrations.sign_in = sign_in(&fixture.entra.as_role(WATCH_ROLE));
    }
}
