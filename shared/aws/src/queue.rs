//! One SQS queue.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_sqs::{Client, config};
use futures_util::stream::{self, StreamExt as _};
use hookpost_core::message::QueueMessage;
use hookpost_core::port::{MessageQueue, SendFailure, SendResult};
use tokio::time::Instant;

use crate::batch::{Settled, wire};
use crate::first_try::FirstTry;
use crate::patience::Patience;
use crate::services::Lazy;
use crate::{batch, failure};

/// How many batches are under way at once: a push of a thousand refs is a hundred of them, and there are seconds.
const BATCHES_AT_ONCE: usize = 8;

/// Pauses before the entries SQS failed inside a batch are sent again. Whole calls are repeated by the SDK.
const PAUSES: [Duration; 2] = [Duration::from_millis(50), Duration::from_millis(200)];

/// A body that holds nothing but a character SQS takes in no message.
const REFUSED_BODY: &str = "\u{FFFE}";

/// A delay in seconds over SQS's limit of 900; a FIFO queue takes none at all with a message.
const REFUSED_DELAY_SECONDS: i32 = 901;

/// An SQS queue, standard or FIFO. Messages must fit the kind of queue: see
/// [`QueueMessage::fifo`](hookpost_core::message::QueueMessage::fifo).
#[derive(Clone, Debug)]
pub struct SqsQueue {
    client: Lazy<Client>,
    first_try: Option<Arc<FirstTry>>,
    url: String,
}

impl SqsQueue {
    /// With a first try, that is how batches are sent, and the client has what it does not settle.
    pub(crate) fn new(client: Lazy<Client>, first_try: Option<Arc<FirstTry>>, url: String) -> Self {
        Self { client, first_try, url }
    }

    /// Sends one batch. After [`Batch::outage`] there is no use in sending another.
    async fn send_batch(&self, messages: Vec<QueueMessage>) -> Batch {
        let mut batch = Batch::new(messages.len());
        let mut places: Vec<usize> = (0..messages.len()).collect();
        for pause in PAUSES.into_iter().map(Some).chain([None]) {
            self.call(&messages, &places, &mut batch).await;
            batch::unsettled(&mut places, &batch.results);
            let Some(pause) = pause.filter(|_| batch.outage.is_none() && !places.is_empty()) else {
                break;
            };
            tokio::time::sleep(pause).await;
        }
        batch
    }

    /// One call for the messages at these places. When SQS refuses the whole call, each is sent by itself, so that one bad
    /// message does not take others with it.
    async fn call(&self, messages: &[QueueMessage], places: &[usize], batch: &mut Batch) {
        match self.call_once(messages, places, batch).await {
            Err(SendFailure::Refused(_)) if places.len() > 1 => {
                for place in places.iter().map(std::slice::from_ref) {
                    if batch.outage.is_some() {
                        return;
                    }
                    if let Err(failure) = self.call_once(messages, place, batch).await {
                        batch.fail(place, &failure);
                    }
                }
            }
            Err(failure) => batch.fail(places, &failure),
            Ok(()) => {}
        }
    }

    async fn call_once(
        &self,
        messages: &[QueueMessage],
        places: &[usize],
        batch: &mut Batch,
    ) -> Result<(), SendFailure> {
        let began = Instant::now();
        let Some(first_try) = &self.first_try else {
            return self.by_sdk(messages, places, batch, None).await;
        };
        if let Some(answer) = self.at_once(first_try, messages, places).await {
            batch::note(answer, &mut batch.results);
            return Ok(());
        }
        self.by_sdk(messages, places, batch, Some(first_try.patience_left(began).await)).await
    }

    /// `None` for everything but success, whether SQS took the messages or not: what has a deduplication id may be sent
    /// again, and is taken once.
    async fn at_once(
        &self,
        first_try: &FirstTry,
        messages: &[QueueMessage],
        places: &[usize],
    ) -> Option<impl Iterator<Item = Settled> + use<>> {
        let body = wire::request(&self.url, messages, places)?;
        let answer = first_try.call(wire::TARGET, body).await.filter(|answer| answer.status == 200)?;
        wire::settled(&answer.body)
    }

