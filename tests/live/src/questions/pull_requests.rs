//! Pull requests: votes, threads, titles, lists.

use std::collections::{BTreeMap, BTreeSet};

use hookpost_core::azure_devops::port::AzureDevOps as _;
use hookpost_core::ports::Clock;
use hookpost_core::subscriptions::kind::{ChangeKind, SubscriptionKind};
use serde_json::json;

use crate::answer::Finding;
use crate::raw_client::Call;
use crate::run::Run;
use crate::unsettled::{Settled, Unsettled};

/// Characters of a description that a list would cut.
const DESCRIPTION: usize = 1_000;

pub(super) async fn vote_as_comment<C: Clock>(run: &Run<C>) -> Settled {
    let pull_request = run.pull_request("vote").await?;
    let repository = &pull_request.repository;
    let vote = SubscriptionKind::PullRequestUpdated(ChangeKind::Vote);
    let votes = run.subscribe(vote, repository).await?;
    let comments = run.subscribe(SubscriptionKind::PullRequestCommented, repository).await?;
    run.vote(&pull_request, 10).await?;
    let rows = run.rows_with(&votes, &[&comments]).await?;
    let of_comments = rows.iter().filter(|row| row.subscription_id == comments).count();
    let answer = if of_comments > 0 { "yes" } else { "no" };
    Ok(Finding::new(
        answer,
        format!("one vote: {} events of the vote, {of_comments} of a comment", rows.len() - of_comments),
    ))
}

pub(super) async fn threads<C: Clock>(run: &Run<C>) -> Settled {
    let on = run.pull_request("threads").await?;
    run.vote(&on, 0).await?;
    run.vote(&on, 10).await?;
    run.push_to_topic(&on).await?;
    for change in [
        json!({"isDraft": true}),
        json!({"isDraft": false}),
        json!({"status": "abandoned"}),
        json!({"status": "active"}),
    ] {
        run.change(&on, change).await?;
    }
    run.pause(30).await?;
    let threads = run.first.product.threads(&on.repository.id, on.number).await;
    let threads = threads.map_err(Unsettled::of("list threads"))?;
    let mut kinds: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for thread in threads {
        let Some(kind) = thread.kind else { continue };
        kinds.entry(kind).or_default().extend(thread.properties.into_keys());
    }
    let names: Vec<_> = kinds.keys().map(String::as_str).collect();
    let answer = if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
    let properties = kinds.iter().map(|(kind, properties)| {
        let short = properties.iter().filter(|name| *name != "CodeReviewThreadType");
        format!("{kind}: {}", short.cloned().collect::<Vec<_>>().join(", "))
    });
    let evidence = properties.collect::<Vec<_>>().join("; ");
    Ok(Finding::new(
        answer,
        format!("reviewer, vote, new commit, draft, published, abandoned, active. {evidence}"),
    ))
}

pub(super) async fn new_title<C: Clock>(run: &Run<C>) -> Settled {
    let pull_request = run.pull_request("title").await?;
    let repository = &pull_request.repository;
    let mut subscriptions = Vec::new();
    for change in ChangeKind::ALL {
        let id = run.subscribe(SubscriptionKind::PullRequestUpdated(change), repository).await?;
        subscriptions.push((change.notification_type(), id));
    }
    let mut body =
        run.body(SubscriptionKind::PullRequestUpdated(ChangeKind::ALL[0]), repository, &run.target());
    if let Some(inputs) = body["publisherInputs"].as_object_mut() {
        inputs.remove("notificationType");
    }
    subscriptions.push(("the unfiltered one", run.subscribe_with(body).await?));
    run.change(&pull_request, json!({"title": "Another title"})).await?;
    // There may be no delivery to wait for.
    run.pause(60).await?;
    let ids: Vec<_> = subscriptions.iter().map(|(_, id)| id.as_str()).collect();
    let rows = run.rows(&ids).await?;
    let notified = subscriptions.iter().filter(|(_, id)| rows.iter().any(|row| row.subscription_id == *id));
    let notified: Vec<_> = notified.map(|(name, _)| *name).collect();
    let answer = if notified.is_empty() { "none".to_owned() } else { notified.join(", ") };
    Ok(Finding::new(answer, "the four filters of `git.pullrequest.updated`, and no filter"))
}

pub(super) async fn description_in_list<C: Clock>(run: &Run<C>) -> Settled {
    let (repository, source) = run.topic("description").await?;
    let pull_request = run.open(repository, source, &"x".repeat(DESCRIPTION)).await?;
    let path = [&run.project.id, "_apis", "git", "repositories", &pull_request.repository.id, "pullrequests"];
    let listed = run.first.raw.call(Call::get(&path, &[])).await?.success()?;
    let length = listed["value"][0]["description"].as_str().unwrap_or_default().chars().count();
    let answer = if length < DESCRIPTION { format!("yes, at {length} characters") } else { "no".to_owned() };
    Ok(Finding::new(answer, format!("a description of {DESCRIPTION} characters")))
}
