use hookpost_stand_in::Organization;
use hookpost_stand_in::canary;
use hookpost_stand_in::rest::{LocalTargets, Status};
use serde_json::{Value, json};

use crate::office::{ORGANIZATION, Office};

const URL: &str = "https://hooks.example/lakeside/code-pushed";
const MASK: &str = "********";

#[tokio::test]
async fn what_is_made_can_be_read_without_its_password() {
    let office = Office::open().await;
    let made = office.call("POST", "hooks/subscriptions", &office.body(URL)).await;
    assert_eq!(made.status, 200);
    let body = made.json();
    let id = body["id"].as_str().unwrap();
    assert_eq!(office.get(&format!("hooks/subscriptions/{id}")).await.json(), body);
    assert_eq!(office.get("hooks/subscriptions").await.json(), json!({"count": 1, "value": [body]}));
    assert_eq!(body["consumerInputs"]["basicAuthPassword"], MASK);
    assert_eq!(body["consumerInputs"]["url"], URL);
    assert_eq!((&body["status"], &body["resourceVersion"]), (&json!("enabled"), &json!("1.0")));
    assert_eq!(body["createdBy"]["id"], office.ada.id.to_string());
    assert_eq!(body["actionDescription"], "To host hooks.example");
    assert_eq!(body["publisherInputs"]["projectId"], office.project_id().to_string());
    for extra in ["hostId", "tfsSubscriptionId"] {
        assert!(body["publisherInputs"][extra].is_string(), "{extra}");
    }
    assert!(
        !office.it.hooks(ORGANIZATION)[0]
            .terms
            .masked_inputs()
            .values()
            .any(|value| value == canary::PASSWORD)
    );
    assert_eq!(office.it.hooks(ORGANIZATION)[0].terms.password(), Some(canary::PASSWORD));
    canary::assert_absent(
        "the debug output of a subscription",
        format!("{:?}", office.it.hooks(ORGANIZATION)),
    );
}

#[tokio::test]
async fn the_same_body_twice_makes_two() {
    let office = Office::open().await;
    let body = office.body(URL);
    let (one, other) = (office.subscribe(&body).await, office.subscribe(&body).await);
    assert_ne!(one, other);
    assert_eq!(office.it.changes().len(), 2);
}

#[tokio::test]
async fn listing_filters() {
    let office = Office::open().await;
    office.subscribe(&office.body(URL)).await;
    let mut other = office.body(URL);
    other["eventType"] = "workitem.created".into();
    other["consumerId"] = "slack".into();
    other["consumerActionId"] = "postMessageToChannel".into();
    other["consumerInputs"] = json!({"url": "https://hooks.slack.example/x"});
    office.subscribe(&other).await;
    let count =
        async |query: &str| office.get(&format!("hooks/subscriptions?{query}")).await.json()["count"].clone();
    assert_eq!(count("").await, 2);
    assert_eq!(count("consumerId=webhooks").await, 1);
    assert_eq!(count("eventType=git.push&publisherId=tfs").await, 1);
    assert_eq!(count("consumerId=slack&eventType=git.push").await, 0);
}

#[tokio::test]
async fn a_query_filters_by_inputs() {
    let office = Office::open().await;
    office.subscribe(&office.body(URL)).await;
    office.subscribe(&office.body("https://hooks.example/other")).await;
    let ask = async |filters: Value| {
        let query = json!({"publisherId": "tfs", "consumerInputFilters": filters});
        let reply = office.call("POST", "hooks/subscriptionsquery", &query).await.json();
        assert_eq!(reply["publisherId"], "tfs");
        reply["results"].as_array().unwrap().len()
    };
    let condition = |operator: &str, value: &str| {
        let mut condition = json!({"inputId": "url", "inputValue": value, "caseSensitive": false});
        condition["operator"] = operator.into();
        condition
    };
    assert_eq!(ask(json!([])).await, 2);
    assert_eq!(ask(json!([{"conditions": [condition("equals", &URL.to_uppercase())]}])).await, 1);
    assert_eq!(ask(json!([{"conditions": [condition("notEquals", URL)]}])).await, 1);
    let either =
        [URL, "https://hooks.example/other"].map(|url| json!({"conditions": [condition("equals", url)]}));
    assert_eq!(ask(json!(either)).await, 2);
    let both = [URL, "https://hooks.example/other"].map(|url| condition("equals", url));
    assert_eq!(ask(json!([{"conditions": both}])).await, 0);
}

