//! The function. A failed event holds back the later ones of its branch or pull request, and no others.

use std::collections::HashSet;

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent};
use hookpost_consumer::{Consumer, Error, aws_config};
use lambda_runtime::{LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let consumer = &Consumer::new(&aws_config().await)?;
    run(service_fn(async move |batch: LambdaEvent<SqsEvent>| {
        Ok::<_, Error>(consume(consumer, batch.payload).await)
    }))
    .await
}

/// Returns the messages to deliver again.
async fn consume(consumer: &Consumer, batch: SqsEvent) -> SqsBatchResponse {
    let mut failed_groups = HashSet::new();
    let mut failures = Vec::new();
    for message in batch.records {
        let id = message.message_id.unwrap_or_default();
        let group = message.attributes.get("MessageGroupId").cloned().unwrap_or_default();
        if !failed_groups.contains(&group) {
            match consumer.consume(message.body.as_deref().unwrap_or_default()).await {
                Ok(()) => continue,
                Err(error) => eprintln!("failed, will be retried: {id}: {error:?}"),
            }
            failed_groups.insert(group);
        }
        let mut failure = BatchItemFailure::default();
        failure.item_identifier = id;
        failures.push(failure);
    }
    let mut response = SqsBatchResponse::default();
    response.batch_item_failures = failures;
    response
}
