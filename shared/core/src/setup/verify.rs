//! Checks a credential, before `setup` stores it or changes a subscription.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::azure_devops::catalog::{Connection, ProjectInfo, RepositoryInfo, WriteProbe};
use crate::azure_devops::credential::Credential;
use crate::azure_devops::error::RestError;
use crate::azure_devops::organization_url::OrganizationUrl;
use crate::azure_devops::port::AzureDevOps;
use crate::azure_devops::token::GLOBAL_TOKENS_END;
use crate::entra::commands::add_to_organization;
use crate::error::{ErrorCode, OperatorError, PassedOver, failed_call, failed_call_at};
use crate::setup::report::Report;
use crate::subscriptions::scope::Scope;

/// The operator is warned this many days before the token expires.
const EXPIRY_WARNING_DAYS: i64 = 14;

/// Most repositories that are asked for the scope Code (write), which only one has to answer.
const PROBED_REPOSITORIES_MAX: usize = 3;

/// Checks that the credential works.
pub(crate) async fn check_credential(
    organization: &impl AzureDevOps,
    url: &OrganizationUrl,
    credential: &Credential,
    now: Timestamp,
    report: &mut Report,
) -> Result<Connection, OperatorError> {
    let (organization_url, organization_name) = (url.as_str(), url.name());
    let connection = organization.connection().await.map_err(|error| match error {
        RestError::NotFound { .. } => OperatorError::new(
            ErrorCode::OrganizationUnknown,
            format!("there is no Azure DevOps organization at {organization_url}: check its spelling"),
        ),
        error => {
            let command = credential.app().filter(|_| matches!(error, RestError::AppUnknown { .. }));
            let command =
                command.map(|app| format!("The command: {}", add_to_organization(app, organization_name)));
            failed_call_at(&error, "the credential could not be checked", now).followed_by(command.as_deref())
        }
    })?;
    let owner = &connection.owner;
    let name = if owner.display_name.is_empty() { &owner.id } else { &owner.display_name };
    report.checked.push(match credential {
        Credential::Pat { .. } => format!("the token belongs to {name} and works in {organization_url}"),
        Credential::Entra { .. } => format!("the app {name} works in {organization_url}, without a token"),
    });
    Ok(connection)
}

/// Checks the scope Code (read). Returns every repository.
pub(crate) async fn check_read(
    organization: &impl AzureDevOps,
    credential: &Credential,
    report: &mut Report,
) -> Result<Vec<RepositoryInfo>, OperatorError> {
    let repositories = organization.repositories().await.map_err(|error| match error {
        RestError::Unauthorized { .. } | RestError::SignInPage => OperatorError::new(
            ErrorCode::TokenLacksCodeRead,
            "the token works but cannot read code: give it the scope Code (Read & write)",
        ),
        error => failed_call(&error, "the repositories could not be listed"),
    })?;
    report.checked.push(format!("code can be read: {} repositories", repositories.len()));
    if repositories.is_empty() && credential.app().is_some() {
        report.warnings.push(
            "the app sees no repository: give it the access level Basic, and have it read the projects (group Readers)"
                .to_owned(),
        );
    }
    Ok(repositories)
}

/// Checks the scope Code (write) of a token with a call to a repository. A repository that does not show it is passed
/// over. An access token of Entra has no scopes.
pub(crate) async fn check_write(
    organization: &impl AzureDevOps,
    credential: &Credential,
    scope: &Scope,
    repositories: &[RepositoryInfo],
    report: &mut Report,
) -> Result<(), OperatorError> {
    if credential.app().is_some() {
        return Ok(());
    }
    let is_usable = |repository: &&RepositoryInfo| {
        let is_project = |project: &ProjectInfo| project.id == repository.project.id;
        !repository.is_disabled && scope.projects.as_ref().is_none_or(|all| all.iter().any(is_project))
    };
    let mut reason = "there is no repository to check it with".to_owned();
    let mut passed_over = PassedOver::default();
    for repository in repositories.iter().filter(is_usable).take(PROBED_REPOSITORIES_MAX) {
        let probe = organization.probe_code_write(&repository.project.id, &repository.id).await;
        let probe = probe.map_err(|error| {
            reason = error.to_string();
            failed_call(&error, "Code (write) could not be checked")
        });
        match passed_over.note(probe)? {
            Some(WriteProbe::Allowed) => {
                report.checked.push("the token can write code".to_owned());
                return Ok(());
            }
            Some(WriteProbe::MissingScope) => {
                let message =
                    "the token can read code but not write it: give it the scope Code (Read & write)";
                return Err(OperatorError::new(ErrorCode::TokenLacksCodeWrite, message));
            }
            Some(WriteProbe::Unverified(unverified)) => reason = unverified,
            None => {}
        }
    }
    report.warnings.push(format!("Code (write) could not be verified: {reason}"));
    Ok(())
}

/// Adds the days until a token expires to the report, and a warning when they are few, negative or unknown. Without a
/// token, nothing expires.
pub(crate) fn report_expiry(credential: &Credential, now: Timestamp, report: &mut Report) {
    let Credential::Pat { expires_on, .. } = credential else { return };
    let today = now.to_zoned(TimeZone::UTC).date();
    let Some(last_day) = *expires_on else {
        report.warnings.push("token expiry unknown: pass `patExpiresOn` to get an alarm".to_owned());
        return;
    };
    let days = today.until(last_day).map_or(0, |span| i64::from(span.get_days()));
    report.detail("tokenDaysLeft", days);
    if days < 0 {
        report
            .warnings
            .push(format!("the token expired on {last_day}, as declared: replace it with `replace-token`"));
    } else if days <= EXPIRY_WARNING_DAYS {
        report.warnings.push(format!(
            "the token expires on {last_day}, in {days} days: replace it with `replace-token`"
        ));
    }
}

/// Adds the warning about tokens for all organizations, which Azure DevOps retires. No response shows whether a token
/// is such a token, so every operator with a token gets the warning.
pub(crate) fn report_global_tokens(credential: &Credential, now: Timestamp, report: &mut Report) {
    if credential.app().is_some() {
        return;
    }
    let is_over = now.to_zoned(TimeZone::UTC).date() >= GLOBAL_TOKENS_END;
    let fate = if is_over { "was to stop working" } else { "stops working" };
    report.warnings.push(format!(
        "a token for all accessible organizations {fate} on {GLOBAL_TOKENS_END}: if this is one, replace it with a \
         token for this organization only"
    ));
}
