//! A relay: the handler of a function with an event source mapping on the queue of raw deliveries, and the same as a loop.

mod event;
mod line;
mod settings;
mod worker;

use hookpost_core::ports::{Clock, MessageQueue};
use hookpost_core::relay::Relay;
use hookpost_core::relay::port::{DeliveryQueue, ToolClient, ToolCredentialSource};
use hookpost_core::relay::report::Postponed;
use jiff::{SignedDuration, Timestamp};
use lambda_runtime::{Context, Diagnostic};

use self::event::{SqsBatchResponse, SqsEvent};
pub use self::settings::RelaySettings;
pub use self::worker::RelayWorker;
use crate::runtime::{Handler, catch_panic, deadline_at, internal_error};
use crate::system::now;

/// Time for a batch where nobody sets an end. It is below the visibility timeout of the queue, 360 s.
const BATCH_TIME: SignedDuration = SignedDuration::from_secs(50);

/// Time at the end of an invocation that is kept for a password that has to be read first, for SQS, and for the log. A call
/// to AWS takes at most 4 s (functions/relay).
const ANSWER_MARGIN: SignedDuration = SignedDuration::from_secs(10);

/// Answers the invocations of an event source mapping with the deliveries that come again.
#[derive(Debug)]
pub struct RelayHandler<T, S, C, M, Q> {
    /// Posts the deliveries.
    pub relay: Relay<T, S, C, M>,
    /// The queue of the event source mapping.
    pub queue: Q,
}

impl<T, S, C, M, Q> Handler for RelayHandler<T, S, C, M, Q>
where
    T: ToolClient,
    S: ToolCredentialSource,
    C: Clock,
    M: MessageQueue,
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
async fn hide(queue: &impl DeliveryQueue, given_back: &[Postponed]) {
    let hidden = given_back.iter().map(|given| (given.delivery.receipt_handle.clone(), given.pause));
    let hidden: Vec<_> = hidden.collect();
    if !hidden.is_empty()
        && let Err(detail) = queue.hide(&hidden).await
    {
        line::queue_failed("hide", &detail);
    }
}
