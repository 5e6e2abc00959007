//! Test deliveries, which prove that the receivers accept the webhook password.

use crate::auth::password::WebhookPassword;
use crate::azure_devops::port::AzureDevOps;
use crate::azure_devops::subscription::{ExistingSubscription, WantedSubscription};
use crate::error::{ErrorCode, OperatorError, PassedOver, RestResultExt as _};
use crate::integration::open_integration::OpenIntegration;
use crate::receiver::endpoint::Endpoint;

/// Most subscriptions of an endpoint through which a test delivery is tried. One has to work.
pub(super) const TRIED_MAX: usize = 3;

/// The status with which a receiver asks for a retry. Azure DevOps retries deliveries, but no test deliveries.
const RETRY_LATER: u16 = 503;

/// How a test delivery ended.
pub(super) enum TestOutcome {
    /// The receiver accepted it.
    CameThrough,
    /// The receiver did not accept it, for this reason.
    Refused(String),
}

/// The test deliveries of one run.
#[derive(Debug, Default)]
pub(super) struct TestDeliveries {
    /// The endpoints that were proven, in words.
    pub(super) checked: Vec<String>,
    /// Subscriptions through which no test delivery could be sent.
    pub(super) passed_over: PassedOver,
    /// Whether every endpoint that has a subscription was proven.
    pub(super) is_complete: bool,
}

/// Sends a test delivery through a subscription of each endpoint. A subscription through which none can be sent is
/// passed over.
///
/// # Errors
///
/// [`ErrorCode::NotProven`] when a receiver does not accept a test delivery. The other endpoints were tested, too.
pub(super) async fn send<O: AzureDevOps>(
    integration: &OpenIntegration<O>,
    wanted: &[WantedSubscription],
    password: &WebhookPassword,
) -> Result<TestDeliveries, OperatorError> {
    let existing = integration.subscriptions().await?;
    let mut tests = TestDeliveries { is_complete: true, ..TestDeliveries::default() };
    let mut refused = Vec::new();
    for endpoint in [Endpoint::CodePushed, Endpoint::PullRequest] {
        let mut is_tested = true;
        for (existing, wanted) in candidates(endpoint, wanted, &existing) {
            let test = send_one(integration, existing, wanted, password).await;
            let test = tests.passed_over.note(test)?;
            is_tested = test.is_some();
            match test {
                None => continue,
                Some(TestOutcome::CameThrough) => {
                    tests.checked.push(format!("a test delivery to the `{endpoint}` endpoint came through"));
                }
                Some(TestOutcome::Refused(reason)) => refused.push(reason),
            }
            break;
        }
        tests.is_complete &= is_tested;
    }
    if refused.is_empty() {
        return Ok(tests);
    }
    let message = format!("{}: see the logs of the receivers, then run this again", refused.join(", and "));
    Err(OperatorError::new(ErrorCode::NotProven, message))
}

/// Sends a test delivery through one subscription.
pub(super) async fn send_one<O: AzureDevOps>(
    integration: &OpenIntegration<O>,
    existing: &ExistingSubscription,
    wanted: &WantedSubscription,
    password: &WebhookPassword,
) -> Result<TestOutcome, OperatorError> {
    let send = async || {
        let test = integration.organization.send_test(&existing.id, wanted, password.expose()).await;
        test.context(format!(
            "a test delivery could not be sent through subscription {} ({})",
            existing.id, existing.event_type
        ))
    };
    let mut test = send().await?;
    if test.status == Some(RETRY_LATER) {
        test = send().await?;
    }
    if test.delivered {
        return Ok(TestOutcome::CameThrough);
    }
    let endpoint = wanted.kind.endpoint();
    let status = test.status.map_or_else(|| "no response".to_owned(), |status| status.to_string());
    let reason = format!("a test delivery to the `{endpoint}` endpoint failed ({status}) {}", test.detail);
    Ok(TestOutcome::Refused(reason.trim_end().to_owned()))
}

/// The existing subscriptions of an endpoint that are as wanted.
fn candidates<'a>(
    endpoint: Endpoint,
    wanted: &'a [WantedSubscription],
    existing: &'a [ExistingSubscription],
) -> impl Iterator<Item = (&'a ExistingSubscription, &'a WantedSubscription)> {
    let of_endpoint = wanted.iter().filter(move |wanted| wanted.kind.endpoint() == endpoint);
    let pairs = of_endpoint.filter_map(|wanted| {
        let is_same = |existing: &&ExistingSubscription| {
            existing.url == wanted.url && existing.project_id == wanted.project_id
        };
        existing.iter().find(is_same).map(|existing| (existing, wanted))
    });
    pairs.take(TRIED_MAX)
}
