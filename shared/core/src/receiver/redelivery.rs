//! Processes a stored delivery again: it is converted and published as a receiver would, with the same event ids.

use jiff::Timestamp;

use crate::auth::ring::Admission;
use crate::integration::name::IntegrationName;
use crate::normalize::context::DeliveryContext;
use crate::normalize::sample::is_test_delivery;
use crate::payload::parse::{parse, repair_encoding};
use crate::ports::MessageQueue;
use crate::raw_delivery::encode::NewRawDelivery;
use crate::raw_delivery::origin::Origin;
use crate::receiver::publisher::{DELIVERED_ELSEWHERE, Prepared, SendReport, prepare, send};

/// Most messages in memory at once. A mirrored repository may push tens of thousands of refs.
const CHUNK_MESSAGES: usize = 500;

/// A stored delivery.
pub(crate) struct Redelivery<'a> {
    pub(crate) integration: &'a IntegrationName,
    pub(crate) body: &'a [u8],
    pub(crate) change: Option<&'a str>,
    pub(crate) activity_id: Option<&'a str>,
    pub(crate) received_at: Timestamp,
}

/// The queues that a stored delivery is sent to.
pub(crate) struct Queues<'a, Q> {
    pub(crate) events: &'a Q,
    /// Where raw deliveries are kept, if they are.
    pub(crate) deliveries: Option<&'a Q>,
}

/// The outcome of processing a stored delivery again.
pub(crate) enum RedeliveryOutcome {
    /// This many events were queued.
    Queued(usize),
    /// There is no event to queue, for this reason.
    Skipped(String),
    /// The delivery cannot be converted, for this reason.
    Unreadable(String),
}

impl Redelivery<'_> {
    /// Converts the delivery and sends its events, in parts when there are many, and then the delivery itself where raw
    /// deliveries are kept. Without queues, the delivery is only converted.
    ///
    /// # Errors
    ///
    /// Why a queue did not accept every message. Repeating the call is safe, because the event ids are the same.
    pub(crate) async fn process(
        &self,
        queues: Option<Queues<'_, impl MessageQueue>>,
    ) -> Result<RedeliveryOutcome, String> {
        let body = repair_encoding(self.body);
        let notification = match parse(&Admission::trusted(), &body) {
            Ok(notification) => notification,
            Err(error) => return Ok(RedeliveryOutcome::Unreadable(error.reason)),
        };
        if is_test_delivery(&notification) {
            return Ok(RedeliveryOutcome::Skipped("a test delivery".to_owned()));
        }
        let context = DeliveryContext {
            integration: self.integration,
            notification: &notification,
            change: self.change,
            activity_id: self.activity_id,
            traceparent: None,
            received_at: self.received_at,
            refs_max: usize::MAX,
            reconstructed: false,
        };
        let deliveries = queues.as_ref().and_then(|queues| queues.deliveries);
        let mut conversion = match prepare(&context) {
            Prepared::DeliveredElsewhere => {
                return Ok(RedeliveryOutcome::Skipped(DELIVERED_ELSEWHERE.to_owned()));
            }
            Prepared::Ignored(reason) => {
                if let Some(deliveries) = deliveries {
                    self.keep(deliveries, &context, None).await?;
                }
                return Ok(RedeliveryOutcome::Skipped(reason));
            }
            Prepared::Failed(reason) => return Ok(RedeliveryOutcome::Unreadable(reason)),
            Prepared::Events(conversion) => conversion,
        };
        let origin = conversion.origin();
        let (mut events, mut refused) = (0, None);
        while !conversion.is_complete() {
            let messages = conversion.messages(CHUNK_MESSAGES, None);
            events += messages.len();
            if let Some(queues) = &queues {
                let report = send(queues.events, messages).await;
                if let Some(detail) = report.unavailable {
                    return Err(detail);
                }
                refused = refused.or(report.refused);
            }
        }
        if let Some(deliveries) = deliveries.filter(|_| events > 0) {
            refused = refused.or(self.keep(deliveries, &context, origin).await?);
        }
        let problem = refused.or(conversion.problem);
        Ok(problem.map_or(RedeliveryOutcome::Queued(events), RedeliveryOutcome::Unreadable))
    }

    /// Keeps the delivery on the raw deliveries queue. Returns why the queue refuses it.
    ///
    /// # Errors
    ///
    /// Why the queue did not accept it.
    async fn keep(
        &self,
        deliveries: &impl MessageQueue,
        context: &DeliveryContext<'_>,
        origin: Option<Origin>,
    ) -> Result<Option<String>, String> {
        let headers = self.headers();
        let delivery = NewRawDelivery { context, body: self.body, headers: &headers, origin, replayed: true };
        let report = SendReport::default().with_kept(deliveries.send(vec![delivery.encode(None)]).await);
        report.unavailable.map_or(Ok(report.refused), Err)
    }

    /// What is known of the delivery's headers.
    fn headers(&self) -> Vec<(&'static str, String)> {
        self.activity_id.map(|id| ("x-vss-activityid", id.to_owned())).into_iter().collect()
    }
}

#[cfg(test)]
mod tests;
