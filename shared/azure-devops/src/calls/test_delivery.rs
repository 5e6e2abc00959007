//! A delivery on demand.

use hookpost_core::azure_devops::deliveries::TestResult;
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::subscription::WantedSubscription;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::notification_wire::WireNotification;
use super::subscription_wire::write_for_test;
use crate::answer::unreadable;
use crate::call::Call;
use crate::pace::Patience;
use crate::transport::Transport;

/// Asks for a delivery and looks for its outcome until there is one or patience ends.
pub(crate) async fn send(
    transport: &Transport,
    patience: &Patience,
    id: &str,
    wanted: &WantedSubscription,
    password: &str,
) -> Result<TestResult, RestError> {
    let details = Value::Object(write_for_test(wanted, password));
    let body = json!({ "subscriptionId": id, "details": details });
    let call = Call::with_body(Method::POST, &["_apis", "hooks", "testnotifications"], body);
    let answer = transport.ask(Call { password: Some(password), ..call }).await?;
    let mut notification: WireNotification = answer.decode()?;
    let number =
        notification.id.as_deref().ok_or_else(|| unreadable("the notification has no id"))?.to_owned();
    let deadline = Instant::now() + patience.test;
    loop {
        if let Some(delivered) = notification.outcome() {
            let details = notification.details.unwrap_or_default();
            let detail = transport.secrets().scrub(&details.said(), Some(password));
            return Ok(TestResult { delivered, status: details.status(), detail });
        }
        if Instant::now() + patience.poll > deadline {
            let status = notification.status.as_deref().unwrap_or("unknown");
            let status = transport.secrets().scrub(status, Some(password));
            let detail = format!("no outcome within {} s; its state is `{status}`", patience.test.as_secs());
            return Ok(TestResult { delivered: false, status: None, detail });
        }
        tokio::time::sleep(patience.poll).await;
        let path = ["_apis", "hooks", "subscriptions", id, "notifications", &number];
        // No password is sent, but what is asked about has it in it.
        let look = Call { password: Some(password), ..Call::get(&path, &[]) };
        notification = match transport.ask(look).await {
            Ok(answer) => answer.decode()?,
            // Not there yet: notifications are kept elsewhere than they are made.
            Err(RestError::NotFound { .. }) => notification,
            Err(error) => return Err(error),
        };
    }
}
