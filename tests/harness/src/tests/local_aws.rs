use crate::local_aws::LocalAws;
use crate::queues::Queues;
use crate::secrets::{Secrets, VersionStage};

#[tokio::test]
async fn a_message_sent_twice_is_queued_once() {
    let aws = LocalAws::start("a", "b", "c").await;
    let queues = Queues::at(&aws.endpoint());
    let first = queues.send_batch("any", &["one", "two"]).await.unwrap();
    let again = queues.send_batch("any", &["one", "three"]).await.unwrap();
    let id = |output: &serde_json::Value, place: usize| output["Successful"][place]["MessageId"].clone();
    assert_eq!(id(&first, 0), id(&again, 0));
    assert_ne!(id(&first, 1), id(&again, 1));
    assert_eq!(first["Successful"][1]["Id"], "1");
    let received = aws.take();
    assert_eq!(received.messages.len(), 4);
    assert_eq!(received.bodies(), ["one", "two", "three"]);
    assert!(aws.take().messages.is_empty());
}

#[tokio::test]
async fn a_secret_has_a_current_value_only() {
    let aws = LocalAws::start("a", "b", "c").await;
    let secrets = Secrets::at(&aws.endpoint());
    let value = secrets.value("a/b/webhook", VersionStage::Current).await.unwrap();
    assert_eq!(value, r#"{"password":"c"}"#);
    let pending = secrets.value("a/b/webhook", VersionStage::Pending).await.unwrap_err();
    assert!(pending.to_string().starts_with("ResourceNotFoundException"), "{pending}");
    assert!(secrets.value("a/d/webhook", VersionStage::Current).await.is_err());
    assert_eq!(aws.take().password_requests, 3);
}
