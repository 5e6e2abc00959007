use crate::local_aws::LocalAws;
use crate::queues::Queues;
use crate::secrets::{Secrets, Stage};

#[tokio::test]
async fn what_is_sent_twice_is_on_the_queue_once() {
    let aws = LocalAws::start([]).await;
    let queues = Queues::at(&aws.endpoint());
    let first = queues.send_batch("any", &["one", "two"]).await.unwrap();
    let again = queues.send_batch("any", &["one", "three"]).await.unwrap();
    assert_eq!(aws.bodies(), ["one", "two", "three"]);
    let id = |output: &serde_json::Value, place: usize| output["Successful"][place]["MessageId"].clone();
    assert_eq!(id(&first, 0), id(&again, 0));
    assert_ne!(id(&first, 1), id(&again, 1));
    assert_eq!(first["Successful"][1]["Id"], "1");
}

#[tokio::test]
async fn a_secret_has_a_current_value_only() {
    let aws = LocalAws::start([("a/b".to_owned(), "c".to_owned())]).await;
    let secrets = Secrets::at(&aws.endpoint());
    assert_eq!(secrets.value("a/b", Stage::Current).await.unwrap(), "c");
    let pending = secrets.value("a/b", Stage::Pending).await.unwrap_err();
    assert!(pending.to_string().starts_with("ResourceNotFoundException"), "{pending}");
    assert!(secrets.value("a/d", Stage::Current).await.is_err());
}
