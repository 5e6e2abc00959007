//! The real binary keeps SQS's limits, which the emulated queue enforces.

use hookpost_stand_in::RefChange;
use serde_json::{Value, json};

use crate::fixture::{Contoso, ReceiverFixture, events, status_and_code};

#[tokio::test]
async fn a_push_of_a_thousand_refs_is_a_thousand_small_messages() {
    let settings = [("HOOKPOST_DEADLINE_MILLISECONDS", "25000")];
    let fixture = ReceiverFixture::open_with("thousand-refs", "code-pushed", &settings).await;
    let refs: Vec<Value> = (0..1000).map(|number| moved(&format!("refs/heads/{number}"))).collect();
    let commits: Vec<Value> =
        (0..4000).map(|number| json!({"commitId": format!("{number:040x}"), "comment": "x"})).collect();
    let response = fixture.send(&fixture.request(mirror(&refs, &commits))).await;
    assert_eq!(status_and_code(&response), (202, "queued".to_owned()), "{}", response.json());
    assert_eq!(response.json()["events"].as_array().map(Vec::len), Some(1000));
    let messages = fixture.account.events().await;
    assert_eq!(messages.len(), 1000);
    let bytes: usize = messages.iter().map(|message| message.body.len()).sum();
    assert!(bytes < 8_000_000, "{bytes} bytes in all");
    assert!(events(&messages).iter().all(|event| event["data"]["commitsComplete"] == false));
    fixture.close().await;
}

#[tokio::test]
async fn a_push_of_too_many_refs_is_quarantined_whole() {
    let fixture = ReceiverFixture::open("ten-thousand-refs", "code-pushed").await;
    let refs: Vec<Value> = (0..10_000).map(|number| moved(&format!("refs/tags/{number}"))).collect();
    let response = fixture.send(&fixture.request(mirror(&refs, &[]))).await;
    assert_eq!(status_and_code(&response), (202, "quarantined".to_owned()), "{}", response.json());
    assert!(
        response.json()["reason"].as_str().expect("a reason").contains("10000 refs"),
        "{}",
        response.json()
    );
    assert!(fixture.account.events().await.is_empty(), "all or none");
    assert_eq!(fixture.account.quarantined().await.len(), 1);
    fixture.close().await;
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
async fn characters_that_sqs_rejects_are_escaped() {
    let fixture = ReceiverFixture::open("characters", "code-pushed").await;
    let said = "\u{fffe}\u{ffff}\u{0}\u{1f}\u{1f332}";
    let push = Contoso::subscribed(32).commit(said);
    assert_eq!(status_and_code(&fixture.deliver(&push).await), (202, "queued".to_owned()));
    let event = events(&fixture.account.events().await).remove(0);
    assert_eq!(event["data"]["commits"][0]["message"], said);
    fixture.close().await;
}

#[tokio::test]
async fn a_body_that_does_not_compress_is_quarantined_in_parts() {
    // Packing takes its time in a build that is not optimized.
    let settings = [("HOOKPOST_DEADLINE_MILLISECONDS", "25000")];
    let fixture = ReceiverFixture::open_with("noise", "code-pushed", &settings).await;
    let mut state = 7_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'!' + state.to_be_bytes()[0] % 90)
    };
    let noise: String =
        std::iter::repeat_with(&mut next).filter(|c| *c != '"' && *c != '\\').take(1_500_000).collect();
    let body = json!(noise).to_string();
    let response = fixture.send(&fixture.request(body.clone())).await;
    assert_eq!(status_and_code(&response), (202, "quarantined".to_owned()));
    let parts = fixture.account.quarantined().await;
    assert!(parts.len() > 5, "{} parts", parts.len());
    let mut numbers: Vec<u64> = parts.iter().filter_map(|part| part.json()["part"].as_u64()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=parts.len() as u64).collect::<Vec<_>>());
    for part in &parts {
        assert_eq!(part.json()["parts"], json!(parts.len()));
        assert_eq!(part.json()["bytes"], json!(body.len()));
        assert!(part.body.len() <= 262_144);
    }
    fixture.close().await;
}

#[tokio::test]
async fn any_ref_name_gives_a_group_id_that_sqs_accepts() {
    let fixture = ReceiverFixture::open("strange-ref", "code-pushed").await;
    let names = ["refs/heads/grün", "refs/heads/a b", &format!("refs/heads/{}", "x".repeat(240))];
    let changes = names.map(|name| RefChange::commit(name, &["x"]));
    let push = Contoso::subscribed(34).push(&changes).remove(0);
    assert_eq!(status_and_code(&fixture.deliver(&push).await), (202, "queued".to_owned()));
    let messages = fixture.account.events().await;
    assert_eq!(messages.len(), 3);
    for message in &messages {
        let group = message.group();
        assert!(group.len() <= 128 && group.bytes().all(|c| c.is_ascii_graphic()), "{group}");
    }
    fixture.close().await;
}