#[tokio::test]
async fn replacing_replaces_everything() {
    let office = Office::open().await;
    let id = office.subscribe(&office.body(URL)).await;
    let path = format!("hooks/subscriptions/{id}");
    let mut body = office.body("https://hooks.example/new");
    body["consumerInputs"].as_object_mut().unwrap().remove("basicAuthPassword");
    let replaced = office.call("PUT", &path, &body).await;
    assert_eq!(replaced.status, 200);
    let hook = office.it.hook(id).unwrap();
    assert_eq!((hook.terms.url(), hook.terms.password()), ("https://hooks.example/new", None));
    body["consumerInputs"]["basicAuthPassword"] = MASK.into();
    office.call("PUT", &path, &body).await;
    assert_eq!(office.it.hook(id).unwrap().terms.password(), Some(MASK));
    body["eventType"] = "git.pullrequest.created".into();
    assert_eq!(office.call("PUT", &path, &body).await.status, 400);
}

#[tokio::test]
async fn replacing_enables_only_when_asked_to() {
    let office = Office::open().await;
    let id = office.subscribe(&office.body(URL)).await;
    let path = format!("hooks/subscriptions/{id}");
    office.it.set_status(id, Status::DisabledBySystem);
    let mut body = office.body(URL);
    assert_eq!(office.call("PUT", &path, &body).await.json()["status"], "disabledBySystem");
    body["status"] = "enabled".into();
    assert_eq!(office.call("PUT", &path, &body).await.json()["status"], "enabled");
    body["status"] = "disabledByUser".into();
    assert_eq!(office.call("PUT", &path, &body).await.json()["status"], "disabledByUser");
}

#[tokio::test]
async fn what_is_removed_is_gone() {
    let office = Office::open().await;
    let id = office.subscribe(&office.body(URL)).await;
    let path = format!("hooks/subscriptions/{id}");
    let deleted = office.call("DELETE", &path, &Value::Null).await;
    assert_eq!((deleted.status, &*deleted.text), (204, ""));
    for method in ["GET", "DELETE"] {
        assert_eq!(office.call(method, &path, &Value::Null).await.status, 404);
    }
    assert_eq!(office.call("PUT", &path, &office.body(URL)).await.status, 404);
    assert_eq!(office.get("hooks/subscriptions/nonsense").await.status, 404);
    assert!(office.push().is_empty());
    let operations: Vec<_> = office.it.changes().into_iter().map(|call| call.operation).collect();
    assert_eq!(operations, ["POST hooks/subscriptions", "DELETE hooks/subscriptions/{id}"]);
}

/// Changes one member of a good body, and expects a refusal that names it.
async fn refused(office: &Office, pointer: &str, value: Value, status: u16, word: &str) {
    let mut body = office.body(URL);
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap()[name] = value;
    let reply = office.call("POST", "hooks/subscriptions", &body).await;
    assert_eq!(reply.status, status, "{pointer}: {}", reply.text);
    assert!(reply.error().1.contains(word), "{pointer}: {}", reply.text);
}

