//! A project or a repository that was deleted, or is hidden from the token's owner, is named, and the others are looked
//! after.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use hookpost_stand_in::Subscription;
use hookpost_stand_in::rest::Item;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::deployment::{Deployment, ORGANIZATION, connect, lines, now, with};
use crate::watched_deployment::{WatchedDeployment, messages};

/// How a project or repository becomes invisible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loss {
    Deleted,
    Hidden,
}

const LOSSES: [Loss; 2] = [Loss::Deleted, Loss::Hidden];

/// `Shop` and `Lab` are connected.
async fn with_two_projects(name: &str, loss: Loss) -> WatchedDeployment {
    let request = with(connect(), "projects", json!(["Shop", "Lab"]));
    WatchedDeployment::open_with(&format!("{name}-{loss:?}").to_lowercase(), now(), &request).await
}

fn lose_lab(deployment: &Deployment, loss: Loss) {
    let lab = deployment.fixture.lab;
    match loss {
        Loss::Deleted => deployment.azure.delete_project(ORGANIZATION, lab),
        Loss::Hidden => deployment.azure.hide_project(ORGANIZATION, lab, &deployment.fixture.ada),
    }
}

/// What `status` and a pass say that is left to do.
async fn remains(watched: &WatchedDeployment) -> [String; 2] {
    let report = watched.run_pass().await;
    assert_eq!(report["failure"], Value::Null, "{report}");
    [lines(&report["remains"]), lines(&watched.deployment.status().await["remains"])]
}

#[tokio::test]
async fn a_lost_project_is_named_and_the_others_are_looked_after() {
    join_all(LOSSES.map(async |loss| {
        let watched = with_two_projects("lost", loss).await;
        lose_lab(&watched.deployment, loss);
        watched.fail_push_delivery("missed in the shop").await;
        for remains in remains(&watched).await {
            assert_eq!(remains.lines().count(), 1, "{loss:?}: {remains}");
            assert!(remains.contains("`Lab`") && remains.contains("it was deleted or hidden"), "{remains}");
        }
        assert_eq!(messages(&watched.events().await), ["missed in the shop"], "{loss:?}");
        let subscriptions = watched.deployment.azure.subscriptions(ORGANIZATION);
        assert_eq!(subscriptions.len(), 16, "{loss:?}: those of the lost project stay");
        watched.deployment.azure.allow(ORGANIZATION, Item::Project(watched.deployment.fixture.lab));
        if loss == Loss::Hidden {
            assert_eq!(remains(&watched).await, ["", ""], "it goes on by itself");
        }
        watched.close().await;
    }))
    .await;
}

#[tokio::test]
async fn what_was_missed_in_a_hidden_project_is_delivered_once_it_is_shown() {
    // Longer ago than a pass reads the log again for deliveries that had not ended.
    let at = now() - SignedDuration::from_mins(20);
    let request = with(connect(), "projects", json!(["Shop", "Lab"]));
    let watched = WatchedDeployment::open_with("shown-again", at, &request).await;
    let (deployment, notes) = (&watched.deployment, watched.deployment.fixture.notes);
    lose_lab(deployment, Loss::Hidden);
    deployment.azure.set_time(at);
    watched.fail_deliveries(&deployment.push_at(at, notes, "failed")).await;
    assert!(deployment.push_at(at, notes, "not raised, since it is on probation").is_empty());
    deployment.azure.set_time(now());
    for _ in 0..2 {
        watched.run_pass().await;
    }
    assert!(watched.events().await.is_empty());
    deployment.azure.allow(ORGANIZATION, Item::Project(deployment.fixture.lab));
    let report = watched.run_pass().await;
    let events = watched.events().await;
    let pushes: BTreeSet<u64> = events.iter().filter_map(|event| event["data"]["pushId"].as_u64()).collect();
    assert_eq!((events.len(), pushes.len()), (2, 2), "{report}");
    watched.run_pass().await;
    assert!(watched.events().await.is_empty(), "once");
    watched.close().await;
}

#[tokio::test]
async fn a_lost_repository_is_named_and_its_filter_is_not_widened() {
    join_all(LOSSES.map(async |loss| {
        let name = format!("lost-filter-{loss:?}").to_lowercase();
        let watched = WatchedDeployment::open_with(&name, now(), &with(connect(), "repository", "web")).await;
        let deployment = &watched.deployment;
        let (web, before) = (deployment.fixture.web, deployment.azure.subscriptions(ORGANIZATION));
        match loss {
            Loss::Deleted => deployment.azure.delete_repository(ORGANIZATION, web),
            Loss::Hidden => deployment.azure.hide_repository(ORGANIZATION, web, &deployment.fixture.ada),
        }
        for remains in remains(&watched).await {
            assert!(remains.contains("no repository `web`"), "{loss:?}: {remains}");
        }
        let again =
            deployment.invoke_setup(&with(connect(), "repository", "web")).await.expect_err("refused");
        assert_eq!(again.error_type, "NotFound", "{}", again.message);
        let inputs = |hooks: Vec<Subscription>| -> Vec<_> {
            hooks.into_iter().map(|hook| (hook.id, hook.inputs.publisher_inputs)).collect()
        };
        assert_eq!(inputs(deployment.azure.subscriptions(ORGANIZATION)), inputs(before), "{loss:?}");
        deployment.azure.allow(ORGANIZATION, Item::Repository(web));
        if loss == Loss::Hidden {
            watched.fail_push_delivery("missed").await;
            assert_eq!(remains(&watched).await, ["", ""], "it goes on by itself");
            assert_eq!(messages(&watched.events().await), ["missed"]);
        }
        watched.close().await;
    }))
    .await;
}
