//! Pull requests from forks.

use hookpost_core::ports::Clock;
use hookpost_core::subscriptions::kind::SubscriptionKind;

use crate::answer::Finding;
use crate::delivery_log::posted;
use crate::questions::shape::shape;
use crate::run::Run;
use crate::unsettled::{Settled, Unsettled};

pub(super) async fn pull_request<C: Clock>(run: &Run<C>) -> Settled {
    let parent = run.repository("parent").await?;
    let fork = run.fork(&parent).await?;
    run.push_to_main(&fork).await?;
    run.pause(10).await?;
    let id = run.subscribe(SubscriptionKind::PullRequestCreated, &parent).await?;
    run.open_from_fork(&parent, &fork).await?;
    let (_, notification) = run.ended(&id).await?;
    let body = posted(&notification).unwrap_or_else(|| notification["details"]["event"].clone());
    let resource = &body["resource"];
    if !resource.is_object() {
        return Err(Unsettled::NotSeen("the log does not show the resource".to_owned()));
    }
    let answer = if resource["forkSource"].is_object() {
        format!("`forkSource` {}", shape(&resource["forkSource"]))
    } else {
        "no `forkSource`".to_owned()
    };
    Ok(Finding::new(
        answer,
        "the event of a new pull request from `main` of a fork into `main` of its parent",
    ))
}
