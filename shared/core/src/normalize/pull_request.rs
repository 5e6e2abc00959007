//! Converts pull request deliveries: created, updated and merged.

use hookpost_events::{
    Action, Actor, CompletionOptions, Event, Payload, PullRequest, PullRequestSource, PullRequestTarget,
    RepositoryReference, Reviewer,
};
use jiff::SignedDuration;
use serde_json::value::RawValue;

use crate::normalize::Normalized;
use crate::normalize::action::{ANY, ChangeIndicators, action};
use crate::normalize::address::has_password;
use crate::normalize::context::DeliveryContext;
use crate::normalize::fields::{actor, id, non_empty};
use crate::normalize::id::event_id;
use crate::normalize::location_sources::FallbackSources;
use crate::normalize::repository::{RepositoryLocation, locate};
use crate::normalize::rest_url::RestUrl;
use crate::payload::EventType;
use crate::payload::lenient::scalar::LenientText;
use crate::payload::parse::parse_resource;
use crate::payload::pull_request::{
    CommitReference, PullRequestResource, WireCompletionOptions, WireReviewer,
};
use crate::payload::timestamp;

pub(super) fn normalize(
    event_type: EventType,
    resource: &RawValue,
    context: &DeliveryContext<'_>,
) -> Normalized<'static> {
    let wire: PullRequestResource<'_> = match parse_resource(resource) {
        Ok(wire) => wire,
        Err(body) => return body.into(),
    };
    let Some(number) = number(&wire) else {
        return Normalized::failed("`resource.pullRequestId` is missing");
    };
    // A delivery of minimal details has the URL and the number. An event of it would state what nobody said.
    if wire.status.as_ref().is_none_or(|status| status.as_str().is_empty()) {
        return Normalized::failed(
            "`resource.status` is missing: set the subscription's resource details to send to `All`",
        );
    }
    let indicators = indicators(&wire, context);
    if event_type == EventType::PullRequestUpdated && indicators.is_told_elsewhere() {
        return Normalized::DeliveredElsewhere;
    }
    let containers = context.notification.resource_containers.as_ref();
    let rest_urls = &[wire.url.as_ref()];
    let fallbacks = FallbackSources { containers, rest_urls, organization_url: None };
    let Some(location) = locate(wire.repository.as_ref(), fallbacks) else {
        return Normalized::failed(
            "`resource.repository` does not say which repository the pull request is in",
        );
    };
    Normalized::event(normalize_pull_request(event_type, indicators, &wire, number, location, context))
}

/// The number of the pull request, taken from its REST URL when the field is missing.
pub(super) fn number(wire: &PullRequestResource<'_>) -> Option<u64> {
    wire.pull_request_id.unsigned().or_else(|| RestUrl::parse(wire.url.as_ref()?.as_str())?.pull_request)
}

fn normalize_pull_request(
    event_type: EventType,
    indicators: ChangeIndicators<'_>,
    wire: &PullRequestResource<'_>,
    number: u64,
    location: RepositoryLocation,
    context: &DeliveryContext<'_>,
) -> Event {
    let is_merged = indicators.is_merged;
    let is_exact = event_type != EventType::PullRequestUpdated || indicators.is_filtered();
    let (action, action_source) = action(event_type, indicators);
    let created_by = actor(wire.created_by.as_ref());
    let closed_by = actor(wire.closed_by.as_ref());
    let actor = match action {
        Action::Created => created_by.clone(),
        Action::Completed | Action::Abandoned => closed_by.clone(),
        // Azure DevOps does not name the actor, and a display name in the message is not an identity.
        _ => None,
    };
    let parts = [context.integration.as_str(), &location.key, &number.to_string(), &context.event_key(), ANY];
    let id = event_id(kind(event_type), if is_exact { &parts[..4] } else { &parts });
    let (source, group) = (location.source().to_owned(), location.key.clone());
    let pull_request = PullRequest {
        source: self::source(wire, &location),
        target: target(wire),
        url: url(wire, number, &location),
        common: context.common(location, actor),
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
        completion_options: wire.completion_options.as_ref().and_then(completion_options),
        auto_complete_set_by: self::actor(wire.auto_complete_set_by.as_ref()),
        completion_queued_at: timestamp::utc(wire.completion_queue_time.as_ref()),
        merge_commit: merge_commit(wire),
        reviewers: reviewers(wire),
        created_by,
        closed_by,
        created_at: timestamp::utc(wire.creation_date.as_ref()),
        closed_at: timestamp::utc(wire.closed_date.as_ref()),
    };
    let payload = match event_type {
        EventType::PullRequestCreated => Payload::PullRequestCreated(pull_request),
        EventType::PullRequestMerged => Payload::PullRequestMerged(pull_request),
        _ => Payload::PullRequestUpdated(pull_request),
    };
    context.event(id, source, &group, &subject(number), context.created_date(), payload)
}

