use hookpost_core::ports::{MessageQueue as _, PasswordSource as _};
use tokio::time::Instant;

use super::*;
use crate::fake_connector::{DEADLINE, FakeConnector, Reply, message};

#[tokio::test(start_paused = true)]
async fn warm_connects_to_both_services_within_the_connect_timeout() {
    for reply in [Reply::Answer(404, "<html>"), Reply::Drop, Reply::Hang] {
        let connector = FakeConnector::new(&[reply]);
        let start = Instant::now();
        connector.aws().warm(1).await;
        assert!(start.elapsed() <= DEADLINE / 4, "{reply:?}");
        let urls =
            ["GET https://sqs.eu-west-1.amazonaws.com", "GET https://secretsmanager.eu-west-1.amazonaws.com"];
        assert_eq!(connector.requests(), urls);
    }
}

#[tokio::test(start_paused = true)]
async fn calls_and_warming_go_to_the_same_endpoint_of_the_partition() {
    let (fips, dual_stack) = (true, true);
    for (region, variant, sqs, secrets_manager) in [
        (
            "us-east-1",
            EndpointVariant { fips, dual_stack: false },
            "sqs-fips.us-east-1.amazonaws.com",
            "secretsmanager-fips.us-east-1.amazonaws.com",
        ),
        (
            "eu-west-1",
            EndpointVariant { fips: false, dual_stack },
            "sqs.eu-west-1.api.aws",
            // The plain endpoint of Secrets Manager has IPv6 addresses.
            "secretsmanager.eu-west-1.amazonaws.com",
        ),
        (
            "us-east-1",
            EndpointVariant { fips, dual_stack },
            "sqs-fips.us-east-1.api.aws",
            "secretsmanager-fips.us-east-1.amazonaws.com",
        ),
        (
            "cn-north-1",
            EndpointVariant::default(),
            "sqs.cn-north-1.amazonaws.com.cn",
            "secretsmanager.cn-north-1.amazonaws.com.cn",
        ),
    ] {
        let connector = FakeConnector::new(&[Reply::Answer(404, "{}")]);
        let aws = connector.aws_at(region, variant);
        aws.warm(1).await;
        let queue = aws.queue("https://sqs.example.invalid/1/events.fifo");
        queue.send(vec![message("x")]).await[0].as_ref().expect_err("404");
        aws.webhook_passwords("hookpost").names().await.expect_err("404");
        let urls = [
            format!("GET https://{sqs}"),
            format!("GET https://{secrets_manager}"),
            format!("POST https://{sqs}/"),
            format!("POST https://{secrets_manager}/"),
        ];
        assert_eq!(connector.requests(), urls);
    }
}

#[test]
fn debug_shows_no_credential() {
    let aws = FakeConnector::new(&[Reply::Drop]).aws();
    let names = SecretNames::new("hookpost").expect("a prefix");
    let (queue, passwords, store) =
        (aws.queue("q"), aws.webhook_passwords("p"), aws.secret_store(names, "s"));
    let (checkpoint, quarantine) = (aws.checkpoint_queue("c"), aws.receiver("d"));
    let shown = format!("{aws:?} {queue:?} {passwords:?} {store:?} {checkpoint:?} {quarantine:?}");
    assert!(shown.contains("SecretsManagerStore") && !shown.contains("hunter"), "{shown}");
}
