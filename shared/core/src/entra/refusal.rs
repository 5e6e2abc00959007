//! What STS and Entra refuse, as errors of `setup` and `watch` that say what to do.

use crate::entra::app::EntraApp;
use crate::entra::assertion::Claims;
use crate::entra::commands::{CREATE_APP, ENABLE_FEDERATION, create_service_principal, trust};
use crate::entra::port::{EntraError, EntraRefusal, StsError};
use crate::entra::refusal_kind::RefusalKind;
use crate::error::{ErrorCode, OperatorError};

/// The error where STS gives no assertion.
pub(super) fn of_sts(error: &StsError) -> OperatorError {
    let (code, advice) = match error {
        StsError::Disabled => (
            ErrorCode::FederationDisabled,
            format!("have an administrator of the account run `{ENABLE_FEDERATION}` once, then run this again"),
        ),
        StsError::Denied { .. } => (
            ErrorCode::FederationDenied,
            "the stack's template grants it to `setup` and `watch`: update the stack, and have a permissions boundary \
             or a policy of the AWS organization that denies it changed"
                .to_owned(),
        ),
        StsError::TooManyTags => {
            (ErrorCode::FederationDenied, "take tags away from the role, then run this again".to_owned())
        }
        StsError::LifetimeTooLong | StsError::Unavailable { .. } => (
            ErrorCode::StsUnavailable,
            "run this again later; deliveries do not depend on it".to_owned(),
        ),
    };
    OperatorError::new(code, format!("{error}; {advice}"))
}

/// The error where Entra gives no access token. `trusted` are the claims that the app has to trust, those of the
/// present assertion first.
pub(super) fn of_entra(error: &EntraError, app: &EntraApp, trusted: &[Claims]) -> OperatorError {
    match error {
        EntraError::Refused(refusal) => of_refusal(refusal, app, trusted),
        EntraError::Unavailable { .. } => OperatorError::new(
            ErrorCode::EntraUnavailable,
            format!("{error}; run this again later; deliveries do not depend on it"),
        ),
        EntraError::OutOfTime => OperatorError::new(
            ErrorCode::OutOfTime,
            format!("{error}; run this again; the changes made so far stay"),
        ),
    }
}

fn of_refusal(refusal: &EntraRefusal, app: &EntraApp, trusted: &[Claims]) -> OperatorError {
    let kind = RefusalKind::of(refusal);
    let (code, advice) = advice(kind, app, trusted);
    let description = refusal.description.trim_end_matches('.');
    let mut message =
        format!("Microsoft Entra gives the app {} no access token: {description}; {advice}", app.client_id);
    for (name, id) in [("trace id", &refusal.trace_id), ("correlation id", &refusal.correlation_id)] {
        if !id.is_empty() {
            message = format!("{message} ({name} {id})");
        }
    }
    OperatorError::new(code, message)
}

fn advice(kind: RefusalKind, app: &EntraApp, trusted: &[Claims]) -> (ErrorCode, String) {
    match kind {
        RefusalKind::Issuer => not_trusted("issuer", trusted.first().map(|own| &own.issuer), app, trusted),
        RefusalKind::Subject => not_trusted("subject", trusted.first().map(|own| &own.subject), app, trusted),
        RefusalKind::Audience => not_trusted("audience", trusted.first().map(|own| &own.audience), app, trusted),
        RefusalKind::Credential => (
            ErrorCode::RoleNotTrusted,
            format!(
                "if its federated credentials were made a moment ago, wait five minutes and run this again; else {}",
                compare(app, trusted)
            ),
        ),
        RefusalKind::NoCredential => {
            (ErrorCode::RoleNotTrusted, format!("the app has no federated credential: {}", create(app, trusted)))
        }
        RefusalKind::KeyUnknown => (
            ErrorCode::EntraUnavailable,
            "Entra does not know the keys of this AWS account yet, which takes up to 30 minutes after federation was \
             switched on: nothing has to be changed, run this again then"
                .to_owned(),
        ),
        RefusalKind::IssuerUnreadable => (
            ErrorCode::EntraUnavailable,
            "Entra could not read the keys of this AWS account from AWS: nothing has to be changed, run this again \
             later"
                .to_owned(),
        ),
        RefusalKind::Signature => {
            (ErrorCode::InternalError, "Entra does not take the form of the assertion: report this as a defect".to_owned())
        }
        RefusalKind::Expired => (
            ErrorCode::EntraUnavailable,
            "the assertion was too old when it arrived: run this again".to_owned(),
        ),
        RefusalKind::AppUnknown => (
            ErrorCode::EntraAppUnknown,
            format!(
                "there is no such app in the tenant {}: copy `tenantId` and `clientId` from the app's overview, or create \
                 the app with `{CREATE_APP}` and `{}`",
                app.tenant_id,
                create_service_principal(app.client_id.as_str())
            ),
        ),
        RefusalKind::AppDisabled => (
            ErrorCode::EntraAppDisabled,
            "the app is disabled: enable it in Entra, Enterprise applications, Properties".to_owned(),
        ),
        RefusalKind::TenantUnknown => (
            ErrorCode::EntraTenantUnknown,
            format!(
                "there is no tenant {} at {}: copy `tenantId` from the app's overview; a tenant of another cloud needs \
                 `authorityHost`",
                app.tenant_id,
                app.authority.host()
            ),
        ),
        RefusalKind::AzureDevOpsUnknown => (
            ErrorCode::EntraTenantUnknown,
            format!(
                "Azure DevOps is not known in the tenant {}: use an app of the tenant that the organization is connected \
                 to (Organization settings, Microsoft Entra)",
                app.tenant_id
            ),
        ),
        RefusalKind::Policy => (
            ErrorCode::PolicyBlocked,
            "a Conditional Access policy for workload identities blocks the app: exempt it, since the addresses of \
             Lambda functions are not fixed"
                .to_owned(),
        ),
        RefusalKind::Fault => {
            (ErrorCode::EntraUnavailable, "run this again later; deliveries do not depend on it".to_owned())
        }
        RefusalKind::Other => (
            ErrorCode::EntraRefused,
            format!("look the number up at {}/error, or show it to who administers the tenant", app.authority_url()),
        ),
    }
}

/// A federated credential differs in one claim.
fn not_trusted(
    claim: &str,
    value: Option<&String>,
    app: &EntraApp,
    trusted: &[Claims],
) -> (ErrorCode, String) {
    let value = value.map_or("", String::as_str);
    let advice = format!(
        "no federated credential of the app has the {claim} `{value}`, letter case included: correct it (where it looks \
         the same, delete it and create it again), or {}",
        create(app, trusted)
    );
    (ErrorCode::RoleNotTrusted, advice)
}

fn compare(app: &EntraApp, trusted: &[Claims]) -> String {
    let own = trusted.first().map(|Claims { issuer, subject, audience }| {
        format!("issuer `{issuer}`, subject `{subject}` and audience `{audience}`")
    });
    format!(
        "the app needs a federated credential with {}, letter case included: correct it, or {}",
        own.unwrap_or_default(),
        create(app, trusted)
    )
}

/// How to create the federated credentials.
fn create(app: &EntraApp, trusted: &[Claims]) -> String {
    let commands: Vec<String> =
        trusted.iter().map(|claims| format!("`{}`", trust(app.client_id.as_str(), claims))).collect();
    format!("create one for each role with {}", commands.join(" and "))
}
