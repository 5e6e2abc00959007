//! A relay: the handler of a function with an event source mapping on the queue of raw deliveries, and the same as a loop.

mod event;
mod line;
mod settings;
mod worker;

use std::collections::BTreeMap;
use std::time::Duration;

use hookpost_core::ports::Clock;
use hookpost_core::quarantine::port::ReceiptHandle;
use hookpost_core::relay::Relay;
use hookpost_core::relay::port::{DeliveryQueue, ToolClient, ToolCredentialSource};
use hookpost_core::relay::report::GivenBack;
use jiff::{SignedDuration, Timestamp};
use lambda_runtime::{Context, Diagnostic};

use self::event::{SqsBatchResponse, SqsEvent};
pub use self::settings::RelaySettings;
pub use self::worker::RelayWorker;
use crate::runtime::{Handler, catch_panic, deadline_at, internal_error};
use crate::system::now;

/// Time for a batch where nobody sets an end. It is below the visibility timeout of the queue, 360 s.
const BATCH_TIME: SignedDuration = SignedDuration::from_secs(50);

/// Time at the end of an invocation that is kept for SQS and the log.
const ANSWER_MARGIN: SignedDuration = SignedDuration::from_secs(5);

/// Answers the invocations of an event source mapping with the deliveries that come again.
#[derive(Debug)]
pub struct RelayHandler<T, S, C, Q> {
    /// Posts the deliveries.
    pub relay: Relay<T, S, C>,
    /// The queue of the event source mapping.
    pub queue: Q,
}

impl<T, S, C, Q> Handler for RelayHandler<T, S, C, Q>
where
    T: ToolClient,
    S: ToolCredentialSource,
    C: Clock,
    Q: DeliveryQueue,
{
    type Event = SqsEvent;
    type Answer = SqsBatchResponse;

    async fn handle(&self, event: SqsEvent, context: &Context) -> Result<SqsBatchResponse, Diagnostic> {
        let deadline = deadline_at(context.deadline).map_or_else(batch_deadline, |end| end - ANSWER_MARGIN);
        let forward = self.relay.forward(event.deliveries(), deadline);
        let report = catch_panic(forward).await.ok_or_else(internal_error)?;
        report.postings.iter().for_each(line::posting);
        hide(&self.queue, &report.given_back).await;
        Ok(SqsBatchResponse::of(report.given_back))
    }
}

fn batch_deadline() -> Timestamp {
    now().saturating_add(BATCH_TIME).unwrap_or(Timestamp::MAX)
}

/// Hides what comes again for its pause. Where that fails, it comes again after the queue's visibility timeout.
async fn hide(queue: &impl DeliveryQueue, given_back: &[GivenBack]) {
    let mut by_pause: BTreeMap<Duration, Vec<ReceiptHandle>> = BTreeMap::new();
    for GivenBack { delivery, pause } in given_back {
        by_pause.entry(*pause).or_default().push(delivery.receipt_handle.clone());
    }
    for (pause, receipt_handles) in by_pause {
        if let Err(detail) = queue.hide(&receipt_handles, pause).await {
            line::queue_failed("hide", &detail);
        }
    }
}
