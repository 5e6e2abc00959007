//! What `connect` changes in Azure DevOps: it applies the plan, renews the subscriptions of others where the operator asks
//! for it, sends test deliveries, and retires subscriptions that are no longer needed.

use jiff::Timestamp;

use crate::auth::password::WebhookPassword;
use crate::azure_devops::catalog::Identity;
use crate::azure_devops::port::AzureDevOps;
use crate::integration::open::OpenIntegration;
use crate::secrets::version::VersionId;
use crate::setup::error::{PassedOver, SetupError};
use crate::setup::report::Report;
use crate::setup::retire::retire;
use crate::setup::{owners, renew, test_deliveries};
use crate::subscriptions::describe::{describe_retirement, describe_step};
use crate::subscriptions::plan::{self, Retirement, Step};
use crate::subscriptions::scope::{Scope, wanted};

/// What the operator asks for.
pub(super) struct Changes<'a> {
    /// The projects, repository and branch to subscribe to.
    pub(super) scope: &'a Scope,
    /// The owner of the token.
    pub(super) owner: &'a Identity,
    /// Whether to renew the subscriptions that others than the owner created.
    pub(super) renew: bool,
    /// The present time.
    pub(super) now: Timestamp,
}

impl Changes<'_> {
    /// Adds the changes to the report and makes none. `version` is the version of the webhook password.
    pub(super) async fn plan<O: AzureDevOps>(
        &self,
        integration: &OpenIntegration<O>,
        version: &VersionId,
        report: &mut Report,
    ) -> Result<(), SetupError> {
        let existing = integration.subscriptions().await?;
        let wanted = wanted(self.scope, &integration.urls, version);
        let plan = plan::plan(self.scope, &wanted, &existing, &integration.urls);
        report.planned.extend(plan.steps.iter().map(|step| describe_step(step, self.scope)));
        let mut renewals = Vec::new();
        if self.renew {
            renewals = renew::plan(&wanted, &existing, &integration.urls, self.owner);
        }
        report.planned.extend(renewals.iter().map(|renewal| renewal.describe(self.scope)));
        let is_renewed =
            |retirement: &&Retirement| renewals.iter().any(|renewal| renewal.concerns(&retirement.existing));
        let retired = plan.retirements.iter().filter(|retirement| !is_renewed(retirement));
        report.planned.extend(retired.map(|retirement| describe_retirement(retirement, self.scope)));
        if !self.renew {
            report.warnings.extend(owners::warning(plan.existing(), self.owner));
        }
        report.list_unmanaged(&plan);
        Ok(())
    }

    /// Makes the changes. A subscription that cannot be changed is passed over and named in the report. Returns how
    /// many failed.
    ///
    /// # Errors
    ///
    /// When no change succeeds, when a test delivery fails, and at failures that concern every call.
    pub(super) async fn apply<O: AzureDevOps>(
        &self,
        integration: &OpenIntegration<O>,
        version: &VersionId,
        password: &WebhookPassword,
        report: &mut Report,
    ) -> Result<usize, SetupError> {
        let mut plan = integration.plan(self.scope, version).await?;
        let wanted = wanted(self.scope, &integration.urls, version);
        let steps: Vec<&Step> = plan.steps.iter().collect();
        let failed = apply_all(integration, &steps, self.scope, password, &mut report.done).await?;
        let mut failures = failed.len();
        if failures == plan.steps.len() {
            failed.into_result()?;
        } else {
            report.remains.extend(failed.messages());
        }
        if self.renew {
            let failed = renew::renew(integration, self.scope, &wanted, self.owner, password, report).await?;
            failures += failed.len();
            report.remains.extend(failed.messages());
            // Lists what was superseded, and no longer the successors of an interrupted run.
            plan = integration.plan(self.scope, version).await?;
        } else {
            report.warnings.extend(owners::warning(plan.existing(), self.owner));
        }
        let tests = test_deliveries::send(integration, &wanted, password).await?;
        failures += tests.passed_over.len();
        if tests.checked.is_empty() {
            tests.passed_over.into_result()?;
        } else {
            report.remains.extend(tests.passed_over.messages());
        }
        report.checked.extend(tests.checked);
        // What covers them delivers only when nothing failed.
        if failures == 0 {
            retire(integration, &plan, self.scope, self.now, report).await?;
        }
        report.list_unmanaged(&plan);
        Ok(failures)
    }
}

/// Applies steps one after the other, and adds what was done to `done`. A step that fails is passed over.
///
/// # Errors
///
/// A failure that concerns every step.
pub(super) async fn apply_all<O: AzureDevOps>(
    integration: &OpenIntegration<O>,
    steps: &[&Step],
    scope: &Scope,
    password: &WebhookPassword,
    done: &mut Vec<String>,
) -> Result<PassedOver, SetupError> {
    let mut passed_over = PassedOver::default();
    for step in steps {
        done.extend(passed_over.note(integration.apply(step, scope, password).await)?);
    }
    Ok(passed_over)
}
