//! One SQS queue to send to.

use std::pin::pin;
use std::time::Duration;

use aws_sdk_sqs::operation::send_message_batch::SendMessageBatchOutput;
use futures_util::stream::{self, StreamExt as _};
use hookpost_core::message::queue_message::QueueMessage;
use hookpost_core::ports::{MessageQueue, SendFailure, SendResult, Sent};

use super::{Client, batch, send_failure};
use crate::error_text;

/// How many batches are under way at once: a push of a thousand refs is a hundred of them, and a delivery has to be
/// answered within seconds.
const CONCURRENT_BATCHES: usize = 8;

/// Pauses before the entries of a batch that failed inside SQS are sent again. The SDK retries whole calls.
const RETRY_DELAYS: [Duration; 2] = [Duration::from_millis(50), Duration::from_millis(200)];

/// A body that SQS rejects: one invalid character.
const REFUSED_BODY: &str = "\u{FFFE}";

/// A delay in seconds over SQS's limit of 900; a FIFO queue rejects any delay of a single message.
const REFUSED_DELAY_SECONDS: i32 = 901;

/// An SQS queue, standard or FIFO. Messages must fit the kind of queue: see
/// [`QueueMessage::fifo`](hookpost_core::message::queue_message::QueueMessage::fifo).
#[derive(Clone, Debug)]
pub struct SqsQueue {
    client: Client,
    url: String,
}

impl SqsQueue {
    pub(crate) fn new(client: Client, url: String) -> Self {
        Self { client, url }
    }

    /// Sends one batch. After [`BatchOutcome::outage`] there is no use in sending another.
    async fn send_batch(&self, mut messages: Vec<QueueMessage>) -> BatchOutcome {
        let mut outcome = BatchOutcome::unsent(messages.len());
        let mut indices: Vec<usize> = (0..messages.len()).collect();
        for pause in RETRY_DELAYS.into_iter().map(Some).chain([None]) {
            self.send_entries(&mut messages, &indices, &mut outcome).await;
            let untraced = outcome.drop_refused_trace_headers(&mut messages);
            if outcome.outage.is_none() && !untraced.is_empty() {
                self.send_entries(&mut messages, &untraced, &mut outcome).await;
            }
            indices.retain(|index| outcome.is_worth_retrying(*index));
            let Some(pause) = pause.filter(|_| outcome.outage.is_none() && !indices.is_empty()) else {
                break;
            };
            tokio::time::sleep(pause).await;
        }
        outcome
    }

    /// Sends the messages with these indices in one call. When SQS refuses the whole call, sends all once more without
    /// their trace headers, and then each by itself, so that one bad message does not take others with it.
    async fn send_entries(
        &self,
        messages: &mut [QueueMessage],
        indices: &[usize],
        outcome: &mut BatchOutcome,
    ) {
        let mut answer = self.call(messages, indices).await;
        if matches!(answer, Err(SendFailure::Refused(_))) && drop_trace_headers(messages, indices) {
            answer = self.call(messages, indices).await;
        }
        match answer {
            Ok(output) => outcome.record(output),
            Err(SendFailure::Refused(_)) if indices.len() > 1 => {
                for index in indices.iter().map(std::slice::from_ref) {
                    if outcome.outage.is_some() {
                        return;
                    }
                    match self.call(messages, index).await {
                        Ok(output) => outcome.record(output),
                        Err(failure) => outcome.fail(index, &failure),
                    }
                }
            }
            Err(failure) => outcome.fail(indices, &failure),
        }
    }

    async fn call(
        &self,
        messages: &[QueueMessage],
        indices: &[usize],
    ) -> Result<SendMessageBatchOutput, SendFailure> {
        let entries = indices.iter().map(|index| batch::entry(*index, &messages[*index]));
        let entries: Result<Vec<_>, _> = entries.collect();
        let entries = entries.map_err(|error| SendFailure::Refused(error_text::with_causes(&error)))?;
        let request = self.client.send_message_batch().queue_url(&self.url).set_entries(Some(entries));
        request.send().await.map_err(|error| send_failure::of_call(&error))
    }
}

