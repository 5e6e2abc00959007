//! Sends a test delivery.

use hookpost_core::azure_devops::deliveries::TestResult;
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::subscription::WantedSubscription;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::call::Call;
use crate::calls::notification::WireNotification;
use crate::calls::subscription::to_test_json;
use crate::error::unreadable_response;
use crate::transport::Transport;
use crate::wait_limits::WaitLimits;

/// Requests a test delivery, and polls for its outcome until there is one or the time limit is over.
pub(crate) async fn send(
    transport: &Transport,
    wait_limits: &WaitLimits,
    id: &str,
    wanted: &WantedSubscription,
    password: &str,
) -> Result<TestResult, RestError> {
    let details = Value::Object(to_test_json(wanted, password));
    let body = json!({ "subscriptionId": id, "details": details });
    let call = Call::with_body(Method::POST, &["_apis", "hooks", "testnotifications"], body);
    let response = transport.call_for_json(Call { password: Some(password), ..call }).await?;
    let mut notification: WireNotification = response.decode()?;
    let number = notification
        .id
        .as_deref()
        .ok_or_else(|| unreadable_response("the notification has no id"))?
        .to_owned();
    let deadline = Instant::now() + wait_limits.test;
    loop {
        if let Some(delivered) = notification.is_delivered() {
            let details = notification.details.unwrap_or_default();
            let detail = transport.secrets().redact(&details.error_text(), Some(password));
            return Ok(TestResult { delivered, status: details.status(), detail });
        }
        if Instant::now() + wait_limits.poll > deadline {
            let status = notification.status.as_deref().unwrap_or("unknown");
            let status = transport.secrets().redact(status, Some(password));
            let detail =
                format!("no outcome within {} s; its state is `{status}`", wait_limits.test.as_secs());
            return Ok(TestResult { delivered: false, status: None, detail });
        }
        tokio::time::sleep(wait_limits.poll).await;
        let path = ["_apis", "hooks", "subscriptions", id, "notifications", &number];
        // This request has no password, but the response may quote it.
        let poll = Call { password: Some(password), ..Call::get(&path, &[]) };
        notification = match transport.call_for_json(poll).await {
            Ok(response) => response.decode()?,
            // A notification can be requested only some time after it was created.
            Err(RestError::NotFound { .. }) => notification,
            Err(error) => return Err(error),
        };
    }
}
