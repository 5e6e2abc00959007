//! Converts pull request deliveries: created, updated and merged.

use hookpost_events::{
    Action, Actor, Common, Event, Payload, Project, PullRequest, PullRequestSource, PullRequestTarget,
    RepositoryReference, Reviewer,
};
use serde_json::value::RawValue;

use crate::normalize::Normalized;
use crate::normalize::action::{Evidence, action};
use crate::normalize::context::Context;
use crate::normalize::fields::{actor, guid, non_empty};
use crate::normalize::id::event_id;
use crate::normalize::repository::{RepositoryLocation, locate};
use crate::normalize::rest_url::{RestUrl, plain_url};
use crate::payload::EventType;
use crate::payload::lenient::scalar::Text;
use crate::payload::parse::parse_resource;
use crate::payload::pull_request::{CommitReference, PullRequestResource, WireReviewer};
use crate::payload::timestamp;

pub(super) fn normalize(event_type: EventType, resource: &RawValue, context: &Context<'_>) -> Normalized {
    let wire: PullRequestResource<'_> = match parse_resource(resource) {
        Ok(wire) => wire,
        Err(body) => return body.into(),
    };
    let Some(number) = number(&wire) else {
        return Normalized::failed("`resource.pullRequestId` is missing");
    };
    let containers = context.notification.resource_containers.as_ref();
    let Some(location) = locate(wire.repository.as_ref(), containers, &[wire.url.as_ref()]) else {
        return Normalized::failed(
            "`resource.repository` does not say which repository the pull request is in",
        );
    };
    Normalized {
        events: vec![normalize_pull_request(event_type, &wire, number, &location, context)],
        problem: None,
    }
}

/// The number of the pull request, taken from its REST URL when the field is missing.
pub(super) fn number(wire: &PullRequestResource<'_>) -> Option<u64> {
    wire.pull_request_id.unsigned().or_else(|| RestUrl::parse(wire.url.as_ref()?.as_str())?.pull_request)
}

fn normalize_pull_request(
    event_type: EventType,
    wire: &PullRequestResource<'_>,
    number: u64,
    location: &RepositoryLocation,
    context: &Context<'_>,
) -> Event {
    let status = wire.status.as_ref().map(Text::as_str);
    let is_merged =
        status == Some("completed") && wire.merge_status.as_ref().map(Text::as_str) == Some("succeeded");
    let message = context.notification.message.as_ref().and_then(|message| message.text.as_ref());
    let evidence = Evidence { change: context.change, message: message.map(Text::as_str), status, is_merged };
    let (action, action_source) = action(event_type, evidence);
    let created_by = actor(wire.created_by.as_ref());
    let closed_by = actor(wire.closed_by.as_ref());
    let actor = match action {
        Action::Created => created_by.clone(),
        Action::Completed | Action::Abandoned => closed_by.clone(),
        // Azure DevOps does not name the actor, and a display name in the message is not an identity.
        _ => None,
    };
    let pull_request = PullRequest {
        common: Common {
            integration: context.integration.as_str().to_owned(),
            organization: location.organization.clone(),
            project: location.project.clone(),
            repository: location.repository.clone(),
            actor,
            azure_devops: context.azure_devops(),
        },
        number,
        action,
        action_source,
        status: non_empty(wire.status.as_ref()),
        merge_status: non_empty(wire.merge_status.as_ref()),
        merged: is_merged,
        is_draft: wire.is_draft.0,
        title: non_empty(wire.title.as_ref()),
        description: non_empty(wire.description.as_ref()),
        description_complete: None,
        source: source(wire),
        target: target(wire),
        merge_commit: commit_id(wire.last_merge_commit.as_ref()),
        reviewers: wire.reviewers.iter().flatten().map(reviewer).filter(is_named).collect(),
        created_by,
        closed_by,
        created_at: timestamp::utc(wire.creation_date.as_ref()),
        closed_at: timestamp::utc(wire.closed_date.as_ref()),
        url: url(wire, number, location),
    };
    let (kind, payload) = match event_type {
        EventType::PullRequestCreated => ("pr-created", Payload::PullRequestCreated(pull_request)),
        EventType::PullRequestMerged => ("pr-merged", Payload::PullRequestMerged(pull_request)),
        _ => ("pr-updated", Payload::PullRequestUpdated(pull_request)),
    };
    let parts = [context.integration.as_str(), &location.key, &number.to_string(), &context.event_key()];
    let time = context.created_date();
    context.event(event_id(kind, &parts), location, &subject(number), time, payload)
}

/// The `subject` of events about a pull request, which is also their message group within the repository.
pub(super) fn subject(number: u64) -> String {
    format!("pullrequest/{number}")
}

/// The URL of the pull request in a browser.
pub(super) fn url(
    wire: &PullRequestResource<'_>,
    number: u64,
    location: &RepositoryLocation,
) -> Option<String> {
    let link = || {
        let web = wire.links.as_ref()?.web.as_ref()?.href.as_ref()?;
        plain_url(web.as_str()).map(String::from)
    };
    let web_url = location.repository.web_url.as_ref();
    web_url.map(|repository| format!("{repository}/pullrequest/{number}")).or_else(link)
}

/// The source branch, and the fork when there is one.
pub(super) fn source(wire: &PullRequestResource<'_>) -> PullRequestSource {
    let fork = wire.fork_source.as_ref().map(|fork| {
        let repository = fork.repository.as_ref();
        let project = repository.and_then(|repository| repository.project.as_ref());
        RepositoryReference {
            id: repository.and_then(|repository| guid(repository.id.as_ref())),
            name: repository.and_then(|repository| non_empty(repository.name.as_ref())),
            web_url: locate(repository, None, &[]).and_then(|location| location.repository.web_url),
            project: Project {
                id: project.and_then(|project| guid(project.id.as_ref())),
                name: project.and_then(|project| non_empty(project.name.as_ref())),
            },
        }
    });
    PullRequestSource {
        r#ref: non_empty(wire.source_ref_name.as_ref()),
        commit: commit_id(wire.last_merge_source_commit.as_ref()),
        repository: fork,
    }
}

/// The target branch.
pub(super) fn target(wire: &PullRequestResource<'_>) -> PullRequestTarget {
    PullRequestTarget {
        r#ref: non_empty(wire.target_ref_name.as_ref()),
        commit: commit_id(wire.last_merge_target_commit.as_ref()),
    }
}

fn commit_id(commit: Option<&CommitReference<'_>>) -> Option<String> {
    non_empty(commit?.commit_id.as_ref())
}

fn reviewer(wire: &WireReviewer<'_>) -> Reviewer {
    Reviewer {
        actor: Actor {
            id: non_empty(wire.id.as_ref()),
            display_name: non_empty(wire.display_name.as_ref()),
            unique_name: non_empty(wire.unique_name.as_ref()),
        },
        vote: wire.vote.0.map(vote),
        is_required: wire.is_required.0.unwrap_or(false),
        is_group: wire.is_container.0.unwrap_or(false),
        has_declined: wire.has_declined.0.unwrap_or(false),
    }
}

/// Whether a reviewer has an id or a name. An element without either is left out.
fn is_named(reviewer: &Reviewer) -> bool {
    reviewer.actor != Actor::default()
}

/// The word for a vote. Source: Microsoft's description of the Git API, `IdentityRefWithVote`.
fn vote(number: i64) -> String {
    match number {
        10 => "approved".to_owned(),
        5 => "approved_with_suggestions".to_owned(),
        0 => "none".to_owned(),
        -5 => "waiting_for_author".to_owned(),
        -10 => "rejected".to_owned(),
        unknown => unknown.to_string(),
    }
}
