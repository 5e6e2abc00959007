//! Moves the subscriptions of an integration to webhook URLs that have changed, such as after a domain name was set or
//! taken away. There is one set of subscriptions at every moment: each is given its new URL in place.

use crate::auth::password::WebhookPassword;
use crate::azure_devops::port::AzureDevOps;
use crate::error::{ErrorCode, OperatorError, PassedOver};
use crate::integration::open_integration::OpenIntegration;
use crate::receiver::endpoint::Endpoint;
use crate::secrets::version::VersionId;
use crate::setup::changes::apply_steps;
use crate::setup::new_password::delivering_elsewhere;
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
) -> Result<(), OperatorError> {
    let plan = integration.plan(scope, version).await?;
    for endpoint in [Endpoint::CodePushed, Endpoint::PullRequest] {
        let mut untested = PassedOver::default();
        let steps = plan.steps.iter().filter_map(|step| match step {
            Step::Replace { existing, wanted, .. } => Some((existing, wanted)),
            Step::Create(_) => None,
        });
        let steps = steps.filter(|(_, wanted)| wanted.kind.endpoint() == endpoint);
        for (existing, wanted) in steps.take(test_deliveries::TRIED_MAX) {
            let test = test_deliveries::send_one(integration, existing, wanted, password).await;
            match untested.note(test)? {
                None => continue,
                Some(TestOutcome::CameThrough) => untested = PassedOver::default(),
                Some(TestOutcome::Refused(reason)) => return Err(not_proven(integration, &reason)),
            }
            break;
        }
        untested.into_result()?;
    }
    Ok(())
}

fn not_proven<O>(integration: &OpenIntegration<O>, reason: &str) -> OperatorError {
    let message = format!(
        "the subscriptions stay at their former address, since at {} {reason}: check that this name leads to this \
         deployment, then run this again",
        integration.urls.prefix()
    );
    OperatorError::new(ErrorCode::NotProven, message)
}

/// Moves the subscriptions that `setup` made for an earlier scope and that still deliver, and adds what was done to `done`.
/// One that cannot be moved is passed over. Ends some seconds before the time of the run is over, with what is left.
///
/// # Errors
///
/// A failure that concerns every call.
pub(super) async fn move_remaining<O: AzureDevOps>(
    integration: &OpenIntegration<O>,
    scope: &Scope,
    version: &VersionId,
    password: &WebhookPassword,
    done: &mut Vec<String>,
) -> Result<PassedOver, OperatorError> {
    let steps = delivering_elsewhere(integration, version).await?;
    let steps: Vec<&Step> = steps.iter().collect();
    apply_steps(integration, &steps, scope, password, done).await
}