/// What a delivery says about its change.
fn indicators<'a>(
    wire: &'a PullRequestResource<'_>,
    context: &'a DeliveryContext<'_>,
) -> ChangeIndicators<'a> {
    let status = wire.status.as_ref().map(LenientText::as_str);
    let merge_status = wire.merge_status.as_ref().map(LenientText::as_str);
    let message = context.notification.message.as_ref().and_then(|message| message.text.as_ref());
    ChangeIndicators {
        change: context.change,
        message: message.map(LenientText::as_str).filter(|message| !message.is_empty()),
        status,
        is_merged: status == Some("completed") && merge_status == Some("succeeded"),
        was_closed_before: was_closed_before(wire, context),
    }
}

/// Longest time between closing a pull request and the creation of the event about it.
const CLOSING_DELAY_MAX: SignedDuration = SignedDuration::from_secs(60);

/// Whether the pull request was closed so long before the event that the event is about something else.
fn was_closed_before(wire: &PullRequestResource<'_>, context: &DeliveryContext<'_>) -> bool {
    let instant = |date: &Option<LenientText<'_>>| timestamp::instant(date.as_ref()?.as_str());
    let (closed, created) = (instant(&wire.closed_date), instant(&context.notification.created_date));
    closed.zip(created).is_some_and(|(closed, created)| created.duration_since(closed) > CLOSING_DELAY_MAX)
}

/// The kind of event in an id.
fn kind(event_type: EventType) -> &'static str {
    match event_type {
        EventType::PullRequestCreated => "pr-created",
        EventType::PullRequestMerged => "pr-merged",
        _ => "pr-updated",
    }
}

/// The `subject` of events about a pull request, which is also their message group within the repository.
pub(super) fn subject(number: u64) -> String {
    format!("pullrequest/{number}")
}

/// The URL of the pull request in a browser: as it was sent, since tools find a pull request by this text, else built.
pub(super) fn url(
    wire: &PullRequestResource<'_>,
    number: u64,
    location: &RepositoryLocation,
) -> Option<String> {
    let link = || wire.links.as_ref()?.web.as_ref()?.href.as_ref().map(LenientText::as_str);
    let is_web = |url: &&str| url.starts_with("https://") || url.starts_with("http://");
    let built = || Some(format!("{}/pullrequest/{number}", location.repository.web_url.as_ref()?));
    link().filter(is_web).filter(|url| !has_password(url)).map(str::to_owned).or_else(built)
}

/// The source branch, and the fork when there is one.
pub(super) fn source(wire: &PullRequestResource<'_>, target: &RepositoryLocation) -> PullRequestSource {
    let fork = wire.fork_source.as_ref().map(|fork| {
        // The fork is in the same organization. The containers of the delivery have the project of the target.
        let organization_url = target.organization.url.as_deref();
        let fallbacks = FallbackSources { organization_url, ..FallbackSources::default() };
        let location = locate(fork.repository.as_ref(), fallbacks);
        location.map_or_else(RepositoryReference::default, |location| RepositoryReference {
            id: location.repository.id,
            name: location.repository.name,
            web_url: location.repository.web_url,
            project: location.project,
        })
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

/// The commit of the last merge.
pub(super) fn merge_commit(wire: &PullRequestResource<'_>) -> Option<String> {
    commit_id(wire.last_merge_commit.as_ref())
}

/// The reviewers and their votes.
pub(super) fn reviewers(wire: &PullRequestResource<'_>) -> Vec<Reviewer> {
    wire.reviewers.iter().flatten().map(reviewer).filter(is_named).collect()
}

/// The completion options; `None` when none of them is known.
fn completion_options(wire: &WireCompletionOptions<'_>) -> Option<CompletionOptions> {
    let squash = || wire.squash_merge.0.unwrap_or(false).then(|| "squash".to_owned());
    let options = CompletionOptions {
        merge_strategy: non_empty(wire.merge_strategy.as_ref()).or_else(squash),
        delete_source_branch: wire.delete_source_branch.0,
    };
    (options != CompletionOptions::default()).then_some(options)
}

fn commit_id(commit: Option<&CommitReference<'_>>) -> Option<String> {
    non_empty(commit?.commit_id.as_ref())
}

fn reviewer(wire: &WireReviewer<'_>) -> Reviewer {
    Reviewer {
        actor: Actor {
            id: id(wire.id.as_ref()),
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
