//! A relay as a loop, in a container or on a machine.

use std::pin::pin;
use std::time::Duration;

use hookpost_core::ports::{Clock, MessageQueue};
use hookpost_core::queue_receiver::ReceiptHandle;
use hookpost_core::relay::Relay;
use hookpost_core::relay::port::{DeliveryQueue, QueuedDelivery, ToolClient, ToolCredentialSource};
use tokio::time::sleep;

use super::{batch_deadline, hide, line};
use crate::runtime::LambdaRuntime;

/// The pause after a call to SQS that failed.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Reads the queue, posts and deletes, until it is told to stop.
#[derive(Debug)]
pub struct RelayWorker<T, S, C, M, Q> {
    /// Posts the deliveries.
    pub relay: Relay<T, S, C, M>,
    /// The queue of raw deliveries.
    pub queue: Q,
}

impl<T, S, C, M, Q> RelayWorker<T, S, C, M, Q>
where
    T: ToolClient,
    S: ToolCredentialSource,
    C: Clock,
    M: MessageQueue,
    Q: DeliveryQueue,
{
    /// Runs until `stop` ends, and some seconds more: what is being posted then is finished, and what the queue hands out
    /// then is given back to it. Otherwise both would be hidden for the visibility timeout, and the former be posted again.
    pub async fn run(&self, runtime: &LambdaRuntime, stop: impl Future<Output = ()>) {
        runtime.log_started();
        let mut stop = pin!(stop);
        let mut is_stopping = false;
        while !is_stopping {
            let mut turn = pin!(self.take_turn());
            tokio::select! {
                () = &mut turn => {}
                () = &mut stop => {
                    is_stopping = true;
                    self.relay.stop();
                    turn.await;
                }
            }
        }
        line::stopped();
    }

    async fn take_turn(&self) {
        match self.queue.receive().await {
            Ok(batch) => self.forward(batch).await,
            Err(detail) => {
                line::queue_failed("receive", &detail);
                sleep(PAUSE_AFTER_FAILURE).await;
            }
        }
    }

    async fn forward(&self, batch: Vec<QueuedDelivery>) {
        if batch.is_empty() {
            return;
        }
        let report = self.relay.forward(batch, batch_deadline()).await;
        report.postings.iter().for_each(line::posting);
        let done: Vec<ReceiptHandle> =
            report.done.into_iter().map(|delivery| delivery.receipt_handle).collect();
        if !done.is_empty()
            && let Err(detail) = self.queue.delete(&done).await
        {
            line::queue_failed("delete", &detail);
        }
        hide(&self.queue, &report.given_back).await;
    }
}