impl MessageQueue for SqsQueue {
    /// Uses `SendMessageBatch` for a single message too: `SendMessage` would not be cheaper, see
    /// `infra/decisions/0007-sdk-for-every-call.md`. A few batches are under way at once, and an entry that failed is sent
    /// again after the others, so messages of one group keep their order only if the caller sends one of a group at
    /// a time, as a receiver does. Those of `watch` are late, and consumers order by their sequence.
    async fn send(&self, messages: Vec<QueueMessage>) -> Vec<SendResult> {
        let count = messages.len();
        let mut results = Vec::with_capacity(count);
        let batches = stream::iter(batch::split(messages));
        let mut outcomes = pin!(batches.map(|batch| self.send_batch(batch)).buffered(CONCURRENT_BATCHES));
        while let Some(outcome) = outcomes.next().await {
            results.extend(outcome.results);
            if let Some(outage) = outcome.outage {
                results.resize(count, Err(SendFailure::Unavailable(outage)));
                return results;
            }
        }
        results
    }

    /// Sends a message that SQS must refuse for two reasons at once, and takes the refusal to mean that SQS would have
    /// accepted a valid one. `SendMessage` and `SendMessageBatch` need the same permission, `sqs:SendMessage`.
    ///
    /// That SQS checks permission before it checks the message is an assumption: it is not documented, and it
    /// could not be tried without an AWS account. Were it the other way round, the Test button of Azure DevOps
    /// would miss a lacking permission, and the first real delivery would be answered with 503 and retried.
    /// The permission to use a customer managed KMS key is not tested: nothing is encrypted.
    async fn probe(&self) -> Result<(), SendFailure> {
        let message = self.client.send_message().queue_url(&self.url).message_body(REFUSED_BODY);
        // Only an emulator that checks less than SQS accepts the message; that shows the permission, too.
        match message.delay_seconds(REFUSED_DELAY_SECONDS).send().await {
            Ok(_) => Ok(()),
            Err(error) => match send_failure::of_call(&error) {
                SendFailure::Refused(_) => Ok(()),
                unavailable @ SendFailure::Unavailable(_) => Err(unavailable),
            },
        }
    }
}

/// The results of one batch.
struct BatchOutcome {
    /// By the index of the message in the batch.
    results: Vec<SendResult>,
    /// Why SQS could not be used at all, if so.
    outage: Option<String>,
}

impl BatchOutcome {
    fn unsent(length: usize) -> Self {
        let failure =
            SendFailure::Unavailable("the response of SQS has no result for the message".to_owned());
        Self { results: vec![Err(failure); length], outage: None }
    }

    /// Takes over the result of each entry that SQS mentions. The others keep theirs: a batch call can return HTTP 200 and
    /// leave entries out.
    fn record(&mut self, output: SendMessageBatchOutput) {
        for sent in output.successful {
            self.set(&sent.id, Ok(Sent { message_id: sent.message_id }));
        }
        for failed in output.failed {
            let failure =
                send_failure::of_entry(&failed.code, failed.message.as_deref(), failed.sender_fault);
            self.set(&failed.id, Err(failure));
        }
    }

    fn set(&mut self, id: &str, result: SendResult) {
        if let Some(index) = id.parse().ok().and_then(|index: usize| self.results.get_mut(index)) {
            *index = result;
        }
    }

    /// Records a call that failed as a whole.
    fn fail(&mut self, indices: &[usize], failure: &SendFailure) {
        if let SendFailure::Unavailable(text) = failure {
            self.outage = Some(text.clone());
        }
        for index in indices {
            self.results[*index] = Err(failure.clone());
        }
    }

    /// Takes the trace header off each message that was refused with one, and returns their indices. The
    /// header may be what SQS refuses, and an event is worth more than its trace.
    fn drop_refused_trace_headers(&self, messages: &mut [QueueMessage]) -> Vec<usize> {
        let results = self.results.iter().zip(messages).enumerate();
        let refused = results.filter(|(_, (result, _))| matches!(result, Err(SendFailure::Refused(_))));
        refused.filter_map(|(index, (_, message))| message.trace_header.take().map(|_| index)).collect()
    }

    fn is_worth_retrying(&self, index: usize) -> bool {
        matches!(self.results[index], Err(SendFailure::Unavailable(_)))
    }
}

/// Takes the trace headers off the messages with these indices, and returns whether there were any.
fn drop_trace_headers(messages: &mut [QueueMessage], indices: &[usize]) -> bool {
    let mut dropped = false;
    for index in indices {
        dropped |= messages[*index].trace_header.take().is_some();
    }
    dropped
}

#[cfg(test)]
mod tests;
