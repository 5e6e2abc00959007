//! Reads the delivery log of subscriptions of the run, and waits for what is to appear there.

use hookpost_core::azure_devops::deliveries::{DeliveryState, LoggedDelivery};
use hookpost_core::azure_devops::port::AzureDevOps as _;
use hookpost_core::ports::Clock;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::raw_client::{Call, Method};
use crate::run::Run;
use crate::unsettled::Unsettled;

/// Seconds between two looks.
const POLL: u64 = 10;
/// Most looks for an event, which usually appears within seconds.
const LOOKS_FOR_EVENT: usize = 9;
/// Most looks for the end of a delivery: retries take three minutes.
const LOOKS_FOR_END: usize = 36;
/// Seconds after the first of several deliveries of one event in which the others appear.
const OTHERS: u64 = 30;
/// The clocks here and there may differ, so rows are asked for around now.
const AROUND: SignedDuration = SignedDuration::from_hours(12);

impl<C: Clock> Run<C> {
    /// The deliveries of subscriptions.
    pub(crate) async fn rows(&self, ids: &[&str]) -> Result<Vec<LoggedDelivery>, Unsettled> {
        let now = self.clock.now();
        let from = now.checked_sub(AROUND).unwrap_or(now);
        let to = now.checked_add(AROUND).unwrap_or(now);
        let rows = self.first.product.deliveries(ids, DeliveryState::Any, from, to).await;
        rows.map_err(Unsettled::of("list deliveries"))
    }

    /// Waits for the first delivery of a subscription. Returns false when none appears.
    pub(crate) async fn appears(&self, id: &str) -> Result<bool, Unsettled> {
        for _ in 0..LOOKS_FOR_EVENT {
            if !self.rows(&[id]).await?.is_empty() {
                return Ok(true);
            }
            self.pause(POLL).await?;
        }
        Ok(false)
    }

    /// The deliveries of one event: those of `control`, which is told for certain, and of others, which may be.
    pub(crate) async fn rows_with(
        &self,
        control: &str,
        others: &[&str],
    ) -> Result<Vec<LoggedDelivery>, Unsettled> {
        if !self.appears(control).await? {
            return Err(not_told());
        }
        self.pause(OTHERS).await?;
        self.rows(&[&[control], others].concat()).await
    }

    /// A notification with its details.
    pub(crate) async fn notification(&self, id: &str, number: u64) -> Result<Value, Unsettled> {
        let number = number.to_string();
        let path = ["_apis", "hooks", "subscriptions", id, "notifications", &number];
        self.first.raw.call(Call::get(&path, &[])).await?.success()
    }

    /// The first notification of a subscription, and its number.
    pub(crate) async fn first_notification(&self, id: &str) -> Result<(u64, Value), Unsettled> {
        if !self.appears(id).await? {
            return Err(not_told());
        }
        let rows = self.rows(&[id]).await?;
        let number = rows.first().ok_or_else(not_told)?.notification_id;
        Ok((number, self.notification(id, number).await?))
    }

    /// The first notification of a subscription after its delivery has ended, and its number.
    pub(crate) async fn ended(&self, id: &str) -> Result<(u64, Value), Unsettled> {
        let (number, mut notification) = self.first_notification(id).await?;
        for _ in 0..LOOKS_FOR_END {
            if has_ended(&notification) {
                return Ok((number, notification));
            }
            self.pause(POLL).await?;
            notification = self.notification(id, number).await?;
        }
        let seconds = POLL * u64::try_from(LOOKS_FOR_END).unwrap_or_default();
        Err(Unsettled::NotSeen(format!(
            "the delivery did not end within {seconds} s; WEBHOOK=https://… names a receiver that answers 200"
        )))
    }

    /// Waits until a subscription has another status than "enabled"; the status.
    pub(crate) async fn status_change(&self, id: &str) -> Result<String, Unsettled> {
        for _ in 0..LOOKS_FOR_END {
            let subscription = self.subscription(id).await?;
            let status = subscription["status"].as_str().unwrap_or("enabled");
            if status != "enabled" {
                return Ok(status.to_owned());
            }
            self.pause(POLL).await?;
        }
        Err(Unsettled::NotSeen("the subscription stayed enabled".to_owned()))
    }

    /// The answer to a query of the log for one subscription.
    pub(crate) async fn query_log(&self, id: &str, max_results: usize) -> Result<Value, Unsettled> {
        let body = json!({"subscriptionIds": [id], "maxResults": max_results, "includeDetails": true});
        let path = ["_apis", "hooks", "notificationsquery"];
        self.first.raw.call(Call::with_body(Method::POST, &path, body)).await?.success()
    }
}

pub(crate) fn has_ended(notification: &Value) -> bool {
    notification["status"] == "completed"
}

/// The body that was posted last, out of the text of the request in the log.
pub(crate) fn posted(notification: &Value) -> Option<Value> {
    let request = notification["details"]["request"].as_str()?;
    let (_, content) = request.split_once("Content:")?;
    let mut values = serde_json::Deserializer::from_str(content.trim_start()).into_iter::<Value>();
    values.next()?.ok().filter(Value::is_object)
}

/// The number of items in an array.
pub(crate) fn count(list: &Value) -> usize {
    list.as_array().map_or(0, Vec::len)
}

fn not_told() -> Unsettled {
    Unsettled::NotSeen("no delivery appeared in the log".to_owned())
}
