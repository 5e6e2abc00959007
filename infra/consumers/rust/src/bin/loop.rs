//! The loop, which runs anywhere. Set `EVENTS_QUEUE_URL` and `STATE_TABLE`.
//!
//! On SIGTERM or Ctrl-C it ends after the current event, or the current long poll. You may run several: SQS gives the
//! events of one branch or pull request to one of them at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::Message;
use hookpost_consumer::{Consumer, Error, aws_config};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::sleep;

/// Before the queue is asked again after a failure.
const PAUSE: Duration = Duration::from_secs(3);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let queue = std::env::var("EVENTS_QUEUE_URL")
        .map_err(|_| "Set EVENTS_QUEUE_URL to the URL of the events queue.")?;
    let config = aws_config().await;
    let (consumer, sqs) = (Consumer::new(&config)?, Client::new(&config));
    let stopping = stop_on_signal()?;
    while !stopping.load(Ordering::Relaxed) {
        // One at a time: in a batch of one branch, SQS would count those behind a failed event as failed too.
        let receive = sqs.receive_message().queue_url(&queue).max_number_of_messages(1).wait_time_seconds(20);
        let received = match receive.send().await {
            Ok(received) => received,
            Err(error) => {
                eprintln!("received nothing, will be tried again: {error:?}");
                sleep(PAUSE).await;
                continue;
            }
        };
        for message in received.messages.unwrap_or_default() {
            let id = message.message_id.clone().unwrap_or_default();
            if let Err(error) = consume(&consumer, &sqs, &queue, message).await {
                eprintln!("failed, will be retried: {id}: {error:?}");
            }
        }
    }
    Ok(())
}

/// Becomes true at SIGTERM or Ctrl-C.
fn stop_on_signal() -> Result<Arc<AtomicBool>, Error> {
    let stopping = Arc::new(AtomicBool::new(false));
    for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
        let (mut signals, stopping) = (signal(kind)?, Arc::clone(&stopping));
        tokio::spawn(async move {
            signals.recv().await;
            stopping.store(true, Ordering::Relaxed);
        });
    }
    Ok(stopping)
}

/// An event that fails stays on the queue. Only the events of its branch or pull request wait for it.
async fn consume(consumer: &Consumer, sqs: &Client, queue: &str, message: Message) -> Result<(), Error> {
    consumer.consume(message.body.as_deref().unwrap_or_default()).await?;
    sqs.delete_message().queue_url(queue).set_receipt_handle(message.receipt_handle).send().await?;
    Ok(())
}
