//! `status` finds each kind of trouble and says what to do about it.

use hookpost_stand_in::rest::Status;
use serde_json::json;

use crate::town::{ORGANIZATION, Town, connect, fine, texts, with};

#[tokio::test]
async fn all_is_well_after_connect() {
    let town = Town::open("well").await;
    town.connect().await;
    let report = fine(town.ask(&json!({"action": "status"})).await);
    assert_eq!(report["summary"], "all is well", "{report}");
    assert_eq!(report["integrations"]["contoso"]["subscriptions"].as_array().map(Vec::len), Some(8));
    assert!(report["integrations"]["contoso"]["tokenDaysLeft"].as_i64().is_some_and(|days| days > 1000));
    town.close().await;
}

#[tokio::test]
async fn every_trouble_is_named_with_its_fix_and_connect_repairs_it() {
    let town = Town::open("troubles").await;
    fine(town.ask(&with(connect(), "patExpiresOn", "2020-01-01")).await);
    let hooks: Vec<_> = town.azure.hooks(ORGANIZATION).into_iter().map(|hook| hook.id).collect();
    for (hook, status) in hooks.iter().zip([
        Status::OnProbation,
        Status::DisabledByUser,
        Status::DisabledBySystem,
        Status::DisabledByInactiveIdentity,
    ]) {
        town.azure.set_status(*hook, status);
    }
    town.azure.remove_by_hand(hooks[4]);
    let report = fine(town.ask(&json!({"action": "status", "integration": "contoso"})).await);
    let remains = texts(&report["remains"]).join("\n");
    for expected in [
        "it is on probation, so events are being lost",
        "somebody disabled it",
        "Azure DevOps disabled it after too many failures",
        "whoever made it is no longer active",
        "is missing: run `connect` again",
    ] {
        assert!(remains.contains(expected), "{expected} is not in {remains}");
    }
    assert!(texts(&report["warnings"]).join("\n").contains("expire"), "{report}");
    town.connect().await;
    let report = fine(town.ask(&json!({"action": "status", "integration": "contoso"})).await);
    assert_eq!(report["summary"], "all is well", "{report}");
    town.close().await;
}

#[tokio::test]
async fn what_was_changed_by_hand_or_delivers_elsewhere_is_named() {
    let town = Town::open("drift").await;
    town.connect().await;
    let hooks = town.azure.hooks(ORGANIZATION);
    town.azure.change_by_hand(hooks[0].id, |terms| {
        terms.consumer_inputs.insert("resourceDetailsToSend".to_owned(), "minimal".to_owned());
    });
    town.azure.change_by_hand(hooks[1].id, |terms| {
        terms.consumer_inputs.insert(
            "url".to_owned(),
            "https://old.example.com/contoso/pull-request?version=01234567".to_owned(),
        );
    });
    let report = fine(town.ask(&json!({"action": "status", "integration": "contoso"})).await);
    let remains = texts(&report["remains"]).join("\n");
    for expected in [
        "its resource details to send should be `all` and is `minimal`",
        "it delivers to another address, https://old.example.com/",
        "git.pullrequest.created is missing",
    ] {
        assert!(remains.contains(expected), "{expected} is not in {remains}");
    }
    town.close().await;
}
