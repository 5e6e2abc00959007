//! The Lambda function behind `/{integration}/pull-request`: composition only.

use hookpost_aws::{Aws, AwsSettings};
use hookpost_core::receiver::Receiver;
use hookpost_core::receiver::endpoint::Endpoint;
use hookpost_lambda::{LambdaRuntime, ReceiverHandler, ReceiverSettings, RuntimeError};

const ENDPOINT: Endpoint = Endpoint::PullRequest;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let runtime = LambdaRuntime::start(ENDPOINT.as_str());
    let (settings, aws) =
        runtime.configure(|settings| (ReceiverSettings::read(settings), AwsSettings::read(settings)))?;
    let aws = Aws::new(aws, settings.deadline);
    let receiver = Receiver::new(
        ENDPOINT,
        settings.passwords,
        aws.webhook_passwords(&settings.secret_prefix),
        aws.queue(&settings.events_queue_url),
        aws.queue(&settings.quarantine_queue_url),
    )
    .keeping_deliveries(settings.deliveries_queue_url.map(|url| aws.queue(&url)));
    let queues = 1 + usize::from(receiver.keeps_deliveries());
    aws.warm(queues).await;
    runtime.serve(ReceiverHandler::new(receiver, settings.deadline)).await
}
