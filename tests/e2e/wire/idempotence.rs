//! Once per happening, and in order.

use std::collections::HashSet;

use hookpost_harness::api_gateway::ApiRequest;
use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::Delivery;
use hookpost_stand_in::{EventIds, EventType, RefChange};
use serde_json::Value;

use crate::world::{Contoso, MAIN, World, events, send_to, told};

#[tokio::test]
async fn a_delivery_twice_and_a_retry_are_one_message() {
    let world = World::open("twice", "code-pushed").await;
    let push = Contoso::subscribed(11).commit("x");
    let first = world.deliver(&push).await;
    let second = world.deliver(&push).await;
    let retry = world.send(&ApiRequest::of(&Delivery::attempt(&push, canary::PASSWORD, 2))).await;
    let other = world.another_instance().await;
    let elsewhere = send_to(&other, &ApiRequest::of(&Delivery::of(&push, canary::PASSWORD))).await;
    for reply in [&first, &second, &retry, &elsewhere] {
        assert_eq!(told(reply), (202, "queued".to_owned()));
        assert_eq!(reply.json()["events"], first.json()["events"], "SQS names the same message");
    }
    assert_eq!(world.account.events().await.len(), 1);
    world.account.close(other).await;
    world.close().await;
}

#[tokio::test]
async fn a_push_seen_by_two_subscriptions_is_one_message() {
    let world = World::open("overlap", "code-pushed").await;
    let mut contoso = Contoso::new(12);
    contoso.organization = contoso.organization.with_event_ids(EventIds::PerSubscription);
    contoso.subscribe_to(EventType::Push);
    contoso.subscribe_to(EventType::Push);
    let told_twice = contoso.push(&[RefChange::commit(MAIN, &["x"])]);
    assert_eq!(told_twice.len(), 2);
    for notification in &told_twice {
        assert_eq!(told(&world.deliver(notification).await), (202, "queued".to_owned()));
    }
    assert_eq!(world.account.events().await.len(), 1);
    world.close().await;
}

#[tokio::test]
async fn every_ref_of_a_push_is_one_message() {
    let world = World::open("many-refs", "code-pushed").await;
    let refs: Vec<String> = (0..25).map(|number| format!("refs/heads/topic/{number}")).collect();
    let changes: Vec<RefChange> = refs.iter().map(|name| RefChange::commit(name, &["x"])).collect();
    let notification = Contoso::subscribed(13).push(&changes).remove(0);
    let reply = world.deliver(&notification).await;
    assert_eq!(reply.json()["events"].as_array().map(Vec::len), Some(25));
    let messages = world.account.events().await;
    let subjects: HashSet<String> =
        events(&messages).iter().map(|event| event["subject"].as_str().expect("text").to_owned()).collect();
    assert_eq!(subjects, refs.into_iter().collect());
    world.close().await;
}

#[tokio::test]
async fn events_of_one_branch_are_in_order() {
    let world = World::open("order", "code-pushed").await;
    let mut contoso = Contoso::subscribed(14);
    let pushes: Vec<_> = (0..12).map(|number| contoso.commit(&format!("step {number}"))).collect();
    for push in &pushes {
        world.deliver(push).await;
    }
    let messages = world.account.events().await;
    let groups: HashSet<_> = messages.iter().map(|message| message.group().to_owned()).collect();
    assert_eq!(groups.len(), 1);
    let said: Vec<Value> =
        events(&messages).iter().map(|event| event["data"]["commits"][0]["message"].clone()).collect();
    let done: Vec<Value> = (0..12).map(|number| format!("step {number}").into()).collect();
    assert_eq!(said, done);
    let chained =
        events(&messages).windows(2).all(|pair| pair[0]["data"]["after"] == pair[1]["data"]["before"]);
    assert!(chained, "each push begins where the one before it ended");
    world.close().await;
}
