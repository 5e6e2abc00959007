//! Each refusal of STS and Entra has a code and advice of its own, whatever its status is, and nothing is stored or changed.

use std::time::Duration;

use hookpost_stand_in::entra::{Fault, FederatedCredential};
use hookpost_stand_in::{Uuid, sts};
use serde_json::json;

use crate::deployment::{Deployment, with};
use crate::entra::{SETUP_ROLE, WATCH_ROLE};

const CREATE: &str = "az ad app federated-credential create --id";
const COME_BACK: &str = "deliveries do not depend on it";

#[tokio::test]
async fn each_refusal_of_sts_has_an_error_of_its_own() {
    let deployment = Deployment::open("entra-sts").await;
    deployment.federation.trust_both();
    for (fault, code, parts) in [
        (
            sts::Fault::FederationDisabled,
            "FederationDisabled",
            &["aws iam enable-outbound-web-identity-federation"][..],
        ),
        (
            sts::Fault::AccessDenied,
            "FederationDenied",
            &["sts:GetWebIdentityToken", "policy of the AWS organization"],
        ),
        (sts::Fault::PayloadTooLarge, "FederationDenied", &["take tags away"]),
        (sts::Fault::SessionEndsIn(59), "StsUnavailable", &["end sooner", COME_BACK]),
        (sts::Fault::Throttled, "StsUnavailable", &["Throttling", COME_BACK]),
        (sts::Fault::Status(503), "StsUnavailable", &[COME_BACK]),
        (sts::Fault::Status(500), "StsUnavailable", &[COME_BACK]),
        (sts::Fault::Html(403), "StsUnavailable", &[COME_BACK]),
        (sts::Fault::BrokenXml, "StsUnavailable", &[COME_BACK]),
        (sts::Fault::NoToken, "StsUnavailable", &[COME_BACK]),
        (sts::Fault::Stall(Duration::ZERO), "StsUnavailable", &[COME_BACK]),
    ] {
        deployment.federation.sts.fail_each(fault);
        deployment.check_app_refused(code, parts).await;
        deployment.federation.sts.clear_faults();
    }
    assert!(deployment.federation.entra.calls().is_empty(), "without an assertion Entra is not asked");
    deployment.federation.sts.fail_each(sts::Fault::SessionEndsIn(60));
    deployment.run_setup(&with(deployment.by_app(), "dryRun", true)).await;
    deployment.close().await;
}

#[tokio::test]
async fn a_credential_that_differs_in_one_claim_is_told_by_that_claim() {
    let deployment = Deployment::open("entra-claims").await;
    let federation = &deployment.federation;
    let issuer = federation.sts.issuer();
    let own = || FederatedCredential::new(&issuer, SETUP_ROLE);
    let (of_issuer, of_subject) = (format!("issuer `{issuer}`"), format!("subject `{SETUP_ROLE}`"));
    for (credential, parts) in [
        (FederatedCredential::new("https://elsewhere.example", SETUP_ROLE), [&*of_issuer, "700211"]),
        (FederatedCredential::new(&format!("{issuer}/"), SETUP_ROLE), [&*of_issuer, "700211"]),
        (FederatedCredential::new(&issuer, WATCH_ROLE), [&*of_subject, "700213"]),
        (FederatedCredential::new(&issuer, &SETUP_ROLE.to_lowercase()), [&*of_subject, "7002138"]),
        (
            own().audience("api://AzureADTokenExchangeUSGov"),
            ["audience `api://AzureADTokenExchange`", "700212"],
        ),
    ] {
        federation.entra.change_app(&federation.app, |app| app.credentials = vec![credential.clone()]);
        for status in [400, 401] {
            federation.entra.configure(|behavior| behavior.refusal_status = Some(status));
            deployment.check_app_refused("RoleNotTrusted", &parts).await;
            let both = ["letter case included", CREATE, SETUP_ROLE, WATCH_ROLE];
            deployment.check_app_refused("RoleNotTrusted", &both).await;
        }
    }
    federation.entra.change_app(&federation.app, |app| app.credentials.clear());
    deployment.check_app_refused("RoleNotTrusted", &["has no federated credential", CREATE]).await;
    deployment.close().await;
}

