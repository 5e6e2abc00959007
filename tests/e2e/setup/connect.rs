//! From an organization URL and a token to events on the queue.

use serde_json::json;

use crate::town::{ORGANIZATION, Town, connect, fine, texts, with};

#[tokio::test]
async fn connect_subscribes_proves_and_from_then_on_pushes_are_events() {
    let town = Town::open("connect").await;
    let report = town.connect().await;
    assert_eq!(town.azure.hooks(ORGANIZATION).len(), 8);
    assert_eq!(town.secrets("contoso").await, [true, true]);
    assert_eq!(report["integration"], "contoso");
    let checked = texts(&report["checked"]).join("\n");
    assert!(checked.contains("a test delivery to the `code-pushed` endpoint came through"), "{checked}");
    assert!(checked.contains("a test delivery to the `pull-request` endpoint came through"), "{checked}");
    assert_eq!(report["webhooks"]["username"], "leave it empty");
    assert!(town.account.events().await.is_empty(), "tests put nothing on the queue");
    assert_eq!(town.push("Faster").await, [Some(202)]);
    let events = town.account.events().await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].json()["integration"], "contoso");
    town.close().await;
}

#[tokio::test]
async fn a_second_time_it_changes_nothing() {
    let town = Town::open("connect-twice").await;
    town.connect().await;
    town.azure.forget_calls();
    let report = town.connect().await;
    let changes = town.azure.changes();
    assert!(changes.iter().all(|call| call.operation.contains("testnotifications")), "{changes:?}");
    assert!(report["done"].is_null(), "{report}");
    assert_eq!(town.push("Still one").await.len(), 1);
    town.close().await;
}

#[tokio::test]
async fn a_dry_run_shows_the_plan_and_changes_nothing() {
    let town = Town::open("dry-run").await;
    let report = fine(town.ask(&with(connect(), "dryRun", true)).await);
    assert_eq!(texts(&report["planned"]).len(), 8);
    assert!(town.azure.changes().is_empty());
    assert_eq!(town.secrets("contoso").await, [false, false]);
    town.close().await;
}

#[tokio::test]
async fn the_token_may_be_in_a_secret_of_the_operators() {
    let town = Town::open("pat-in-secret").await;
    let name = format!("{}-pat", town.account.prefix);
    town.account.secrets.create(&name, hookpost_stand_in::canary::PAT).await.expect("stored");
    let mut request = with(connect(), "patSecretId", name);
    request.as_object_mut().expect("an object").remove("pat");
    fine(town.ask(&request).await);
    assert_eq!(town.push("x").await, [Some(202)]);
    town.close().await;
}

#[tokio::test]
async fn secrets_are_made_with_the_key_of_the_operator() {
    const KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/6f1d3a52-5b1c-4c8e-9a57-0f6c2f1e7d11";
    let mut town = Town::open("own-key").await;
    town.restart_setup_with(&[("HOOKPOST_KMS_KEY_ARN", KEY)]).await;
    town.connect().await;
    let made = town.account.secrets_manager.calls_of("CreateSecret");
    let keys: Vec<_> = made.iter().map(|call| call.input["KmsKeyId"].clone()).collect();
    assert_eq!(keys, [KEY, KEY]);
    town.close().await;
}

#[tokio::test]
async fn the_whole_organization_is_one_set_of_subscriptions() {
    let town = Town::open("whole").await;
    fine(town.ask(&with(connect(), "projects", "all")).await);
    assert_eq!(town.azure.hooks(ORGANIZATION).len(), 8);
    assert_eq!(town.push("x").await, [Some(202)]);
    town.close().await;
}

#[tokio::test]
async fn unlink_takes_away_what_is_ours_and_connect_brings_it_back() {
    let town = Town::open("unlink").await;
    town.connect().await;
    let other = json!({
        "publisherId": "tfs", "eventType": "git.push", "resourceVersion": "1.0", "consumerId": "webHooks",
        "consumerActionId": "httpRequest", "publisherInputs": {}, "consumerInputs": {"url": "https://ci.example.com/hook"},
    });
    town.azure.make_by_hand(ORGANIZATION, &town.people.ada, &other);
    let unlink = json!({"action": "unlink", "integration": "contoso"});
    let planned = fine(town.ask(&with(unlink.clone(), "dryRun", true)).await);
    assert_eq!(texts(&planned["planned"]).len(), 10);
    assert_eq!(town.azure.hooks(ORGANIZATION).len(), 9);
    fine(town.ask(&unlink).await);
    assert_eq!(town.azure.hooks(ORGANIZATION).len(), 1, "the other one stays");
    assert_eq!(town.secrets("contoso").await, [false, false]);
    let again = fine(town.ask(&unlink).await);
    assert!(again["summary"].as_str().is_some_and(|summary| summary.contains("unlinked already")), "{again}");
    town.connect().await;
    assert_eq!(town.push("back").await, [None, Some(202)], "the other one is not ours to reach");
    town.close().await;
}

