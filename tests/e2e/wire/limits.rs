//! SQS's limits, held by the real binary against a real queue that enforces them.

use hookpost_stand_in::RefChange;
use serde_json::{Value, json};

use crate::world::{Contoso, MAIN, World, events, told};

#[tokio::test]
async fn a_push_of_two_megabytes_is_one_message_that_fits() {
    let world = World::open("two-megabytes", "code-pushed").await;
    let comments: Vec<String> =
        (0..4600).map(|number| format!("commit {number} 🌲 {}", "é".repeat(20))).collect();
    let comments: Vec<&str> = comments.iter().map(String::as_str).collect();
    let push = Contoso::subscribed(31).push(&[RefChange::commit(MAIN, &comments)]).remove(0);
    assert!(push.body.len() > 2_000_000, "{} bytes", push.body.len());
    assert_eq!(told(&world.deliver(&push).await), (202, "queued".to_owned()));
    let messages = world.account.events().await;
    assert!(messages[0].body.len() <= 262_144);
    let data = &events(&messages)[0]["data"];
    assert_eq!(data["commitsComplete"], false);
    assert!(data["commits"].as_array().expect("a list").len() > 300);
    world.close().await;
}

#[tokio::test]
async fn a_push_of_a_thousand_refs_is_a_thousand_messages_that_share_the_commits() {
    let patience = [("HOOKPOST_DEADLINE_MILLISECONDS", "25000")];
    let world = World::open_with("thousand-refs", "code-pushed", &patience).await;
    let refs: Vec<Value> = (0..1000).map(|number| moved(&format!("refs/heads/{number}"))).collect();
    let commits: Vec<Value> =
        (0..4000).map(|number| json!({"commitId": format!("{number:040x}"), "comment": "x"})).collect();
    let reply = world.send(&world.request(mirror(&refs, &commits))).await;
    assert_eq!(told(&reply), (202, "queued".to_owned()), "{}", reply.json());
    assert_eq!(reply.json()["events"].as_array().map(Vec::len), Some(1000));
    let messages = world.account.events().await;
    assert_eq!(messages.len(), 1000);
    let bytes: usize = messages.iter().map(|message| message.body.len()).sum();
    assert!(bytes < 8_000_000, "{bytes} bytes in all");
    assert!(events(&messages).iter().all(|event| event["data"]["commitsComplete"] == false));
    world.close().await;
}

#[tokio::test]
async fn a_push_of_more_refs_than_one_delivery_can_queue_is_kept_whole() {
    let world = World::open("ten-thousand-refs", "code-pushed").await;
    let refs: Vec<Value> = (0..10_000).map(|number| moved(&format!("refs/tags/{number}"))).collect();
    let reply = world.send(&world.request(mirror(&refs, &[]))).await;
    assert_eq!(told(&reply), (202, "quarantined".to_owned()), "{}", reply.json());
    assert!(reply.json()["reason"].as_str().expect("a reason").contains("10000 refs"), "{}", reply.json());
    assert!(world.account.events().await.is_empty(), "all or none");
    assert_eq!(world.account.quarantined().await.len(), 1);
    world.close().await;
}

fn moved(name: &str) -> Value {
    json!({"name": name, "oldObjectId": "1".repeat(40), "newObjectId": "2".repeat(40)})
}

/// A push such as a mirrored repository makes; no ref ends at one of its commits.
fn mirror(refs: &[Value], commits: &[Value]) -> String {
    let repository = json!({"id": "r1", "remoteUrl": "https://dev.azure.com/contoso/Shop/_git/web"});
    let resource = json!({"refUpdates": refs, "commits": commits, "repository": repository, "pushId": 7});
    json!({"id": "e1", "eventType": "git.push", "resource": resource}).to_string()
}

#[tokio::test]
async fn characters_sqs_refuses_arrive_escaped() {
    let world = World::open("characters", "code-pushed").await;
    let said = "\u{fffe}\u{ffff}\u{0}\u{1f}\u{1f332}";
    let push = Contoso::subscribed(32).commit(said);
    assert_eq!(told(&world.deliver(&push).await), (202, "queued".to_owned()));
    let event = events(&world.account.events().await).remove(0);
    assert_eq!(event["data"]["commits"][0]["message"], said);
    world.close().await;
}

#[tokio::test]
async fn a_lone_surrogate_becomes_the_replacement_character() {
    let world = World::open("surrogate", "code-pushed").await;
    let push = Contoso::subscribed(33).commit("before@after");
    let body = String::from_utf8(push.body).expect("text").replace("before@after", r"before\ud83dafter");
    assert_eq!(told(&world.send(&world.request(body)).await), (202, "queued".to_owned()));
    let event = events(&world.account.events().await).remove(0);
    assert_eq!(event["data"]["commits"][0]["message"], "before\u{fffd}after");
    world.close().await;
}

#[tokio::test]
async fn a_strange_ref_is_a_group_sqs_takes() {
    let world = World::open("strange-ref", "code-pushed").await;
    let names = ["refs/heads/grün", "refs/heads/a b", &format!("refs/heads/{}", "x".repeat(240))];
    let changes = names.map(|name| RefChange::commit(name, &["x"]));
    let push = Contoso::subscribed(34).push(&changes).remove(0);
    assert_eq!(told(&world.deliver(&push).await), (202, "queued".to_owned()));
    let messages = world.account.events().await;
    assert_eq!(messages.len(), 3);
    for message in &messages {
        let group = message.group();
        assert!(group.len() <= 128 && group.bytes().all(|c| c.is_ascii_graphic()), "{group}");
    }
    world.close().await;
}

#[tokio::test]
async fn four_megabytes_of_noise_are_kept_in_parts() {
    // Packing takes its time in a build that is not optimised.
    let patience = [("HOOKPOST_DEADLINE_MILLISECONDS", "25000")];
    let world = World::open_with("noise", "code-pushed", &patience).await;
    let mut state = 7_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'!' + state.to_be_bytes()[0] % 90)
    };
    let noise: String =
        std::iter::repeat_with(&mut next).filter(|c| *c != '"' && *c != '\\').take(4_000_000).collect();
    let body = json!(noise).to_string();
    let reply = world.send(&world.request(body.clone())).await;
    assert_eq!(told(&reply), (202, "quarantined".to_owned()));
    let parts = world.account.quarantined().await;
    assert!(parts.len() > 5, "{} parts", parts.len());
    let mut numbers: Vec<u64> = parts.iter().filter_map(|part| part.json()["part"].as_u64()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=parts.len() as u64).collect::<Vec<_>>());
    for part in &parts {
        assert_eq!(part.json()["parts"], json!(parts.len()));
        assert_eq!(part.json()["bytes"], json!(body.len()));
        assert!(part.body.len() <= 262_144);
    }
    world.close().await;
}
