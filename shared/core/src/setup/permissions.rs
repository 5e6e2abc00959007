//! The permissions of the token's owner on subscriptions: "View subscriptions" and "Edit subscriptions", and for the whole
//! organization the permission to administer its notifications.

use std::collections::BTreeSet;

use crate::azure_devops::catalog::SubscriptionRights;
use crate::azure_devops::error::Concerns;
use crate::azure_devops::port::AzureDevOps;
use crate::error::{ErrorCode, OperatorError, PassedOver, RestResultExt as _, failed_call};
use crate::setup::report::{NAMED_MAX, Report, enumerate};
use crate::subscriptions::plan::Step;
use crate::subscriptions::scope::Scope;

/// Checks the permissions for each selected project, or for the whole organization.
///
/// # Errors
///
/// [`ErrorCode::PermissionMissing`], which names each project and permission. Without "View subscriptions", the list of
/// subscriptions is incomplete, and a plan made from it would create every subscription a second time.
pub(crate) async fn check(
    organization: &impl AzureDevOps,
    scope: &Scope,
    report: &mut Report,
) -> Result<(), OperatorError> {
    let Some(projects) = &scope.projects else {
        return check_whole_organization(organization, report).await;
    };
    let ids: Vec<&str> = projects.iter().map(|project| project.id.as_str()).collect();
    let mut passed_over = PassedOver::default();
    let permissions = permissions_in(organization, &ids, scope, &mut passed_over).await?;
    let missing = projects.iter().zip(permissions).filter_map(|(project, permissions)| {
        Some(format!("{} in `{}`", permissions.and_then(names_of_missing)?, project.name))
    });
    let missing: Vec<String> = missing.collect();
    if !missing.is_empty() {
        let mut message = format!(
            "the connected user or app lacks {}: have an administrator of the project grant both permissions, or connect as \
             one who has them",
            enumerate(&missing)
        );
        for unchecked in passed_over.messages().take(NAMED_MAX) {
            message = format!("{message}. Also: {unchecked}");
        }
        return Err(OperatorError::new(ErrorCode::PermissionMissing, message));
    }
    passed_over.into_result()?;
    let place = match projects.as_slice() {
        [project] => format!("`{}`", project.name),
        projects => format!("{} projects", projects.len()),
    };
    report.checked.push(format!("the connected user or app can view and edit subscriptions in {place}"));
    Ok(())
}

/// The permissions in each of these projects, `None` for one that could not be asked about and is passed over. Asks for
/// all together, and one by one only where that is refused.
///
/// # Errors
///
/// An error that concerns every call.
async fn permissions_in(
    organization: &impl AzureDevOps,
    ids: &[&str],
    scope: &Scope,
    passed_over: &mut PassedOver,
) -> Result<Vec<Option<SubscriptionRights>>, OperatorError> {
    if ids.len() > 1 {
        match organization.subscription_permissions_in(ids).await {
            Ok(permissions) => return Ok(permissions.into_iter().map(Some).collect()),
            Err(error) if error.concerns() == Concerns::OneItem => {}
            Err(error) => {
                return Err(failed_call(&error, "the permissions in the projects could not be checked"));
            }
        }
    }
    let mut all = Vec::with_capacity(ids.len());
    for id in ids {
        let permissions = organization.subscription_permissions(Some(id)).await;
        let operation = format!("the permissions in `{}` could not be checked", scope.project_name(id));
        all.push(passed_over.note(permissions.context(operation))?);
    }
    Ok(all)
}

async fn check_whole_organization(
    organization: &impl AzureDevOps,
    report: &mut Report,
) -> Result<(), OperatorError> {
    let permissions = organization.subscription_permissions(None).await;
    let permissions =
        permissions.context("the permissions in the whole organization could not be checked")?;
    if let Some(names) = names_of_missing(permissions) {
        return Err(OperatorError::new(
            ErrorCode::PermissionMissing,
            format!(
                "the connected user or app lacks {names} in the whole organization: pass `projects`, or have a project \
                 collection administrator grant both permissions"
            ),
        ));
    }
    report.checked.push(
        "the connected user or app can view and edit subscriptions of the whole organization".to_owned(),
    );
    check_notifications(organization, report).await
}

