//! Checks a personal access token, before `setup` stores or changes anything.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::azure_devops::catalog::{Connection, ProjectInfo, RepositoryInfo, WriteProbe};
use crate::azure_devops::error::RestError;
use crate::azure_devops::port::AzureDevOps;
use crate::setup::error::Context as _;
use crate::setup::error::refusal;
use crate::setup::error::{ErrorCode, SetupError};
use crate::setup::report::Report;
use crate::subscriptions::scope::Scope;

/// The operator is warned this many days before the token expires.
const EXPIRY_WARNING_DAYS: i64 = 14;

/// Checks that the token works.
pub(crate) async fn check_token(
    organization: &impl AzureDevOps,
    organization_url: &str,
    report: &mut Report,
) -> Result<Connection, SetupError> {
    let connection = organization.connection().await.map_err(|error| match error {
        RestError::NotFound { .. } => SetupError::new(
            ErrorCode::OrganizationUnknown,
            format!("there is no Azure DevOps organization at {organization_url}: check its spelling"),
        ),
        error => refusal(&error, "the token could not be checked"),
    })?;
    let owner = &connection.owner;
    let name = if owner.display_name.is_empty() { &owner.id } else { &owner.display_name };
    report.checked.push(format!("the token belongs to {name} and works in {organization_url}"));
    Ok(connection)
}

/// Checks the scope Code (read). Returns every repository.
pub(crate) async fn check_read(
    organization: &impl AzureDevOps,
    report: &mut Report,
) -> Result<Vec<RepositoryInfo>, SetupError> {
    let repositories = organization.repositories().await.map_err(|error| match error {
        RestError::Unauthorized { .. } | RestError::SignInPage => SetupError::new(
            ErrorCode::TokenLacksCodeRead,
            "the token works but cannot read code: give it the scope Code (Read & write)",
        ),
        error => refusal(&error, "the repositories could not be listed"),
    })?;
    report.checked.push(format!("the token can read code: {} repositories", repositories.len()));
    Ok(repositories)
}

/// Checks the scope Code (write), then the permission "Edit subscriptions". Changes nothing.
pub(crate) async fn check_rights(
    organization: &impl AzureDevOps,
    scope: &Scope,
    repositories: &[RepositoryInfo],
    report: &mut Report,
) -> Result<(), SetupError> {
    check_write(organization, scope, repositories, report).await?;
    check_permission(organization, scope, report).await
}

/// Checks the scope Code (write) with a call to one of the repositories.
async fn check_write(
    organization: &impl AzureDevOps,
    scope: &Scope,
    repositories: &[RepositoryInfo],
    report: &mut Report,
) -> Result<(), SetupError> {
    let is_usable = |repository: &&RepositoryInfo| {
        let is_project = |project: &ProjectInfo| project.id == repository.project.id;
        !repository.is_disabled && scope.projects.as_ref().is_none_or(|all| all.iter().any(is_project))
    };
    let Some(repository) = repositories.iter().find(is_usable) else {
        report
            .warnings
            .push("Code (write) could not be verified: there is no repository to check it with".to_owned());
        return Ok(());
    };
    match organization.probe_code_write(&repository.project.id, &repository.id).await {
        Ok(WriteProbe::Allowed) => report.checked.push("the token can write code".to_owned()),
        Ok(WriteProbe::MissingScope) => {
            let message = "the token can read code but not write it: give it the scope Code (Read & write)";
            return Err(SetupError::new(ErrorCode::TokenLacksCodeWrite, message));
        }
        Ok(WriteProbe::Unverified(reason)) => {
            report.warnings.push(format!("Code (write) could not be verified: {reason}"));
        }
        Err(error) => return Err(refusal(&error, "Code (write) could not be checked")),
    }
    Ok(())
}

/// Checks the permission "Edit subscriptions" for each selected project, or for the whole organization.
async fn check_permission(
    organization: &impl AzureDevOps,
    scope: &Scope,
    report: &mut Report,
) -> Result<(), SetupError> {
    let operation = "the permission to edit subscriptions could not be checked";
    let Some(projects) = &scope.projects else {
        if !organization.subscription_rights(None).await.context(operation)?.edit {
            return Err(SetupError::new(
                ErrorCode::PermissionMissing,
                "the token's owner cannot edit subscriptions of the whole organization: pass `projects`, or have a \
                 project collection administrator grant \"Edit subscriptions\"",
            ));
        }
        report.checked.push("the token's owner can edit subscriptions of the whole organization".to_owned());
        return Ok(());
    };
    let mut missing = Vec::new();
    for project in projects {
        if !organization.subscription_rights(Some(&project.id)).await.context(operation)?.edit {
            missing.push(format!("`{}`", project.name));
        }
    }
    if !missing.is_empty() {
        let projects = missing.join(", ");
        return Err(SetupError::new(
            ErrorCode::PermissionMissing,
            format!(
                "the token's owner cannot edit subscriptions in {projects}: have an administrator of the project grant \
                 \"Edit subscriptions\", or use the token of a user who has that permission"
            ),
        ));
    }
    report.checked.push(format!("the token's owner can edit subscriptions in {} projects", projects.len()));
    Ok(())
}

/// Adds the days until the token expires to the report, and a warning when they are few, negative or unknown.
pub(crate) fn report_expiry(expires_on: Option<Date>, now: Timestamp, report: &mut Report) {
    let today = now.to_zoned(TimeZone::UTC).date();
    let Some(last_day) = expires_on else {
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

/// Warning about tokens for all organizations, which Azure DevOps retires. No response shows whether a token is such a
/// token, so every operator gets the warning.
pub(crate) const GLOBAL_TOKENS: &str = "a token for all accessible organizations stops working on 2026-12-01: if this \
     is one, replace it with a token for this organization only";
