use std::sync::{Arc, Mutex};

use hyper::Request;
use hyper::body::Bytes;
use serde_json::json;

use hookpost_stand_in::delivery::Delivery;
use hookpost_stand_in::http::HttpError;
use hookpost_stand_in::server::{self, Server};
use hookpost_stand_in::{EventType, Guid, Subscription, Timestamp, test_delivery};

fn delivery(url: &str) -> Delivery {
    let subscription = Subscription::new(EventType::Push, url);
    Delivery::of(&test_delivery(&subscription, Timestamp::UNIX_EPOCH), "secret")
}

#[tokio::test]
async fn a_delivery_carries_the_documented_headers_and_exactly_its_body() {
    let seen: Arc<Mutex<Vec<Request<Bytes>>>> = Arc::default();
    let record = Arc::clone(&seen);
    let server = Server::start(move |request| {
        record.lock().unwrap().push(request);
        async { Some(server::json(202, r#"{"status":"queued"}"#)) }
    })
    .await;
    let delivery = delivery(&format!("http://{}/lakeside/code-pushed?x=y", server.address()));
    let answer = delivery.send().await.unwrap();
    assert_eq!(answer.status, 202);
    assert_eq!(answer.json(), json!({"status": "queued"}));

    let request = seen.lock().unwrap().remove(0);
    assert_eq!(request.method(), "POST");
    assert_eq!(request.version(), hyper::Version::HTTP_11);
    assert_eq!(request.uri(), "/lakeside/code-pushed?x=y");
    assert_eq!(*request.body(), delivery.body);
    let header = |name: &str| request.headers()[name].to_str().unwrap();
    assert_eq!(header("content-type"), "application/json; charset=utf-8");
    assert_eq!(header("authorization"), "Basic OnNlY3JldA==");
    assert_eq!(header("x-vss-subscriptionid"), Guid::ZERO.to_string());
    let activity = header("x-vss-activityid").replace('-', "");
    assert!(header("request-id").starts_with(&format!("|{activity}.")), "{request:?}");
}

#[test]
fn a_retry_is_another_activity_with_the_same_body() {
    let subscription = Subscription::new(EventType::Push, "http://127.0.0.1:9/");
    let notification = test_delivery(&subscription, Timestamp::UNIX_EPOCH);
    let attempts = [1, 2, 2].map(|attempt| Delivery::attempt(&notification, "p", attempt));
    assert_eq!(attempts[0].body, attempts[1].body);
    assert_ne!(attempts[0].headers, attempts[1].headers);
    assert_eq!(attempts[1].headers, attempts[2].headers);
}

#[tokio::test]
async fn the_lack_of_an_answer_is_an_error() {
    let gone = Server::start(|_| async { None }).await;
    let url = format!("http://{}/", gone.address());
    assert!(matches!(delivery(&url).send().await.unwrap_err(), HttpError::Exchange(_)));
    drop(gone);
    let encrypted = delivery("https://127.0.0.1/").send().await.unwrap_err();
    assert!(matches!(encrypted, HttpError::Address(_)), "{encrypted}");
}
