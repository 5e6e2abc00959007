use tokio::time::Instant;

use super::*;
use crate::fake_connector::{DEADLINE, FakeConnector, Reply};

#[tokio::test(start_paused = true)]
async fn warm_connects_to_both_services_within_the_connect_timeout() {
    for reply in [Reply::Answer(404, "<html>"), Reply::Drop, Reply::Hang] {
        let connector = FakeConnector::new(&[reply]);
        let start = Instant::now();
        connector.aws().warm().await;
        assert!(start.elapsed() <= DEADLINE / 4, "{reply:?}");
        let urls =
            ["GET https://sqs.eu-west-1.amazonaws.com", "GET https://secretsmanager.eu-west-1.amazonaws.com"];
        assert_eq!(connector.requests(), urls);
    }
}

#[test]
fn debug_shows_no_credential() {
    let aws = FakeConnector::new(&[Reply::Drop]).aws();
    let names = SecretNames::new("hookpost").expect("a prefix");
    let (queue, passwords, store) =
        (aws.queue("q"), aws.webhook_passwords("p"), aws.secret_store(names, "s"));
    let (checkpoint, quarantine) = (aws.checkpoint_queue("c"), aws.quarantine("d"));
    let shown = format!("{aws:?} {queue:?} {passwords:?} {store:?} {checkpoint:?} {quarantine:?}");
    assert!(shown.contains("SecretsManagerStore") && !shown.contains("hunter"), "{shown}");
}