#[tokio::test]
async fn repositories_are_listed_to_choose_from_and_the_token_can_be_replaced() {
    let town = Town::open("repositories").await;
    town.connect().await;
    let report = fine(town.ask(&json!({"action": "repositories", "integration": "contoso"})).await);
    let names: Vec<_> =
        report["repositories"].as_array().expect("a list").iter().map(|it| it["name"].clone()).collect();
    assert_eq!(names, ["web", "notes"]);
    let token = hookpost_stand_in::rest::PersonalAccessToken::new(
        "another0token0of0adas",
        ORGANIZATION,
        &town.people.ada,
    );
    town.azure.register_pat(token);
    let replace =
        json!({"action": "replace-token", "integration": "contoso", "pat": "another0token0of0adas"});
    let report = fine(town.ask(&replace).await);
    assert_eq!(texts(&report["done"]).len(), 1);
    let report = fine(town.ask(&replace).await);
    assert!(report["done"].is_null(), "the second time nothing changes: {report}");
    town.close().await;
}

#[tokio::test]
async fn deliveries_that_failed_are_replayed_from_azure_devops_log() {
    let town = Town::open("replay").await;
    town.connect().await;
    town.account.sqs.fail_all(hookpost_harness::front::Fault::outage());
    assert_eq!(town.push_once("missed").await, [Some(503)]);
    town.account.sqs.heal();
    assert!(town.account.events().await.is_empty());
    let replay = json!({"action": "replay", "integration": "contoso", "from": "2026-01-01T00:00:00Z"});
    let planned = fine(town.ask(&with(replay.clone(), "dryRun", true)).await);
    assert!(
        planned["summary"].as_str().is_some_and(|summary| summary.starts_with("1 events would")),
        "{planned}"
    );
    fine(town.ask(&replay).await);
    fine(town.ask(&replay).await);
    let events = town.account.events().await;
    assert_eq!(events.len(), 1, "once, however often it is replayed");
    assert_eq!(events[0].json()["data"]["commits"][0]["message"], "missed");
    town.close().await;
}

#[tokio::test]
async fn what_is_in_quarantine_is_replayed_and_then_gone_from_it() {
    let town = Town::open("replay-quarantine").await;
    town.connect().await;
    // Somebody points the subscription to pushes at the other endpoint, which keeps what it gets.
    let hooks = town.azure.hooks(ORGANIZATION);
    let hook = hooks.iter().find(|hook| hook.terms.event_type == "git.push").expect("a subscription");
    let url = hook.terms.consumer_inputs["url"].replace("code-pushed", "pull-request");
    town.azure.change_by_hand(hook.id, |terms| {
        terms.consumer_inputs.insert("url".to_owned(), url);
    });
    assert_eq!(town.push("astray").await, [Some(202)]);
    assert!(town.account.events().await.is_empty());
    let replay = json!({"action": "replay", "integration": "contoso", "quarantine": true});
    fine(town.ask(&with(replay.clone(), "dryRun", true)).await);
    assert!(town.account.events().await.is_empty(), "a dry run queues nothing");
    fine(town.ask(&replay).await);
    let events = town.account.events().await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].json()["data"]["commits"][0]["message"], "astray");
    assert!(town.account.quarantined().await.is_empty());
    town.close().await;
}

#[tokio::test]
async fn a_subscription_made_by_hand_is_adopted_and_not_doubled() {
    let town = Town::open("by-hand").await;
    town.connect().await;
    let hook = town.azure.hooks(ORGANIZATION).remove(0);
    let url = format!("{}/contoso/code-pushed", town.gateway.address());
    town.azure.change_by_hand(hook.id, |terms| {
        terms.consumer_inputs.insert("url".to_owned(), url);
        terms.consumer_inputs.insert("basicAuthPassword".to_owned(), "chosen-by-hand".to_owned());
    });
    assert_eq!(town.push("with a password of its own").await, [Some(401)]);
    let report = town.connect().await;
    assert_eq!(texts(&report["done"]).len(), 1, "{report}");
    assert_eq!(town.azure.hooks(ORGANIZATION).len(), 8);
    assert_eq!(town.push("adopted").await, [Some(202)]);
    town.close().await;
}

#[tokio::test]
async fn a_repository_and_a_branch_narrow_what_is_told() {
    let town = Town::open("narrow").await;
    fine(town.ask(&with(with(connect(), "repository", "web"), "branch", "main")).await);
    let hooks = town.azure.hooks(ORGANIZATION);
    assert_eq!(hooks.len(), 8);
    for hook in hooks {
        let filters = &hook.terms.publisher_inputs;
        assert!(filters.get("repository").is_some_and(|id| !id.is_empty()), "{filters:?}");
        assert_eq!(filters.get("branch").map(String::as_str), Some("main"));
    }
    town.close().await;
}
