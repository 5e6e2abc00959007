//! `connect` by an app in Entra: what is missing on the way is named, with what to do, and the next run goes on.

use std::time::Duration;

use hookpost_core::entra::port::{EntraError, StsError};
use hookpost_core::setup::error::ErrorCode;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::fakes::entra::{CLIENT, SETUP_ROLE, TENANT, WATCH_ROLE, claims, out, refused};
use crate::fixture::{Fixture, TOKEN, at, connect, connect_by_app, lines, request, sign_in, with};

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
fn an_app_connects_without_a_secret_or_an_expiry() {
    let fixture = Fixture::new();
    let report = fixture.report(&connect_by_app());
    let checked = lines(&report["checked"]);
    assert!(checked.contains("the app hookpost-app works in"), "{report}");
    assert!(!report.to_string().to_lowercase().contains("expir"), "{report}");
    assert_eq!(fixture.azure.subscriptions().len(), 16);
    assert_eq!(fixture.calls("probe"), 0, "an access token has no scopes");
    let stored = fixture.secrets.kept_configs().concat();
    assert!(stored.contains(TENANT) && stored.contains(CLIENT) && !stored.contains("\"pat\""), "{stored}");

    let status = fixture.report(&request("status"));
    assert_eq!(status["summary"], "no problems found", "{status}");
    let details = &status["integrations"]["northpeak"];
    assert_eq!((&details["connectedBy"], &details["app"]), (&json!("entra"), &json!("hookpost-app")));
    assert!(!status.to_string().contains("token"), "{status}");
    let report = fixture.pass(at(5));
    assert_eq!((report.failure, report.token_days_left), (None, None));
}

#[test]
fn an_app_takes_no_token_beside_it_and_no_server() {
    let fixture = Fixture::new();
    let both = with(connect_by_app(), "pat", TOKEN);
    assert!(fixture.error(&both).message().contains("give `entra` or `pat`, not both"));
    let wrong = json!({"tenantId": "contoso.onmicrosoft.com", "clientID": CLIENT});
    let error = fixture.error(&with(connect_by_app(), "entra", wrong));
    for part in ["in `entra`: `tenantId` must be a GUID", "`clientId` is missing", "did you mean `clientId`?"]
    {
        assert!(error.message().contains(part), "{part}: {error}");
    }
    let host = json!({"tenantId": TENANT, "clientId": CLIENT, "authorityHost": "evil.example"});
    let error = fixture.error(&with(connect_by_app(), "entra", host));
    assert!(error.message().contains("`authorityHost` must be one of: login.microsoftonline.com"), "{error}");
    let server = with(connect_by_app(), "organizationUrl", "https://ado.example/tfs/DefaultCollection");
    let error = fixture.error(&server);
    assert_eq!(error.code(), ErrorCode::BadRequest);
    assert!(error.message().contains("Azure DevOps Services only"), "{error}");
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
fn identity_shows_what_to_register_without_asking_entra() {
    let fixture = Fixture::new();
    fixture.entra.state().sts_refuses = Some(StsError::Disabled);
    let report = fixture.report(&json!({"action": "identity"}));
    assert_eq!(report["commands"], json!(["aws iam enable-outbound-web-identity-federation"]));
    assert_eq!(report["subjects"]["watch"], WATCH_ROLE);

    fixture.entra.state().sts_refuses = None;
    let report = fixture.report(&json!({"action": "identity"}));
    assert_eq!(report["issuer"], "https://ab12cd34.tokens.sts.global.api.aws");
    assert_eq!(report["audience"], "api://AzureADTokenExchange");
    assert_eq!(report["subjects"], json!({"setup": SETUP_ROLE, "watch": WATCH_ROLE}));
    let commands = lines(&report["commands"]);
    assert!(commands.starts_with("APP_ID=$(az ad app create"), "{commands}");
    assert_eq!(commands.matches("federated-credential create --id $APP_ID").count(), 2, "{commands}");

    let app = json!({"tenantId": TENANT, "clientId": CLIENT});
    let report = fixture.report(&json!({"action": "identity", "entra": app}));
    assert!(!lines(&report["commands"]).contains("ad app create"), "{report}");
    fixture.report(&connect_by_app());
    let report = fixture.report(&request("identity"));
    let commands = lines(&report["commands"]);
    assert!(commands.contains("https://vsaex.dev.azure.com/northpeak/_apis/serviceprincipal"), "{commands}");
    assert_eq!(fixture.calls("access token"), 1, "that of `connect`");
}

#[test]
fn identity_shows_what_it_can_where_sts_denies() {
    let fixture = Fixture::new();
    fixture.entra.state().sts_refuses = Some(StsError::Denied { message: "explicit deny".to_owned() });
    let report = fixture.report(&json!({"action": "identity"}));
    assert_eq!(report["subjects"], json!({"setup": SETUP_ROLE, "watch": WATCH_ROLE}));
    assert!(lines(&report["remains"]).contains("explicit deny"), "{report}");
    let app = json!({"tenantId": TENANT, "clientId": CLIENT});
    let of_organization =
        json!({"action": "identity", "entra": app, "organizationUrl": "https://dev.azure.com/northpeak"});
    assert!(lines(&fixture.report(&of_organization)["commands"]).contains("dev.azure.com/northpeak/_apis"));
}

#[test]
fn an_app_that_sees_nothing_is_told_what_it_lacks() {
    let fixture = Fixture::new();
    fixture.azure.lock().repositories.clear();
    let report = fixture.report(&with(with(connect_by_app(), "projects", "all"), "dryRun", true));
    assert!(lines(&report["warnings"]).contains("the access level Basic"), "{report}");
}

#[test]
fn what_needs_no_token_goes_on_while_entra_refuses_and_nothing_is_left_half_done() {
    for refusal in [out(), refused("invalid_client", 700_213)] {
        let mut fixture = Fixture::new();
        fixture.report(&connect_by_app());
        let before = (fixture.secrets.stored(), fixture.secrets.passwords());
        fixture.setup.integrations.sign_in = sign_in(&fixture.entra.as_role(SETUP_ROLE));
        fixture.entra.state().refuses = Some(refusal);
        for action in ["rotate-password", "unlink", "repositories", "status"] {
            let error = fixture.error(&request(action));
            assert!(!error.message().contains("withoutOrganization"), "{error}");
        }
        fixture.error(&with(request("replay"), "from", "2026-11-20T08:00:00Z"));
        fixture.report(&with(request("replay"), "quarantine", true));
        assert_eq!((fixture.secrets.stored(), fixture.secrets.passwords()), before);
        assert_eq!(fixture.azure.subscriptions().len(), 16);
        fixture.entra.state().refuses = None;
        fixture.azure.lock().began += SignedDuration::from_mins(5);
        fixture.report(&request("rotate-password"));
        fixture.report(&request("unlink"));
    }
}

#[test]
fn a_token_cannot_replace_an_app() {
    let fixture = Fixture::new();
    fixture.report(&connect_by_app());
    let error = fixture.error(&with(request("replace-token"), "pat", TOKEN));
    assert_eq!(error.code(), ErrorCode::BadRequest);
    assert!(error.message().contains("run `connect` with `patSecretId`"), "{error}");
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

#[test]
fn an_unlink_needs_no_token() {
    let fixture = Fixture::new();
    fixture.report(&connect_by_app());
    let report: Value = fixture.report(&request("unlink"));
    assert_eq!(fixture.azure.subscriptions(), []);
    assert!(!report.to_string().contains("token"), "{report}");
    fixture.report(&connect());
}
