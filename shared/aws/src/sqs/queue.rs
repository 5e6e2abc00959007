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
const BATCHES_AT_ONCE: usize = 8;

/// Pauses before the entries of a batch that failed inside SQS are sent again. The SDK repeats whole calls.
const PAUSES: [Duration; 2] = [Duration::from_millis(50), Duration::from_millis(200)];

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
        let mut places: Vec<usize> = (0..messages.len()).collect();
        for pause in PAUSES.into_iter().map(Some).chain([None]) {
            self.send_places(&mut messages, &places, &mut outcome).await;
            let untraced = outcome.drop_refused_trace_headers(&mut messages);
            if outcome.outage.is_none() && !untraced.is_empty() {
                self.send_places(&mut messages, &untraced, &mut outcome).await;
            }
            places.retain(|place| outcome.is_worth_retrying(*place));
            let Some(pause) = pause.filter(|_| outcome.outage.is_none() && !places.is_empty()) else {
                break;
            };
            tokio::time::sleep(pause).await;
        }
        outcome
    }

    /// Sends the messages at these places in one call. When SQS refuses the whole call, sends all once more without
    /// their trace headers, and then each by itself, so that one bad message does not take others with it.
    async fn send_places(&self, messages: &mut [QueueMessage], places: &[usize], outcome: &mut BatchOutcome) {
        let mut answer = self.call(messages, places).await;
        if matches!(answer, Err(SendFailure::Refused(_))) && drop_trace_headers(messages, places) {
            answer = self.call(messages, places).await;
        }
        match answer {
            Ok(output) => outcome.record(output),
            Err(SendFailure::Refused(_)) if places.len() > 1 => {
                for place in places.iter().map(std::slice::from_ref) {
                    if outcome.outage.is_some() {
                        return;
                    }
                    match self.call(messages, place).await {
                        Ok(output) => outcome.record(output),
                        Err(failure) => outcome.fail(place, &failure),
                    }
                }
            }
            Err(failure) => outcome.fail(places, &failure),
        }
    }

    async fn call(
        &self,
        messages: &[QueueMessage],
        places: &[usize],
    ) -> Result<SendMessageBatchOutput, SendFailure> {
        let entries = places.iter().map(|place| batch::entry(*place, &messages[*place]));
        let entries: Result<Vec<_>, _> = entries.collect();
        let entries = entries.map_err(|error| SendFailure::Refused(error_text::with_causes(&error)))?;
        let request = self.client.send_message_batch().queue_url(&self.url).set_entries(Some(entries));
        request.send().await.map_err(|error| send_failure::of_call(&error))
    }
}

impl MessageQueue for SqsQueue {
    /// Uses `SendMessageBatch` for a single message too: `SendMessage` would not be cheaper, see
    /// `infra/decisions/0007-sdk-for-every-call.md`. A few batches are under way at once, and an entry that failed is sent
    /// again behind its neighbors, so messages of one group keep their order only if the caller sends one of a group at
    /// a time, as a receiver does. Those of `watch` are late, and consumers order by their sequence.
    async fn send(&self, messages: Vec<QueueMessage>) -> Vec<SendResult> {
        let count = messages.len();
        let mut results = Vec::with_capacity(count);
        let batches = stream::iter(batch::split(messages));
        let mut outcomes = pin!(batches.map(|batch| self.send_batch(batch)).buffered(BATCHES_AT_ONCE));
        while let Some(outcome) = outcomes.next().await {
            results.extend(outcome.results);
            if let Some(outage) = outcome.outage {
                results.resize(count, Err(SendFailure::Unavailable(outage)));
                return results;
            }
        }
        results
    }

    /// Sends a message that SQS must refuse for two reasons at once, and takes the refusal for proof that SQS would have
    /// accepted a valid one. `SendMessage` and `SendMessageBatch` are one permission.
    ///
    /// That SQS checks permission before it checks the message is an assumption: it is not documented, and it
    /// could not be tried without an AWS account. Were it the other way round, the Test button of Azure DevOps
    /// would miss a lacking permission, and the first real delivery would be answered with 503 and retried.
    /// The permission to use a customer's KMS key is not proven: nothing is encrypted.
    async fn probe(&self) -> Result<(), SendFailure> {
        let message = self.client.send_message().queue_url(&self.url).message_body(REFUSED_BODY);
        // Only an emulator that checks less than SQS accepts the message; that proves as much.
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
    /// By place in the batch.
    results: Vec<SendResult>,
    /// Why SQS could not be used at all, if so.
    outage: Option<String>,
}

impl BatchOutcome {
    fn unsent(length: usize) -> Self {
        let failure = SendFailure::Unavailable("SQS's answer does not mention the message".to_owned());
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
        if let Some(place) = id.parse().ok().and_then(|place: usize| self.results.get_mut(place)) {
            *place = result;
        }
    }

    /// Records a call that failed as a whole.
    fn fail(&mut self, places: &[usize], failure: &SendFailure) {
        if let SendFailure::Unavailable(text) = failure {
            self.outage = Some(text.clone());
        }
        for place in places {
            self.results[*place] = Err(failure.clone());
        }
    }

    /// Takes the trace header off each message that was refused with one, and returns the places of these messages. The
    /// header may be what SQS refuses, and an event is worth more than its trace.
    fn drop_refused_trace_headers(&self, messages: &mut [QueueMessage]) -> Vec<usize> {
        let results = self.results.iter().zip(messages).enumerate();
        let refused = results.filter(|(_, (result, _))| matches!(result, Err(SendFailure::Refused(_))));
        refused.filter_map(|(place, (_, message))| message.trace_header.take().map(|_| place)).collect()
    }

    fn is_worth_retrying(&self, place: usize) -> bool {
        matches!(self.results[place], Err(SendFailure::Unavailable(_)))
    }
}

/// Takes the trace headers off the messages at these places, and returns whether there were any.
fn drop_trace_headers(messages: &mut [QueueMessage], places: &[usize]) -> bool {
    let mut dropped = false;
    for place in places {
        dropped |= messages[*place].trace_header.take().is_some();
    }
    dropped
}

#[cfg(test)]
mod tests;
