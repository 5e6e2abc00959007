use tokio::time::Instant;

use super::*;
use crate::fake_connector::{FakeConnector, Reply};

/// The password, `absent`, or the error.
async fn fetch(reply: Reply, urgency: Urgency) -> String {
    let passwords = FakeConnector::new(&[reply]).aws().webhook_passwords("hookpost");
    let integration = IntegrationName::parse("contoso").expect("a name");
    match passwords.fetch(&integration, VersionStage::Pending, urgency).await {
        Ok(Some(password)) => password.expose().to_owned(),
        Ok(None) => "absent".to_owned(),
        Err(error) => error.detail,
    }
}

#[tokio::test(start_paused = true)]
async fn only_a_missing_or_deleted_secret_is_absent() {
    let secret = r#"{"Name":"n","SecretString":"{\"password\":\"hunter2\"}","VersionStages":["AWSPENDING"]}"#;
    let missing = r#"{"__type":"ResourceNotFoundException","Message":"Secrets Manager can't find it"}"#;
    let deleted = r#"{"__type":"InvalidRequestException","Message":"because it was marked for deletion."}"#;
    let managed = r#"{"__type":"InvalidRequestException","Message":"It is managed by another service."}"#;
    let denied = r#"{"__type":"AccessDeniedException","Message":"on a secret marked for deletion"}"#;
    for (status, body, expected) in [
        (200, secret, "hunter2"),
        (200, r#"{"Name":"n","SecretBinary":"eA=="}"#, "holds binary data"),
        (200, "<html>", "the answer could not be read"),
        (400, missing, "absent"),
        (404, missing, "absent"),
        (400, deleted, "absent"),
        (400, managed, "InvalidRequestException: It is managed"),
        (400, denied, "AccessDeniedException: on a secret"),
        (503, "<html>", "secret `hookpost/contoso/webhook` (AWSPENDING): "),
    ] {
        let result = fetch(Reply::Answer(status, body), Urgency::Needed).await;
        assert!(result.contains(expected), "{body}: {result}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_renewal_waits_800_milliseconds_at_most() {
    let start = Instant::now();
    let result = fetch(Reply::Hang, Urgency::Renewal).await;
    assert!(result.ends_with("no answer within 800 ms"), "{result}");
    assert!(start.elapsed() <= Duration::from_millis(805), "{:?}", start.elapsed());
}
