//! The Lambda function behind `/{integration}/pull-request`: wiring, and nothing else.

use hookpost_aws::{Aws, AwsSettings};
use hookpost_core::Receiver;
use hookpost_core::endpoint::Endpoint;
use hookpost_lambda::{Host, ReceiverSettings, StartFailure};

const ENDPOINT: Endpoint = Endpoint::PullRequest;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), StartFailure> {
    let host = Host::start(ENDPOINT);
    let (settings, aws) =
        host.configure(|settings| (ReceiverSettings::read(settings), AwsSettings::read(settings)))?;
    let aws = Aws::new(aws, settings.deadline);
    let receiver = Receiver::new(
        ENDPOINT,
        settings.passwords,
        aws.webhook_passwords(&settings.secret_prefix),
        aws.queue(&settings.events_queue_url),
        aws.queue(&settings.quarantine_queue_url),
    );
    aws.warm().await;
    host.serve(receiver, &settings).await
}
