//! Finding out what a personal access token is good for, before anything is stored or changed.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::azure_devops::catalog::{ProjectInfo, RepositoryInfo, WriteProbe};
use crate::azure_devops::error::RestError;
use crate::azure_devops::port::AzureDevOps;
use crate::setup::error::Context as _;
use crate::setup::error::refusal;
use crate::setup::error::{Code, SetupError};
use crate::setup::report::Report;
use crate::subscriptions::plan::Scope;

/// How many days ahead the end of a token is warned of.
const WARN_DAYS: i64 = 14;

/// What the operator chose to be told of, in words.
#[derive(Debug)]
pub(crate) struct ScopeSelection<'a> {
    pub(crate) projects: &'a [String],
    pub(crate) repository: Option<&'a str>,
    pub(crate) branch: Option<&'a str>,
}

/// Checks a token from the least to the most it needs, and finds what was selection. Changes nothing.
pub(crate) async fn verify(
    api: &impl AzureDevOps,
    organization: &str,
    selection: &ScopeSelection<'_>,
    report: &mut Report,
) -> Result<Scope, SetupError> {
    let identity = api.connection().await.map_err(|error| match error {
        RestError::NotFound { .. } => SetupError::new(
            Code::OrganizationUnknown,
            format!("Azure DevOps knows no organization at {organization}: check its spelling"),
        ),
        error => refusal(&error, "the token could not be checked"),
    })?;
    let name = if identity.display_name.is_empty() { &identity.id } else { &identity.display_name };
    report.checked.push(format!("the token belongs to {name} and works in {organization}"));

    let repositories = api.repositories().await.map_err(|error| match error {
        RestError::Unauthorized { .. } | RestError::SignInPage => SetupError::new(
            Code::TokenLacksCodeRead,
            "the token works but may not read code: give it the scope Code (Read & write)",
        ),
        error => refusal(&error, "the repositories could not be listed"),
    })?;
    report.checked.push(format!("it may read code: {} repositories", repositories.len()));

    let scope = scope(api, selection, &repositories).await?;
    check_write(api, &scope, &repositories, report).await?;
    check_permission(api, &scope, &repositories, report).await?;
    Ok(scope)
}

pub(crate) async fn scope(
    api: &impl AzureDevOps,
    selection: &ScopeSelection<'_>,
    repositories: &[RepositoryInfo],
) -> Result<Scope, SetupError> {
    let mut projects: Vec<ProjectInfo> =
        repositories.iter().map(|repository| repository.project.clone()).collect();
    let found = |projects: &[ProjectInfo], named: &String| {
        projects
            .iter()
            .find(|project| is_named(&project.id, &project.name, named))
            .map(|project| project.id.clone())
    };
    if selection.projects.iter().any(|named| found(&projects, named).is_none()) {
        // A project without repositories. Listing projects needs a scope more than the token has to have.
        projects.extend(api.projects().await.unwrap_or_default());
    }
    let (known, unknown): (Vec<_>, Vec<_>) = selection
        .projects
        .iter()
        .map(|named| (named, found(&projects, named)))
        .partition(|(_, id)| id.is_some());
    if !unknown.is_empty() {
        let names: Vec<String> = unknown.into_iter().map(|(named, _)| format!("`{named}`")).collect();
        let message = format!("there is no project {} that this token's owner can see", names.join(", "));
        return Err(SetupError::new(Code::NotFound, message));
    }
    let project_ids: Vec<String> = known.into_iter().filter_map(|(_, id)| id).collect();
    let repository_id = selection.repository.map(|named| {
        let of_project = |repository: &&RepositoryInfo| project_ids.contains(&repository.project.id);
        let found = repositories
            .iter()
            .filter(of_project)
            .find(|repository| is_named(&repository.id, &repository.name, named));
        found.map(|repository| repository.id.clone()).ok_or_else(|| {
            SetupError::new(
                Code::NotFound,
                format!("there is no repository `{named}` in the selection project"),
            )
        })
    });
    Ok(Scope {
        project_ids,
        repository_id: repository_id.transpose()?,
        branch: selection.branch.map(str::to_owned),
    })
}

