//! The log: one line per delivery, which also holds its metrics.

use serde_json::{Value, json};

use crate::fixture::{Contoso, ReceiverFixture};

fn deliveries(log: &[String]) -> Vec<Value> {
    let parsed = log.iter().map(|line| serde_json::from_str::<Value>(line).expect("every line is JSON"));
    parsed.filter(|line| line["event"] == "delivery").collect()
}

#[tokio::test]
async fn a_delivery_is_one_log_line_with_its_ids() {
    let fixture = ReceiverFixture::open("log", "code-pushed").await;
    let push = Contoso::subscribed(51).commit("a message that is nobody's business");
    fixture.deliver(&push).await;
    fixture.send(&fixture.request("not json")).await;
    fixture.send(&fixture.request("{}").without_header("Authorization")).await;
    let log = fixture.close().await;
    assert!(!log.join("\n").contains("nobody's business"), "a body is never logged");
    let lines = deliveries(&log);
    assert_eq!(lines.len(), 3);
    let queued = &lines[0];
    assert_eq!(queued["level"], "INFO");
    assert_eq!(queued["outcome"], "queued");
    assert_eq!(queued["status"], 202);
    assert_eq!(queued["Queued"], 1);
    assert_eq!(queued["eventType"], "git.push");
    assert_eq!(queued["integration"], "lakeside");
    assert_eq!(queued["subscriptionId"], push.subscription_id.to_string());
    assert_eq!(queued["notificationId"], push.sequence);
    assert!(queued["Duration"].is_number(), "{queued}");
    assert!(lines[1]["requestId"].is_string(), "{}", lines[1]);
    assert_eq!((&lines[1]["level"], &lines[1]["outcome"]), (&json!("WARN"), &json!("quarantined")));
    assert_eq!((&lines[2]["level"], &lines[2]["code"]), (&json!("WARN"), &json!("unauthorized")));
}

#[tokio::test]
async fn metrics_are_in_the_log_line_and_unknown_names_make_no_new_ones() {
    let fixture = ReceiverFixture::open("metrics", "code-pushed").await;
    fixture.deliver(&Contoso::subscribed(52).commit("x")).await;
    let stranger = hookpost_harness::api_gateway::ApiRequest::new("POST", "made-up-name", "code-pushed")
        .header("Authorization", "Basic Ong=")
        .body("{}");
    fixture.send(&stranger).await;
    let lines = deliveries(&fixture.close().await);
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
