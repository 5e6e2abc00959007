//! Pull requests: opened, changed, merged, closed.

use hookpost_events::{
    Common, Event, Payload, Project, PullRequest, PullRequestSource, PullRequestTarget, RepositoryReference,
    Reviewer,
};
use serde_json::value::RawValue;

use crate::normalize::Normalized;
use crate::normalize::action::{Evidence, action};
use crate::normalize::context::Context;
use crate::normalize::id::event_id;
use crate::normalize::people::{actor, guid, owned};
use crate::normalize::repository::{Located, locate};
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
        return Normalized::nothing_but("`resource.pullRequestId` is missing");
    };
    let containers = context.notification.resource_containers.as_ref();
    let Some(located) = locate(wire.repository.as_ref(), containers, &[wire.url.as_ref()]) else {
        return Normalized::nothing_but(
            "`resource.repository` does not say which repository the pull request is in",
        );
    };
    Normalized { events: vec![event(event_type, &wire, number, &located, context)], defect: None }
}

/// The number, also where only the REST URL has it.
pub(super) fn number(wire: &PullRequestResource<'_>) -> Option<u64> {
    wire.pull_request_id.unsigned().or_else(|| RestUrl::parse(wire.url.as_ref()?.as_str())?.pull_request)
}

fn event(
    event_type: EventType,
    wire: &PullRequestResource<'_>,
    number: u64,
    located: &Located,
    context: &Context<'_>,
) -> Event {
    let status = wire.status.as_ref().map(Text::as_str);
    let merged =
        status == Some("completed") && wire.merge_status.as_ref().map(Text::as_str) == Some("succeeded");
    let message = context.notification.message.as_ref().and_then(|message| message.text.as_ref());
    let evidence = Evidence { change: context.change, message: message.map(Text::as_str), status, merged };
    let (action, action_source) = action(event_type, evidence);
    let created_by = actor(wire.created_by.as_ref());
    let closed_by = actor(wire.closed_by.as_ref());
    let acting = match action {
        hookpost_events::Action::Created => created_by.clone(),
        hookpost_events::Action::Completed | hookpost_events::Action::Abandoned => closed_by.clone(),
        // Azure DevOps does not say who, and a display name out of the message is no identity.
        _ => None,
    };
    let pull_request = PullRequest {
        common: Common {
            integration: context.integration.as_str().to_owned(),
            organization: located.organization.clone(),
            project: located.project.clone(),
            repository: located.repository.clone(),
            actor: acting,
            azure_devops: context.azure_devops(),
        },
        number,
        action,
        action_source,
        status: owned(wire.status.as_ref()),
        merge_status: owned(wire.merge_status.as_ref()),
        merged,
        is_draft: wire.is_draft.0,
        title: owned(wire.title.as_ref()),
        description: owned(wire.description.as_ref()),
        description_complete: None,
        source: source(wire),
        target: target(wire),
        merge_commit: commit_id(wire.last_merge_commit.as_ref()),
        reviewers: wire.reviewers.iter().flatten().map(reviewer).filter(is_somebody).collect(),
        created_by,
        closed_by,
        created_at: timestamp::utc(wire.creation_date.as_ref()),
        closed_at: timestamp::utc(wire.closed_date.as_ref()),
        url: url(wire, number, located),
    };
    let (kind, payload) = match event_type {
        EventType::PullRequestCreated => ("pr-created", Payload::PullRequestCreated(pull_request)),
        EventType::PullRequestMerged => ("pr-merged", Payload::PullRequestMerged(pull_request)),
        _ => ("pr-updated", Payload::PullRequestUpdated(pull_request)),
    };
    let parts = [context.integration.as_str(), &located.key, &number.to_string(), &context.event_key()];
    let happened = context.created_date();
    context.event(event_id(kind, &parts), located, &subject(number), happened, payload)
}

/// The `subject` of everything about a pull request, and its message group within the repository.
pub(super) fn subject(number: u64) -> String {
    format!("pullrequest/{number}")
}

/// Where a browser finds it.
pub(super) fn url(wire: &PullRequestResource<'_>, number: u64, located: &Located) -> Option<String> {
    let linked = || {
        let web = wire.links.as_ref()?.web.as_ref()?.href.as_ref()?;
        plain_url(web.as_str()).map(String::from)
    };
    let web_url = located.repository.web_url.as_ref();
    web_url.map(|repository| format!("{repository}/pullrequest/{number}")).or_else(linked)
}

pub(super) fn source(wire: &PullRequestResource<'_>) -> PullRequestSource {
    let fork = wire.fork_source.as_ref().map(|fork| {
        let repository = fork.repository.as_ref();
        let project = repository.and_then(|repository| repository.project.as_ref());
        RepositoryReference {
            id: repository.and_then(|repository| guid(repository.id.as_ref())),
            name: repository.and_then(|repository| owned(repository.name.as_ref())),
            web_url: locate(repository, None, &[]).and_then(|located| located.repository.web_url),
            project: Project {
                id: project.and_then(|project| guid(project.id.as_ref())),
                name: project.and_then(|project| owned(project.name.as_ref())),
            },
        }
    });
    PullRequestSource {
        r#ref: owned(wire.source_ref_name.as_ref()),
        commit: commit_id(wire.last_merge_source_commit.as_ref()),
        repository: fork,
    }
}

pub(super) fn target(wire: &PullRequestResource<'_>) -> PullRequestTarget {
    PullRequestTarget {
        r#ref: owned(wire.target_ref_name.as_ref()),
        commit: commit_id(wire.last_merge_target_commit.as_ref()),
    }
}

fn commit_id(commit: Option<&CommitReference<'_>>) -> Option<String> {
    owned(commit?.commit_id.as_ref())
}

fn reviewer(wire: &WireReviewer<'_>) -> Reviewer {
    Reviewer {
        actor: hookpost_events::Actor {
            id: owned(wire.id.as_ref()),
            display_name: owned(wire.display_name.as_ref()),
            unique_name: owned(wire.unique_name.as_ref()),
        },
        vote: wire.vote.0.map(vote),
        is_required: wire.is_required.0.unwrap_or(false),
        is_group: wire.is_container.0.unwrap_or(false),
        has_declined: wire.has_declined.0.unwrap_or(false),
    }
}

/// What stands in the list and names nobody tells nothing.
fn is_somebody(reviewer: &Reviewer) -> bool {
    reviewer.actor != hookpost_events::Actor::default()
}

/// Source: Microsoft's description of the Git API, `IdentityRefWithVote`.
fn vote(number: i64) -> String {
    match number {
        10 => "approved".to_owned(),
        5 => "approved_with_suggestions".to_owned(),
        0 => "none".to_owned(),
        -5 => "waiting_for_author".to_owned(),
        -10 => "rejected".to_owned(),
        other => other.to_string(),
    }
}