#[tokio::test]
async fn what_an_administrator_of_the_tenant_has_to_change_is_named() {
    let deployment = Deployment::open("entra-tenant").await;
    let federation = &deployment.federation;
    federation.trust_both();
    let (tenant, unknown) = (federation.app.tenant_id.to_string(), Uuid::from_bytes([7; 16]).to_string());
    let change = |is_disabled, is_blocked| {
        federation.entra.change_app(&federation.app, |app| {
            (app.is_disabled, app.is_blocked) = (is_disabled, is_blocked);
        });
    };
    change(true, false);
    deployment.check_app_refused("EntraAppDisabled", &["Enterprise applications"]).await;
    change(false, true);
    deployment.check_app_refused("PolicyBlocked", &["Conditional Access", "exempt it"]).await;
    change(false, false);
    federation.entra.change_tenant(federation.app.tenant_id, |tenant| tenant.has_azure_devops = false);
    deployment
        .check_app_refused("EntraTenantUnknown", &["that the organization is connected to", &tenant])
        .await;
    federation.entra.change_tenant(federation.app.tenant_id, |tenant| tenant.has_azure_devops = true);
    for (entra, code, part) in [
        (
            json!({"tenantId": unknown, "clientId": federation.app.client_id}),
            "EntraTenantUnknown",
            "authorityHost",
        ),
        (json!({"tenantId": tenant, "clientId": unknown}), "EntraAppUnknown", "az ad app create"),
        (
            json!({"tenantId": federation.entra.add_tenant(), "clientId": federation.app.client_id}),
            "EntraAppUnknown",
            "`tenantId`",
        ),
    ] {
        let request = with(with(deployment.by_app(), "entra", entra), "dryRun", true);
        let error = deployment.refusal(&request).await;
        assert_eq!(error.error_type, code, "{}", error.message);
        assert!(error.message.contains(part), "{}", error.message);
    }
    federation.entra.remove_app(&federation.app);
    deployment.check_app_refused("EntraAppUnknown", &["there is no such app"]).await;
    deployment.close().await;
}

#[tokio::test]
async fn each_number_of_entra_has_advice_of_its_own() {
    let deployment = Deployment::open("entra-numbers").await;
    deployment.federation.trust_both();
    for (number, code, part) in [
        (70_021, "RoleNotTrusted", "wait five minutes"),
        (7_002_121, "RoleNotTrusted", "audience `api://AzureADTokenExchange`"),
        (7_002_131, "RoleNotTrusted", "subject `arn:aws:iam"),
        (7_000_272, "EntraUnavailable", "up to 30 minutes"),
        (501_661, "EntraUnavailable", "nothing has to be changed"),
        (7_000_274, "InternalError", "report this as a defect"),
        (5_002_727, "InternalError", "report this as a defect"),
        (700_024, "EntraUnavailable", "too old"),
        (90_038, "EntraTenantUnknown", "another cloud"),
        (900_382, "EntraTenantUnknown", "another cloud"),
        (900_439, "EntraTenantUnknown", "another cloud"),
        (90_006, "EntraUnavailable", COME_BACK),
        (123_456, "EntraRefused", "login.microsoftonline.com/error"),
    ] {
        deployment.federation.entra.fail_each(Fault::Refused(number));
        let number = format!("AADSTS{number}");
        deployment.check_app_refused(code, &[part, &number, "trace id", "correlation id"]).await;
    }
    deployment.close().await;
}

#[tokio::test]
async fn an_entra_that_cannot_be_used_is_told_with_its_answer() {
    let deployment = Deployment::open("entra-out").await;
    deployment.federation.trust_both();
    for (fault, part) in [
        (Fault::Throttled(None), "429"),
        (Fault::Throttled(Some(Duration::from_secs(600))), "429"),
        (Fault::TemporarilyUnavailable(90_033), "AADSTS90033"),
        (Fault::Status(500), "500"),
        (Fault::Status(503), "503"),
        (Fault::Html(200), "200"),
        (Fault::Html(403), "403"),
        (Fault::Redirect, "302"),
        (Fault::BrokenJson, "200"),
        (Fault::NoToken, "without a usable access token"),
        (Fault::Oversized, "too large"),
        (Fault::Stall(Duration::ZERO), ""),
    ] {
        deployment.federation.entra.fail_each(fault);
        deployment.check_app_refused("EntraUnavailable", &[COME_BACK, part]).await;
        assert_eq!(deployment.federation.entra.calls().len(), 1, "{part}: nothing is asked at another place");
        deployment.federation.entra.forget_calls();
    }
    deployment.close().await;
}