/// Warns when the token's owner may not administer the notifications of the organization. Only a warning: that Azure
/// DevOps then refuses subscriptions to all projects is reported and not documented, and so is how to ask. When it
/// does refuse, its refusal names the permission.
async fn check_notifications(
    organization: &impl AzureDevOps,
    report: &mut Report,
) -> Result<(), OperatorError> {
    const NEEDED: &str = "Azure DevOps may refuse subscriptions of the whole organization to users who are not allowed to \
                          administer its notifications";
    match organization.may_administer_notifications().await {
        Ok(true) => {
            report.checked.push("the connected user or app can administer the notifications of the organization".to_owned());
        }
        Ok(false) => report.warnings.push(format!(
            "{NEEDED}, and the connected user or app is not: if it does, connect as a project collection administrator, or \
             pass `projects`"
        )),
        Err(error) if error.concerns() == Concerns::EveryCall => {
            return Err(failed_call(&error, "the permissions in the whole organization could not be checked"));
        }
        Err(error) => report
            .warnings
            .push(format!("{NEEDED}; whether the connected user or app is could not be checked: {error}")),
    }
    Ok(())
}

/// The names of the permissions that are missing, in words; `None` when none is.
fn names_of_missing(permissions: SubscriptionRights) -> Option<&'static str> {
    match (permissions.view, permissions.edit) {
        (true, true) => None,
        (true, false) => Some("\"Edit subscriptions\""),
        (false, true) => Some("\"View subscriptions\""),
        (false, false) => Some("\"View subscriptions\" and \"Edit subscriptions\""),
    }
}

/// The projects, `None` being the whole organization, in which subscriptions of a plan look missing only because the
/// token's owner may not view them. Nothing must be created there, or every event would come twice.
///
/// Asks for each project in which the plan creates a subscription. A project that cannot be asked about does not
/// count.
///
/// # Errors
///
/// An error that concerns every call.
pub(crate) async fn hidden_projects(
    organization: &impl AzureDevOps,
    steps: &[Step],
) -> Result<BTreeSet<Option<String>>, OperatorError> {
    let projects: BTreeSet<&Option<String>> = steps.iter().filter_map(project_of_new).collect();
    let (mut passed_over, mut hidden) = (PassedOver::default(), BTreeSet::new());
    if projects.contains(&None) {
        let permissions = organization.subscription_permissions(None).await;
        let permissions = permissions.context("the permission to view subscriptions could not be checked");
        if passed_over.note(permissions)?.is_some_and(|permissions| !permissions.view) {
            hidden.insert(None);
        }
    }
    let ids: Vec<&str> = projects.into_iter().filter_map(Option::as_deref).collect();
    let permissions = permissions_in(organization, &ids, &Scope::default(), &mut passed_over).await?;
    let is_hidden = |(_, permissions): &(&&str, Option<SubscriptionRights>)| {
        permissions.is_some_and(|permissions| !permissions.view)
    };
    hidden.extend(ids.iter().zip(permissions).filter(is_hidden).map(|(id, _)| Some((*id).to_owned())));
    Ok(hidden)
}

/// The project of a subscription that a step creates.
pub(crate) fn project_of_new(step: &Step) -> Option<&Option<String>> {
    match step {
        Step::Create(wanted) => Some(&wanted.project_id),
        Step::Replace { .. } => None,
    }
}

/// Says where subscriptions are hidden from the token's owner, and what to do; `None` when they are hidden nowhere.
pub(crate) fn describe_hidden(hidden: &BTreeSet<Option<String>>, scope: &Scope) -> Option<String> {
    let place = |project: &Option<String>| match project {
        Some(id) => format!("project `{}`", scope.project_name(id)),
        None => "the whole organization".to_owned(),
    };
    let places: Vec<String> = hidden.iter().map(place).collect();
    (!places.is_empty()).then(|| {
        format!(
            "the connected user or app may not view the subscriptions of {}, so that existing ones look missing: have an \
             administrator grant \"View subscriptions\", or connect as one who has it",
            enumerate(&places)
        )
    })
}

/// Fails where subscriptions of a plan are hidden from the token's owner.
///
/// # Errors
///
/// [`ErrorCode::PermissionMissing`], or an error that concerns every call.
pub(crate) async fn require_view(
    organization: &impl AzureDevOps,
    steps: &[Step],
    scope: &Scope,
) -> Result<(), OperatorError> {
    let hidden = hidden_projects(organization, steps).await?;
    match describe_hidden(&hidden, scope) {
        None => Ok(()),
        Some(message) => Err(OperatorError::new(ErrorCode::PermissionMissing, message)),
    }
}
