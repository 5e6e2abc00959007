//! Moves the subscriptions of an integration to webhook URLs that have changed, such as after a domain name was set or
//! taken away. There is one set of subscriptions at every moment: each is given its new URL in place.

use crate::auth::password::WebhookPassword;
use crate::azure_devops::port::AzureDevOps;
use crate::integration::open::OpenIntegration;
use crate::receiver::endpoint::Endpoint;
use crate::secrets::version::VersionId;
use crate::setup::error::{ErrorCode, PassedOver, SetupError};
use crate::setup::new_password::delivering_elsewhere;
use crate::setup::report::Report;
use crate::setup::test_deliveries::{self, TestOutcome};
use crate::subscriptions::plan::Step;
use crate::subscriptions::scope::Scope;

/// Sends a test delivery of each endpoint to the new URLs, before any subscription is moved there.
///
/// # Errors
///
/// [`ErrorCode::NotProven`] when the receivers do not answer there: the name may not be in the DNS yet.
pub(super) async fn prove<O: AzureDevOps>(
    integration: &OpenIntegration<O>,
    scope: &Scope,
    version: &VersionId,
    password: &WebhookPassword,
) -> Result<(), SetupError> {
    let plan = integration.plan(scope, version).await?;
    for endpoint in [Endpoint::CodePushed, Endpoint::PullRequest] {
        let step = plan.steps.iter().find_map(|step| match step {
            Step::Replace { existing, wanted, .. } if wanted.kind.endpoint() == endpoint => {
                Some((existing, wanted))
            }
            Step::Replace { .. } | Step::Create(_) => None,
        });
        let Some((existing, wanted)) = step else { continue };
        let test = test_deliveries::send_one(integration, existing, wanted, password).await?;
        if let TestOutcome::Refused(reason) = test {
            let message = format!(
                "the subscriptions stay at their former address, since at {} {reason}: check that this name leads to this \
                 deployment, then run this again",
                integration.urls.prefix()
            );
            return Err(SetupError::new(ErrorCode::NotProven, message));
        }
    }
    Ok(())
}

/// Moves the subscriptions that `setup` made for an earlier scope and that still deliver. One that cannot be moved is
/// passed over.
///
/// # Errors
///
/// A failure that concerns every call.
pub(super) async fn move_further<O: AzureDevOps>(
    integration: &OpenIntegration<O>,
    scope: &Scope,
    version: &VersionId,
    password: &WebhookPassword,
    report: &mut Report,
) -> Result<usize, SetupError> {
    let mut failed = PassedOver::default();
    for step in delivering_elsewhere(integration, version).await? {
        report.done.extend(failed.note(integration.apply(&step, scope, password).await)?);
    }
    report.remains.extend(failed.messages());
    Ok(failed.len())
}
