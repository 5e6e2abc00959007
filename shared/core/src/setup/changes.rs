//! What `connect` changes in Azure DevOps: it applies the plan and sends test deliveries.

use crate::auth::password::WebhookPassword;
use crate::azure_devops::port::AzureDevOps;
use crate::integration::open::OpenIntegration;
use crate::secrets::version::VersionId;
use crate::setup::error::{PassedOver, SetupError};
use crate::setup::report::Report;
use crate::setup::test_deliveries;
use crate::subscriptions::plan::{self, Scope, Step};

/// Makes the changes. A subscription that cannot be changed is passed over and named in the report. Returns how many
/// failed. `version` is the version of the webhook password.
///
/// # Errors
///
/// When no change succeeds, when a test delivery fails, and at failures that concern every call.
pub(super) async fn apply<O: AzureDevOps>(
    integration: &OpenIntegration<O>,
    scope: &Scope,
    version: &VersionId,
    password: &WebhookPassword,
    report: &mut Report,
) -> Result<usize, SetupError> {
    let plan = integration.plan(scope, version).await?;
    let wanted = plan::wanted(scope, &integration.urls, version);
    let steps: Vec<&Step> = plan.steps.iter().collect();
    let failed = apply_all(integration, &steps, password, &mut report.done).await?;
    let mut failures = failed.len();
    if failures == plan.steps.len() {
        failed.into_result()?;
    } else {
        report.remains.extend(failed.messages());
    }
    let tests = test_deliveries::send(integration, &wanted, password).await?;
    failures += tests.passed_over.len();
    if tests.checked.is_empty() {
        tests.passed_over.into_result()?;
    } else {
        report.remains.extend(tests.passed_over.messages());
    }
    report.checked.extend(tests.checked);
    report.list_unmanaged(&plan);
    Ok(failures)
}

/// Applies steps one after the other, and adds what was done to `done`. A step that fails is passed over.
///
/// # Errors
///
/// A failure that concerns every step.
pub(super) async fn apply_all<O: AzureDevOps>(
    integration: &OpenIntegration<O>,
    steps: &[&Step],
    password: &WebhookPassword,
    done: &mut Vec<String>,
) -> Result<PassedOver, SetupError> {
    let mut passed_over = PassedOver::default();
    for step in steps {
        done.extend(passed_over.note(integration.apply(step, password).await)?);
    }
    Ok(passed_over)
}
