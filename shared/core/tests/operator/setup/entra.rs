//! `connect` and the other actions by an app in Entra, and `identity`.

use hookpost_core::entra::port::StsError;
use hookpost_core::error::ErrorCode;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::fakes::entra::{CLIENT, SETUP_ROLE, TENANT, WATCH_ROLE, out, refused};
use crate::fixture::{Fixture, TOKEN, at, connect, connect_by_app, lines, request, sign_in, with};

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
fn what_needs_no_token_goes_on_while_entra_refuses() {
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
fn an_unlink_needs_no_token() {
    let fixture = Fixture::new();
    fixture.report(&connect_by_app());
    let report: Value = fixture.report(&request("unlink"));
    assert_eq!(fixture.azure.subscriptions(), []);
    assert!(!report.to_string().contains("token"), "{report}");
    fixture.report(&connect());
}
