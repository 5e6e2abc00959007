//! The real binary keeps SQS's limits, which the emulated queue enforces.

use serde_json::{Value, json};

use crate::fixture::{ReceiverFixture, events, result};

#[tokio::test]
async fn a_push_of_a_thousand_refs_is_a_thousand_small_messages() {
    let settings = [("HOOKPOST_DEADLINE_MILLISECONDS", "25000")];
    let fixture = ReceiverFixture::open_with("thousand-refs", "code-pushed", &settings).await;
    let refs: Vec<Value> = (0..1000).map(|number| moved(&format!("refs/heads/{number}"))).collect();
    let commits: Vec<Value> =
        (0..4000).map(|number| json!({"commitId": format!("{number:040x}"), "comment": "x"})).collect();
    let response = fixture.send(&fixture.request(mirror(&refs, &commits))).await;
    assert_eq!(result(&response), "202 queued", "{}", response.json());
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
    assert_eq!(result(&response), "202 quarantined", "{}", response.json());
    assert!(response.json()["reason"].to_string().contains("10000 refs"), "{}", response.json());
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
