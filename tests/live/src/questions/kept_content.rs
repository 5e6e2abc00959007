//! How much of an event is sent and kept.

use futures_util::future::try_join_all;
use hookpost_core::azure_devops::deliveries::LoggedEvent;
use hookpost_core::azure_devops::port::AzureDevOps as _;
use hookpost_core::ports::Clock;
use hookpost_core::subscriptions::kind::SubscriptionKind;
use serde_json::Value;

use crate::answer::Finding;
use crate::delivery_log::{count, posted};
use crate::questions::shape::shape;
use crate::run::Run;
use crate::unsettled::{Settled, Unsettled};

/// Characters of comments around the limit that is reported, some 64,000 of the whole resource.
const COMMENTS: [usize; 6] = [20_000, 50_000, 58_000, 66_000, 90_000, 140_000];

const COMMITS: usize = 100;

/// What the log kept of a comment event.
enum Kept {
    /// All of it: so many characters of resource.
    Whole(usize),
    /// Not the resource of a comment of so many characters.
    WithoutContent(usize),
}

pub(super) async fn limit<C: Clock>(run: &Run<C>) -> Settled {
    let kept = try_join_all(COMMENTS.map(|characters| comment(run, characters))).await?;
    let whole = |kept: &Kept| if let Kept::Whole(size) = kept { Some(*size) } else { None };
    let cut = |kept: &Kept| if let Kept::WithoutContent(size) = kept { Some(*size) } else { None };
    let largest = kept.iter().filter_map(whole).max().unwrap_or_default();
    let answer = match kept.iter().filter_map(cut).min() {
        None => format!("no limit up to {largest} characters"),
        Some(size) => {
            format!("resources of {largest} characters are kept, that of a comment of {size} is not")
        }
    };
    Ok(Finding::new(answer, format!("comments of {COMMENTS:?} characters")))
}

/// A comment of so many characters on a pull request of its own.
async fn comment<C: Clock>(run: &Run<C>, characters: usize) -> Result<Kept, Unsettled> {
    let pull_request = run.pull_request(&format!("content-{characters}")).await?;
    let id = run.subscribe(SubscriptionKind::PullRequestCommented, &pull_request.repository).await?;
    run.comment(&pull_request, &"x".repeat(characters)).await?;
    let (number, _) = run.ended(&id).await?;
    let kept = run.first.product.kept_event(&id, number).await.map_err(Unsettled::of("read an event"))?;
    match kept {
        LoggedEvent::Whole(event) => {
            let event: Value = serde_json::from_str(&event).unwrap_or_default();
            Ok(Kept::Whole(event["resource"].to_string().chars().count()))
        }
        LoggedEvent::WithoutContent(_) => Ok(Kept::WithoutContent(characters)),
        LoggedEvent::Hidden | LoggedEvent::Pending | LoggedEvent::NotKept => {
            Err(Unsettled::NotSeen(format!("the event of a comment of {characters} characters is not shown")))
        }
    }
}

pub(super) async fn commits<C: Clock>(run: &Run<C>) -> Settled {
    let repository = run.repository("commits").await?;
    let id = run.subscribe(SubscriptionKind::Push, &repository).await?;
    let comments: Vec<_> = (0..COMMITS).map(|nth| format!("Commit {nth}")).collect();
    run.push(&repository, crate::git::MAIN, &repository.tip, &comments).await?;
    let (_, notification) = run.ended(&id).await?;
    let body = posted(&notification).unwrap_or_else(|| notification["details"]["event"].clone());
    if !body["resource"].is_object() {
        return Err(Unsettled::NotSeen("the log does not show the resource".to_owned()));
    }
    let commits = count(&body["resource"]["commits"]);
    Ok(Finding::new(commits.to_string(), format!("one push of {COMMITS} commits to one branch")))
}

pub(super) async fn minimal<C: Clock>(run: &Run<C>) -> Settled {
    let (repository, source) = run.topic("minimal").await?;
    let kinds = [
        ("push", SubscriptionKind::Push),
        ("pull request", SubscriptionKind::PullRequestCreated),
        ("comment", SubscriptionKind::PullRequestCommented),
    ];
    run.pause(10).await?;
    let mut subscriptions = Vec::new();
    for (name, kind) in kinds {
        let mut body = run.body(kind, &repository, &run.target());
        body["consumerInputs"]["resourceDetailsToSend"] = "minimal".into();
        subscriptions.push((name, run.subscribe_with(body).await?));
    }
    run.push_to_main(&repository).await?;
    let pull_request = run.open(repository, source, "").await?;
    run.comment(&pull_request, "A comment").await?;
    let mut shapes = Vec::new();
    for (name, id) in &subscriptions {
        let (_, notification) = run.ended(id).await?;
        let resource = posted(&notification).map(|body| shape(&body["resource"]));
        let shape = resource.unwrap_or_else(|| "the log does not show the request".to_owned());
        shapes.push(format!("{name}: {shape}"));
    }
    Ok(Finding::new(shapes.join("; "), "members of `resource` in the requests of the log"))
}
