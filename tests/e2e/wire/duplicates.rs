//! A repeated delivery queues no second message.

use hookpost_harness::api_gateway::ApiRequest;
use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::Delivery;

use crate::fixture::{Contoso, ReceiverFixture, send_to, status_and_code};

#[tokio::test]
async fn a_repeated_delivery_and_a_retry_are_one_message() {
    let fixture = ReceiverFixture::open("twice", "code-pushed").await;
    let push = Contoso::subscribed(11).commit("x");
    let first = fixture.deliver(&push).await;
    let second = fixture.deliver(&push).await;
    let retry = fixture.send(&ApiRequest::of(&Delivery::attempt(&push, canary::PASSWORD, 2))).await;
    let second_instance = fixture.another_instance().await;
    let elsewhere = send_to(&second_instance, &ApiRequest::of(&Delivery::of(&push, canary::PASSWORD))).await;
    for response in [&first, &second, &retry, &elsewhere] {
        assert_eq!(status_and_code(response), (202, "queued".to_owned()));
        assert_eq!(response.json()["events"], first.json()["events"], "SQS names the same message");
    }
    assert_eq!(fixture.account.events().await.len(), 1);
    fixture.account.close(second_instance).await;
    fixture.close().await;
}