    /// Tries with this patience, or else with the client's own.
    async fn by_sdk(
        &self,
        messages: &[QueueMessage],
        places: &[usize],
        batch: &mut Batch,
        patience: Option<Patience>,
    ) -> Result<(), SendFailure> {
        let entries = places.iter().map(|place| batch::sdk::entry(*place, &messages[*place]));
        let entries: Result<Vec<_>, _> = entries.collect();
        let entries = entries.map_err(|error| SendFailure::Refused(failure::chain(&error)))?;
        let request = self.client.send_message_batch().queue_url(&self.url).set_entries(Some(entries));
        let config = patience.map(|patience| {
            config::Builder::new().timeout_config(patience.timeouts()).retry_config(patience.retries())
        });
        let answer = request.customize().config_override(config.unwrap_or_default()).send().await;
        let answer = answer.map_err(|error| failure::of_call(&error))?;
        batch::note(batch::sdk::settled(answer), &mut batch.results);
        Ok(())
    }
}

impl MessageQueue for SqsQueue {
    /// Always with `SendMessageBatch`, whose quota is apart from `SendMessage`'s. A few batches are under way at
    /// once, and an entry that failed is sent again behind its neighbours, so messages of one group keep their
    /// order only if the caller sends one of a group at a time, as a receiver does.
    async fn send(&self, messages: Vec<QueueMessage>) -> Vec<SendResult> {
        let sizes: Vec<usize> = messages.iter().map(QueueMessage::size).collect();
        let mut results = Vec::with_capacity(messages.len());
        let mut messages = messages.into_iter();
        let batches =
            batch::lengths(&sizes).into_iter().map(|length| messages.by_ref().take(length).collect());
        let batches: Vec<Vec<QueueMessage>> = batches.collect();
        let mut sent =
            pin!(stream::iter(batches).map(|batch| self.send_batch(batch)).buffered(BATCHES_AT_ONCE));
        while let Some(batch) = sent.next().await {
            results.extend(batch.results);
            if let Some(outage) = batch.outage {
                results.resize(sizes.len(), Err(SendFailure::Unavailable(outage)));
                return results;
            }
        }
        results
    }

    /// Sends a message that SQS must refuse for two reasons at once, and takes the refusal for proof that the
    /// message would have been let in. `SendMessage` and `SendMessageBatch` are one permission.
    ///
    /// That SQS checks permission before it checks the message is an assumption: it is not documented, and it
    /// could not be tried without an AWS account. Were it the other way round, the Test button of Azure DevOps
    /// would miss a lacking permission, and the first real delivery would be answered with 503 and retried.
    /// The permission to use a customer's KMS key is not proven: nothing is encrypted.
    async fn probe(&self) -> Result<(), SendFailure> {
        let message = self.client.send_message().queue_url(&self.url).message_body(REFUSED_BODY);
        // An answer of success comes only from a stand-in that checks less than SQS; it proves as much.
        match message.delay_seconds(REFUSED_DELAY_SECONDS).send().await {
            Ok(_) => Ok(()),
            Err(error) => match failure::of_call(&error) {
                SendFailure::Refused(_) => Ok(()),
                unavailable @ SendFailure::Unavailable(_) => Err(unavailable),
            },
        }
    }
}

/// What became of one batch.
struct Batch {
    /// By place in the batch.
    results: Vec<SendResult>,
    /// Why SQS could not be used at all, if so.
    outage: Option<String>,
}

impl Batch {
    fn new(length: usize) -> Self {
        let silence = "SQS's answer does not mention the message".to_owned();
        Self { results: vec![Err(SendFailure::Unavailable(silence)); length], outage: None }
    }

    fn fail(&mut self, places: &[usize], failure: &SendFailure) {
        if let SendFailure::Unavailable(text) = failure {
            self.outage = Some(text.clone());
        }
        for place in places {
            self.results[*place] = Err(failure.clone());
        }
    }
}
