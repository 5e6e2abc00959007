//! Events that Azure DevOps's log does not show are made from lists, threads and pull requests.

use hookpost_harness::fault_proxy::Fault;
use hookpost_harness::queues::Message;
use hookpost_stand_in::rest::{Audience, Permissions, PersonalAccessToken};
use hookpost_stand_in::{Notification, Proposal, RefChange, Vote};
use serde_json::{Value, json};

use crate::deployment::{Deployment, MAIN, ORGANIZATION, action, lines, now, with};
use crate::watched_deployment::WatchedDeployment;

const GRACES_TOKEN: &str = "graces0own0token0of0hers";

/// Grace, who is no administrator and has created no subscription, replaces Ada's token by hers.
async fn hand_over(deployment: &Deployment) {
    let grace = deployment
        .azure
        .organization(ORGANIZATION, |organization| organization.add_person("Grace", "grace@contoso.example"));
    deployment.azure.register_pat(PersonalAccessToken::new(GRACES_TOKEN, ORGANIZATION, &grace));
    let member = Permissions { administrator: false, ..Permissions::ALL };
    for project in [None, Some(deployment.fixture.shop)] {
        deployment.azure.grant(ORGANIZATION, &grace, project, member);
    }
    let request = with(action("replace-token"), "pat", GRACES_TOKEN);
    let report = deployment.run_setup(&request).await;
    assert!(lines(&report["warnings"]).contains("renewSubscriptions"), "{report}");
}

/// Pushes a branch, proposes it and votes on it, which makes a comment, too.
fn work(deployment: &Deployment) -> Vec<Notification> {
    let fixture = &deployment.fixture;
    deployment.azure.organization(ORGANIZATION, |organization| {
        let topic = "refs/heads/topic";
        let change = RefChange::commit(topic, &["Topic"]);
        let mut notifications = organization.push(now(), &fixture.ada, fixture.web, &[change]);
        let proposal = Proposal::new(fixture.web, topic, MAIN, "A topic");
        let (id, proposed) = organization.create_pull_request(now(), &fixture.ada, proposal);
        notifications.extend(proposed);
        notifications.extend(organization.vote(now(), &fixture.ada, id, Vote::Approved));
        notifications
    })
}

/// Delivers while SQS is out.
async fn fail(deployment: &Deployment, notifications: Vec<Notification>) {
    deployment.account.sqs.fail_all(Fault::outage());
    let answers = deployment.azure.deliver_all(notifications).await;
    assert!(answers.iter().all(|answer| *answer == Some(503)), "{answers:?}");
    deployment.account.sqs.heal();
    assert!(deployment.account.events().await.is_empty());
}

/// What each event is about, in order, and whether it was reconstructed.
fn summaries(events: &[Value]) -> Vec<(String, bool)> {
    let mut summaries: Vec<(String, bool)> = events
        .iter()
        .map(|event| {
            let kind = event["type"].as_str().unwrap_or_default().trim_start_matches("com.azure.dev.git.");
            let data = &event["data"];
            let what = [&data["action"], &data["change"], &data["comment"]["change"]];
            let what = what.into_iter().find_map(Value::as_str).unwrap_or_default();
            (format!("{kind} {what}"), data["azureDevOps"]["reconstructed"] == true)
        })
        .collect();
    summaries.sort();
    summaries
}

fn expected(reconstructed: bool) -> Vec<(String, bool)> {
    [
        "pullrequest.commented created",
        "pullrequest.created created",
        "pullrequest.updated voted",
        "push created",
    ]
    .map(|summary| (summary.to_owned(), reconstructed))
    .to_vec()
}

async fn replayed(deployment: &Deployment) -> (Value, Vec<Value>) {
    let replay = with(action("replay"), "from", "2026-01-01T00:00:00Z");
    let planned = deployment.run_setup(&with(replay.clone(), "dryRun", true)).await;
    let report = deployment.run_setup(&replay).await;
    let count = |report: &Value| {
        report["summary"].as_str().and_then(|text| text.split(' ').next()).map(str::to_owned)
    };
    assert_eq!(count(&planned), count(&report), "{planned} {report}");
    let events = deployment.account.events().await.iter().map(Message::json).collect();
    (report, events)
}

#[tokio::test]
async fn replay_makes_hidden_events_from_lists_and_threads() {
    for (audience, reconstructed) in [(Audience::CreatorAndAdministrators, true), (Audience::Everyone, false)]
    {
        let deployment = Deployment::open(&format!("hidden-{reconstructed}")).await;
        deployment.connect().await;
        deployment.azure.configure(|behavior| behavior.events_visible_to = audience);
        hand_over(&deployment).await;
        fail(&deployment, work(&deployment)).await;
        let (report, events) = replayed(&deployment).await;
        assert_eq!(summaries(&events), expected(reconstructed), "{report}");
        assert!(report["remains"].is_null(), "{report}");
        deployment.close().await;
    }
}

#[tokio::test]
async fn replay_completes_events_whose_content_was_not_kept() {
    let deployment = Deployment::open("shortened").await;
    deployment.connect().await;
    deployment.azure.configure(|behavior| behavior.content_limit = Some(10));
    let notifications = work(&deployment);
    let sent: Vec<Value> = notifications
        .iter()
        .map(|notification| serde_json::from_slice::<Value>(&notification.body).expect("JSON")["id"].clone())
        .collect();
    fail(&deployment, notifications).await;
    let (report, events) = replayed(&deployment).await;
    let kinds: Vec<String> = summaries(&events).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, expected(true).into_iter().map(|(kind, _)| kind).collect::<Vec<_>>(), "{report}");
    assert!(report["remains"].is_null(), "{report}");
    let ids: Vec<&Value> = events.iter().map(|event| &event["data"]["azureDevOps"]["eventId"]).collect();
    let kept = ids.iter().filter(|id| sent.contains(id)).count();
    assert_eq!(kept, 2, "events of pull requests keep their ids: {ids:?} of {sent:?}");
    deployment.close().await;
}

#[tokio::test]
async fn a_hidden_delivery_that_nothing_shows_is_named() {
    let deployment = Deployment::open("hidden-for-good").await;
    deployment.connect().await;
    hand_over(&deployment).await;
    // Without threads nothing shows a vote.
    deployment.azure.configure(|behavior| behavior.system_threads = false);
    fail(&deployment, work(&deployment)).await;
    let (report, events) = replayed(&deployment).await;
    assert_eq!(events.len(), 2, "{report}");
    let remains = lines(&report["remains"]);
    assert!(
        remains.contains("git.pullrequest.updated") && remains.contains("hidden from this token"),
        "{remains}"
    );
    deployment.close().await;
}

#[tokio::test]
async fn watch_makes_hidden_events_and_says_how_to_show_them() {
    let watched = WatchedDeployment::open("watch-hidden").await;
    hand_over(&watched.deployment).await;
    fail(&watched.deployment, work(&watched.deployment)).await;
    let report = watched.run_pass().await;
    assert_eq!(summaries(&watched.events().await), expected(true), "{report}");
    assert!(lines(&report["remains"]).contains("hides the events"), "{report}");
    let again = watched.run_pass().await;
    assert_eq!(again["eventsReconstructed"], json!(0), "{again}");
    watched.close().await;
}
