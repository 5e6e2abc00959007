//! Two integrations and two organizations don't see each other.

use hookpost_stand_in::canary;
use hookpost_stand_in::rest::{PersonalAccessToken, StandIn};
use serde_json::json;

use crate::town::{ORGANIZATION, Town, connect, fine, organization, with};

#[tokio::test]
async fn integrations_of_one_organization_each_have_their_own() {
    let town = Town::open("two-integrations").await;
    town.connect().await;
    fine(town.ask(&with(connect(), "integration", "trial")).await);
    assert_eq!(town.azure.hooks(ORGANIZATION).len(), 16);
    assert_eq!(town.push("seen by both").await, [Some(202), Some(202)]);
    let mut integrations: Vec<_> =
        town.account.events().await.iter().map(|event| event.json()["integration"].clone()).collect();
    integrations.sort_by_key(ToString::to_string);
    assert_eq!(integrations, ["contoso", "trial"], "neither hides the other's events");
    fine(town.ask(&json!({"action": "unlink", "integration": "trial"})).await);
    assert_eq!(town.azure.hooks(ORGANIZATION).len(), 8);
    let status = fine(town.ask(&json!({"action": "status"})).await);
    assert_eq!(status["summary"], "all is well", "{status}");
    town.close().await;
}

#[tokio::test]
async fn organizations_do_not_mix_and_a_name_is_had_once() {
    let (contoso, people) = organization(ORGANIZATION, 7);
    let (fabrikam, others) = organization("northwind", 8);
    let azure = StandIn::start([contoso, fabrikam]).await;
    azure.allow_local_targets();
    azure.register_pat(PersonalAccessToken::new(canary::PAT, ORGANIZATION, &people.ada));
    azure.register_pat(PersonalAccessToken::new("northwinds0own0token", "northwind", &others.ada));
    let town = Town::around("two-organizations", azure, people).await;
    town.connect().await;
    let northwind = with(
        with(connect(), "organizationUrl", "https://dev.azure.com/northwind"),
        "pat",
        "northwinds0own0token",
    );
    fine(town.ask(&northwind).await);
    assert_eq!((town.azure.hooks(ORGANIZATION).len(), town.azure.hooks("northwind").len()), (8, 8));
    let taken =
        town.ask(&with(northwind.clone(), "integration", "contoso")).await.expect_err("the name is taken");
    assert_eq!(taken.error_type, "IntegrationTaken", "{}", taken.message);
    assert_eq!(town.azure.hooks("northwind").len(), 8);
    fine(town.ask(&json!({"action": "unlink", "integration": "contoso"})).await);
    fine(town.ask(&with(northwind, "integration", "contoso")).await);
    assert_eq!(town.azure.hooks("northwind").len(), 16, "a name that was given up can be had");
    assert!(town.azure.hooks(ORGANIZATION).is_empty());
    town.close().await;
}
