//! A push of more refs than a receiver has time for is kept in quarantine, and a replay queues its events.

use std::collections::BTreeSet;

use hookpost_stand_in::RefChange;
use serde_json::json;

use crate::deployment::{Deployment, MAIN, ORGANIZATION, now, with};

#[tokio::test]
async fn a_mirror_of_1001_refs_is_queued_by_a_replay() {
    let deployment = Deployment::open("mirror").await;
    deployment.connect().await;
    let (ada, web) = (deployment.fixture.ada.clone(), deployment.fixture.web);
    let notifications = deployment.azure.organization(ORGANIZATION, |organization| {
        let tip = organization.tip(web, MAIN).expect("main is there");
        let tags: Vec<RefChange> =
            (0..1001).map(|number| RefChange::point(&format!("refs/tags/nightly-{number}"), tip)).collect();
        organization.push(now(), &ada, web, &tags)
    });
    for notification in &notifications {
        let sent = deployment.azure.deliver(notification).await;
        assert_eq!(sent, Some(202), "a delivery is never refused");
    }
    assert!(deployment.account.events().await.is_empty(), "all or none");
    let replay = json!({"action": "replay", "integration": "contoso", "quarantine": true});
    let planned = deployment.run_setup(&with(replay.clone(), "dryRun", true)).await;
    assert_eq!(planned["summary"], "1001 events would be queued");
    let report = deployment.run_setup(&replay).await;
    assert!(
        report["summary"].as_str().is_some_and(|text| text.starts_with("1001 events queued")),
        "{report}"
    );
    assert_eq!(report["next"], "nothing", "{report}");
    let events = deployment.account.events().await;
    let subjects: BTreeSet<String> =
        events.iter().filter_map(|event| event.json()["subject"].as_str().map(str::to_owned)).collect();
    assert_eq!((events.len(), subjects.len()), (1001, 1001));
    assert!(deployment.account.quarantined().await.is_empty());
    deployment.close().await;
}
