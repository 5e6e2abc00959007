//! What `connect` changes in Azure DevOps: it applies the plan, renews the subscriptions of others where the operator asks
//! for it, sends test deliveries, and retires subscriptions that are no longer needed.

use jiff::Timestamp;

use crate::auth::password::WebhookPassword;
use crate::azure_devops::catalog::Identity;
use crate::azure_devops::port::AzureDevOps;
use crate::error::{ErrorCode, OperatorError, PassedOver};
use crate::integration::open_integration::OpenIntegration;
use crate::secrets::version::VersionId;
use crate::setup::report::Report;
use crate::setup::retire::retire;
use crate::setup::{creators, renew, test_deliveries};
use crate::subscriptions::describe::{describe_exceeding, describe_retirement, describe_step};
use crate::subscriptions::plan::{self, Retirement, Step};
use crate::subscriptions::scope::{Scope, wanted};

/// How far a run came with its changes.
#[derive(Debug)]
pub(super) struct ChangeProgress {
    /// The number of wanted subscriptions.
    wanted: usize,
    /// Changes that failed.
    failures: usize,
    /// Changes that are left to the next run.
    left: usize,
    /// The code of the first failure.
    code: Option<ErrorCode>,
}

impl ChangeProgress {
    /// The number of wanted subscriptions.
    pub(super) fn wanted(&self) -> usize {
        self.wanted
    }

    /// The code of the first failure; `None` when nothing failed, even if something is left.
    pub(super) fn failure(&self) -> Option<ErrorCode> {
        self.code
    }

    /// Notes the items of a loop that failed or are left, and names them in the report.
    pub(super) fn add(&mut self, passed_over: &PassedOver, report: &mut Report) {
        self.failures += passed_over.len();
        if self.failures > 0 {
            self.code = self.code.or(passed_over.code());
        }
        self.left += passed_over.left();
        report.remains.extend(passed_over.messages());
    }

    /// Whether nothing failed and nothing is left.
    pub(super) fn is_complete(&self) -> bool {
        self.failures == 0 && self.left == 0
    }

    /// The progress in words, after `applied` changes.
    pub(super) fn describe(&self, applied: usize) -> String {
        let Self { wanted, failures, left, .. } = self;
        match (failures, left, applied) {
            (0, 0, 0) => "no changes needed".to_owned(),
            (0, 0, _) => format!("{applied} changes applied"),
            (_, 0, _) => format!("incomplete: {applied} changes applied, {failures} failed"),
            _ => format!(
                "incomplete: {} of {wanted} subscriptions are as they should be, {failures} failed: run the same \
                 request again, which goes on there",
                wanted.saturating_sub(failures + left)
            ),
        }
    }

    /// What the operator should do next.
    pub(super) fn next(&self) -> &'static str {
        match (self.failures, self.left) {
            (0, 0) => {
                "push a commit and look for its event in the events queue; run `status` from time to time"
            }
            (_, 0) => "follow the advice in `remains`, then run the same request again",
            _ => "run the same request again: it goes on where this run ended, as `remains` says",
        }
    }
}

/// What the operator asks for.
pub(super) struct Changes<'a> {
    /// The projects, repository and branch to subscribe to.
    pub(super) scope: &'a Scope,
    /// The owner of the token.
    pub(super) owner: &'a Identity,
    /// Whether to renew the subscriptions that others than the owner created.
    pub(super) renew: bool,
    /// Whether to delete what `setup` made for a wider selection.
    pub(super) is_exact: bool,
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
    ) -> Result<(), OperatorError> {
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
            report.warnings.extend(creators::warning(plan.existing(), self.owner));
        }
        report.list_unmanaged(&plan);
        Ok(())
    }

    /// Makes the changes. A subscription that cannot be changed is passed over and named in the report. Ends some seconds
    /// before the time of the run is over, with what is left.
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
    ) -> Result<ChangeProgress, OperatorError> {
        let mut plan = integration.plan(self.scope, version).await?;
        let wanted = wanted(self.scope, &integration.urls, version);
        let steps: Vec<&Step> = plan.steps.iter().collect();
        let failed = apply_steps(integration, &steps, self.scope, password, &mut report.done).await?;
        let mut progress = ChangeProgress { wanted: wanted.len(), failures: 0, left: 0, code: None };
        if failed.len() + failed.left() == plan.steps.len() {
            failed.into_result()?;
        } else {
            progress.add(&failed, report);
        }
        if progress.left > 0 {
            report.list_unmanaged(&plan);
            return Ok(progress);
        }
        if self.renew {
            let failed = renew::renew(integration, self.scope, &wanted, self.owner, password, report).await?;
            progress.add(&failed, report);
            if progress.left > 0 {
                return Ok(progress);
            }
            // Lists what was superseded, and no longer the successors of an interrupted run.
            plan = integration.plan(self.scope, version).await?;
        } else {
            report.warnings.extend(creators::warning(plan.existing(), self.owner));
        }
        let tests = test_deliveries::send(integration, &wanted, password).await?;
        if tests.checked.is_empty() {
            tests.passed_over.into_result()?;
        } else {
            progress.add(&tests.passed_over, report);
        }
        report.checked.extend(tests.checked);
        // What covers them delivers only when nothing failed.
        if progress.is_complete() {
            let exceeding = if self.is_exact { plan.take_exceeding(&integration.urls) } else { Vec::new() };
            let retired = plan.retirements.iter();
            let retired =
                retired.map(|retirement| (&retirement.existing, describe_retirement(retirement, self.scope)));
            let exceeding = exceeding.iter().map(|existing| (existing, describe_exceeding(existing)));
            let retired = retired.chain(exceeding).collect();
            progress.left = retire(integration, retired, self.now, report).await?;
        }
        report.list_unmanaged(&plan);
        Ok(progress)
    }
}

/// Applies every step of a rotation.
///
/// # Errors
///
/// `OutOfTime` or `RateLimited` when steps are left to the next run, and a failure that concerns every step.
pub(super) async fn apply_all<O: AzureDevOps>(
    integration: &OpenIntegration<O>,
    steps: &[&Step],
    scope: &Scope,
    password: &WebhookPassword,
    done: &mut Vec<String>,
) -> Result<PassedOver, OperatorError> {
    let failed = apply_steps(integration, steps, scope, password, done).await?;
    match (failed.left(), failed.code()) {
        (left @ 1.., Some(code)) => {
            let message = format!(
                "{} of {} subscriptions have the new webhook password, which stays pending; receivers accept both: run \
                 the same request again, which goes on there. {}",
                steps.len() - left - failed.len(),
                steps.len(),
                failed.messages().last().unwrap_or_default()
            );
            Err(OperatorError::new(code, message))
        }
        _ => Ok(failed),
    }
}

/// Applies steps one after the other, and adds what was done to `done`. A step that fails is passed over. Ends some
/// seconds before the time of the run is over, with what is left.
///
/// # Errors
///
/// A failure that concerns every step.
pub(super) async fn apply_steps<O: AzureDevOps>(
    integration: &OpenIntegration<O>,
    steps: &[&Step],
    scope: &Scope,
    password: &WebhookPassword,
    done: &mut Vec<String>,
) -> Result<PassedOver, OperatorError> {
    let mut passed_over = PassedOver::default();
    for (index, step) in steps.iter().enumerate() {
        if !passed_over.begins(&integration.organization, steps.len() - index) {
            break;
        }
        done.extend(passed_over.note(integration.apply(step, scope, password).await)?);
    }
    Ok(passed_over)
}