fn is_named(id: &str, name: &str, named: &str) -> bool {
    id.eq_ignore_ascii_case(named) || name.to_lowercase() == named.to_lowercase()
}

async fn check_write(
    api: &impl AzureDevOps,
    scope: &Scope,
    repositories: &[RepositoryInfo],
    report: &mut Report,
) -> Result<(), SetupError> {
    let selection = |repository: &&RepositoryInfo| {
        !repository.is_disabled
            && (scope.project_ids.is_empty() || scope.project_ids.contains(&repository.project.id))
    };
    let Some(repository) = repositories.iter().find(selection) else {
        report
            .warnings
            .push("Code (write) could not be verified: there is no repository to ask about".to_owned());
        return Ok(());
    };
    match api.probe_code_write(&repository.project.id, &repository.id).await {
        Ok(WriteProbe::Allowed) => report.checked.push("it may write code".to_owned()),
        Ok(WriteProbe::MissingScope) => {
            let message = "the token may read code but not write it: give it the scope Code (Read & write)";
            return Err(SetupError::new(Code::TokenLacksCodeWrite, message));
        }
        Ok(WriteProbe::Unverified(why)) => {
            report.warnings.push(format!("Code (write) could not be verified: {why}"));
        }
        Err(error) => return Err(refusal(&error, "Code (write) could not be checked")),
    }
    Ok(())
}

async fn check_permission(
    api: &impl AzureDevOps,
    scope: &Scope,
    repositories: &[RepositoryInfo],
    report: &mut Report,
) -> Result<(), SetupError> {
    let doing = "the permission to edit subscriptions could not be checked";
    if scope.project_ids.is_empty() {
        let may = api.may_edit_subscriptions(None).await.context(doing)?;
        if !may {
            return Err(SetupError::new(
                Code::PermissionMissing,
                "the token's owner may not edit subscriptions of the whole organization: name `projects`, or have a \
                 project collection administrator grant \"Edit subscriptions\"",
            ));
        }
        report.checked.push("its owner may edit subscriptions of the whole organization".to_owned());
        return Ok(());
    }
    let mut missing = Vec::new();
    for id in &scope.project_ids {
        if !api.may_edit_subscriptions(Some(id)).await.context(doing)? {
            let project =
                repositories.iter().map(|repository| &repository.project).find(|project| project.id == *id);
            missing.push(format!("`{}`", project.map_or(id, |project| &project.name)));
        }
    }
    if !missing.is_empty() {
        let projects = missing.join(", ");
        return Err(SetupError::new(
            Code::PermissionMissing,
            format!(
                "the token's owner may not edit subscriptions in {projects}: have an administrator of the project grant \
                 \"Edit subscriptions\", or use a token of somebody who has it"
            ),
        ));
    }
    report.checked.push(format!("its owner may edit subscriptions in {} projects", scope.project_ids.len()));
    Ok(())
}

/// What is to be said about the end of a token.
pub(crate) fn expiry(expires_on: Option<Date>, now: Timestamp, report: &mut Report) {
    let today = now.to_zoned(TimeZone::UTC).date();
    let Some(last) = expires_on else {
        report.warnings.push(
            "nobody said when the token expires, so nobody can be warned: give `patExpiresOn`".to_owned(),
        );
        return;
    };
    let days = today.until(last).map_or(0, |span| i64::from(span.get_days()));
    report.detail("tokenDaysLeft", days);
    if days < 0 {
        report.warnings.push(format!("the token was to expire on {last}: replace it with `replace-token`"));
    } else if days <= WARN_DAYS {
        report
            .warnings
            .push(format!("the token expires on {last}, in {days} days: replace it with `replace-token`"));
    }
}

/// The end of tokens for all organizations. Whether a token is one cannot be seen from its use.
pub(crate) const GLOBAL_TOKENS: &str = "if the token is one for all accessible organizations, it stops working on \
     2026-12-01: then make one for this organization alone";