#[tokio::test]
async fn a_body_that_is_wrong_is_refused() {
    let office = Office::open().await;
    refused(&office, "/eventType", Value::Null, 400, "eventType").await;
    refused(&office, "/consumerInputs/url", "".into(), 400, "ConsumerInput.Value").await;
    refused(&office, "/consumerInputs/basicAuthUsername", "".into(), 400, "basicAuthUsername").await;
    refused(&office, "/consumerInputs/messagesToSend", Value::Null, 400, "messagesToSend").await;
    refused(&office, "/consumerInputs/basicAuthPassword", "two words".into(), 400, "basicAuthPassword").await;
    refused(&office, "/consumerInputs/basicAuthPassword", "x".repeat(257).into(), 400, "basicAuthPassword")
        .await;
    refused(&office, "/consumerInputs/url", "hooks.example".into(), 400, "url").await;
    refused(&office, "/publisherInputs/projectId", "Boat House".into(), 400, "projectId").await;
    let nobody = "00000000-0000-0000-0000-000000000001";
    refused(&office, "/publisherInputs/projectId", nobody.into(), 404, "VS800075").await;
    refused(&office, "/publisherInputs/repository", nobody.into(), 404, "TF401019").await;
    let no_object = office.call("POST", "hooks/subscriptions", &json!([])).await;
    assert_eq!(no_object.status, 400);
    assert!(no_object.json()["value"]["Message"].is_string());
    assert!(office.it.changes().is_empty());
}

#[tokio::test]
async fn an_empty_filter_is_none() {
    let office = Office::open().await;
    let mut body = office.body(URL);
    body["publisherInputs"] = json!({"projectId": "", "repository": "", "branch": ""});
    office.subscribe(&body).await;
    assert_eq!(office.push().len(), 1);
}

#[tokio::test]
async fn this_machine_is_no_target_unless_allowed() {
    let office = Office::open().await;
    office.it.quirks(|quirks| quirks.local_targets = LocalTargets::Refused);
    for url in ["http://localhost:1/x", "http://127.0.0.1/x", "https://10.0.0.1/x"] {
        refused(&office, "/consumerInputs/url", url.into(), 400, "url").await;
    }
    office.it.quirks(|quirks| quirks.local_targets = LocalTargets::Disabled);
    let id = office.subscribe(&office.body("http://127.0.0.1:1/x")).await;
    assert_eq!(office.it.hook(id).unwrap().status, Status::Enabled);
    assert!(office.it.deliver_all(office.push()).await.is_empty());
    assert_eq!(office.it.hook(id).unwrap().status, Status::DisabledBySystem);
}

#[tokio::test]
async fn some_members_have_two_forms() {
    let office = Office::open().await;
    let id = office.subscribe(&office.body(URL)).await;
    let path = format!("hooks/subscriptions/{id}");
    office.it.quirks(|quirks| quirks.enabled_is_implied = true);
    assert_eq!(office.get(&path).await.json().get("status"), None);
    office.it.set_probation(id, 3, crate::office::AT);
    let body = office.get(&path).await.json();
    assert_eq!((&body["status"], &body["probationRetries"]), (&json!("onProbation"), &json!(3)));
    assert_eq!(body["lastProbationRetryDate"], "2026-03-02T09:15:04.1234567Z");
    office.it.quirks(|quirks| quirks.probation_as_text = true);
    assert_eq!(office.get(&path).await.json()["probationRetries"], "3");
}

#[tokio::test]
async fn hands_can_make_change_and_remove_too() {
    let office = Office::open().await;
    let bob = office
        .it
        .organization(ORGANIZATION, |it: &mut Organization| it.add_person("Bob", "bob@lakeside.example"));
    let id = office.it.make_by_hand(ORGANIZATION, &bob, &office.body(URL));
    assert_eq!(office.get("hooks/subscriptions").await.json()["value"][0]["createdBy"]["displayName"], "Bob");
    office.it.change_by_hand(id, |terms| {
        terms.consumer_inputs.insert("url".to_owned(), "https://elsewhere.example/".to_owned());
    });
    assert_eq!(office.push()[0].url, "https://elsewhere.example/");
    office.it.remove_by_hand(id);
    assert_eq!(office.get("hooks/subscriptions").await.json()["count"], 0);
    assert!(office.it.changes().is_empty());
}
