//! Everything that can happen to a pull request, through the real binary.

use hookpost_stand_in::expectation;
use hookpost_stand_in::{MergeOutcome, Notification, Proposal, RefChange, Reviewer, Vote};

use crate::world::{Contoso, MAIN, World, at, events, told};

/// A pull request from its opening to its end, with what is told of it.
fn life_of_a_pull_request() -> Vec<Notification> {
    let mut contoso = Contoso::subscribed(41);
    let topic = "refs/heads/fast";
    contoso.push(&[RefChange::commit(topic, &["Faster"])]);
    let ada = contoso.ada.clone();
    let it = &mut contoso.organization;
    let proposal = Proposal {
        draft: true,
        reviewers: vec![Reviewer::required(&ada)],
        ..Proposal::new(contoso.repository, topic, MAIN, "Bob rejected pull request 6")
    };
    let (id, mut all) = it.create_pull_request(at(), &ada, proposal);
    all.extend(it.attempt_merge(at(), id, MergeOutcome::Conflicts));
    all.extend(it.update_source(at(), &ada, id));
    all.extend(it.attempt_merge(at(), id, MergeOutcome::Succeeded));
    all.extend(it.publish(at(), &ada, id));
    all.extend(it.vote(at(), &ada, id, Vote::Approved));
    let (comment, told) = it.comment(at(), &ada, id, "Ship it.");
    all.extend(told);
    all.extend(it.delete_comment(at(), comment));
    all.extend(it.change_reviewers(at(), &ada, id, Vec::new()));
    all.extend(it.draft(at(), &ada, id));
    all.extend(it.abandon(at(), &ada, id));
    all.extend(it.reactivate(at(), &ada, id));
    all.extend(it.complete(at(), &ada, id));
    all
}

#[tokio::test]
async fn every_step_of_a_pull_request_is_one_event_that_says_what_was_done() {
    let world = World::open("life", "pull-request").await;
    let steps = life_of_a_pull_request();
    for step in &steps {
        let reply = world.deliver(step).await;
        assert_eq!(told(&reply), (202, "queued".to_owned()), "{:?}", step.happening);
    }
    let seen: Vec<(String, String, String)> = events(&world.account.events().await)
        .iter()
        .map(|event| {
            let action = event["data"]["action"].as_str().or(event["data"]["comment"]["change"].as_str());
            let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            (text(&event["type"]), action.unwrap_or_default().to_owned(), text(&event["subject"]))
        })
        .collect();
    let expected: Vec<(String, String, String)> = steps
        .iter()
        .flat_map(expectation::events)
        .map(|event| (event.event_type.to_owned(), event.action.to_owned(), event.subject))
        .collect();
    assert_eq!(seen, expected);
    world.close().await;
}
