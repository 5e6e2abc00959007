//! What an operator reads: one line per delivery, which is also its metrics record.

use serde_json::{Value, json};

use crate::world::{Contoso, World};

fn deliveries(log: &[String]) -> Vec<Value> {
    let parsed = log.iter().map(|line| serde_json::from_str::<Value>(line).expect("every line is JSON"));
    parsed.filter(|line| line["event"] == "delivery").collect()
}

#[tokio::test]
async fn a_delivery_is_one_line_with_everything_to_find_it_by() {
    let world = World::open("log", "code-pushed").await;
    let push = Contoso::subscribed(51).commit("a message that is nobody's business");
    world.deliver(&push).await;
    world.send(&world.request("not json")).await;
    world.send(&world.request("{}").without_header("Authorization")).await;
    let log = world.close().await;
    assert!(!log.join("\n").contains("nobody's business"), "a body is never logged");
    let lines = deliveries(&log);
    assert_eq!(lines.len(), 3);
    let queued = &lines[0];
    assert_eq!(queued["level"], "INFO");
    assert_eq!(queued["outcome"], "queued");
    assert_eq!(queued["status"], 202);
    assert_eq!(queued["events"], 1);
    assert_eq!(queued["eventType"], "git.push");
    assert_eq!(queued["integration"], "lakeside");
    assert_eq!(queued["subscriptionId"], push.subscription_id.to_string());
    assert_eq!(queued["notificationId"], push.sequence);
    for named in ["requestId", "activityId", "durationMs"] {
        assert!(!queued[named].is_null(), "{named}");
    }
    assert_eq!((&lines[1]["level"], &lines[1]["outcome"]), (&json!("WARN"), &json!("quarantined")));
    assert_eq!((&lines[2]["level"], &lines[2]["code"]), (&json!("WARN"), &json!("unauthorized")));
}

#[tokio::test]
async fn metrics_are_in_the_line_and_strangers_cannot_make_new_ones() {
    let world = World::open("metrics", "code-pushed").await;
    world.deliver(&Contoso::subscribed(52).commit("x")).await;
    let stranger = hookpost_harness::api_gateway::ApiRequest::new("POST", "made-up-name", "code-pushed")
        .header("Authorization", "Basic Ong=")
        .body("{}");
    world.send(&stranger).await;
    let lines = deliveries(&world.close().await);
    let directives = lines.iter().flat_map(|line| {
        let directives = line["_aws"]["CloudWatchMetrics"].as_array().expect("directives");
        directives.iter().map(move |directive| (line, directive))
    });
    for (line, directive) in directives {
        assert_eq!(directive["Namespace"], "Hookpost");
        for metric in directive["Metrics"].as_array().expect("metrics") {
            let name = metric["Name"].as_str().expect("a name");
            assert!(line[name].is_number(), "{name} is announced and has a value");
        }
        for dimension in directive["Dimensions"]
            .as_array()
            .expect("sets")
            .iter()
            .flat_map(|set| set.as_array().expect("names"))
        {
            let name = dimension.as_str().expect("a name");
            assert!(line[name].is_string(), "{name} is announced and has a value");
        }
    }
    assert!(lines[0].to_string().contains("lakeside"));
    assert!(!lines[1]["_aws"].to_string().contains("Integration"), "{}", lines[1]["_aws"]);
}
