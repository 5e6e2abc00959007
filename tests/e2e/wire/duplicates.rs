//! A repeated delivery queues no second message.

use hookpost_harness::api_gateway::ApiRequest;
use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::Delivery;

use crate::fixture::{Contoso, ReceiverFixture, result, send_to};

#[tokio::test]
async fn a_repeated_delivery_and_a_retry_are_one_message() {
    let fixture = ReceiverFixture::open("twice", "code-pushed").await;
    let push = Contoso::subscribed(11).commit("x");
    let first = fixture.deliver(&push).await;
    let second = fixture.deliver(&push).await;
    let retry = fixture.send(&ApiRequest::of(&Delivery::attempt(&push, canary::PASSWORD, 2))).await;
    let second_instance = fixture.account.start("code-pushed", &[]).await;
    let elsewhere = send_to(&second_instance, &ApiRequest::of(&Delivery::of(&push, canary::PASSWORD))).await;
    for response in [&first, &second, &retry, &elsewhere] {
        assert_eq!(result(response), "202 queued");
        assert_eq!(response.json()["events"], first.json()["events"], "SQS names the same message");
    }
    assert_eq!(fixture.account.events().await.len(), 1);
    fixture.account.close(second_instance).await;
    fixture.close().await;
}
