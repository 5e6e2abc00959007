//! Converts comments on pull requests, in both resource versions.

use hookpost_events::{
    Comment, CommentChange, Payload, PullRequestBrief, PullRequestComment, PullRequestSource,
    PullRequestTarget,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::value::RawValue;

use crate::normalize::context::DeliveryContext;
use crate::normalize::fields::{actor, non_empty};
use crate::normalize::id::event_id;
use crate::normalize::location_sources::FallbackSources;
use crate::normalize::repository::locate;
use crate::normalize::rest_url::RestUrl;
use crate::normalize::{Normalized, pull_request};
use crate::payload::comment::{CommentResource, WireComment};
use crate::payload::git::Href;
use crate::payload::lenient::scalar::LenientText;
use crate::payload::parse::parse_resource;
use crate::payload::pull_request::PullRequestResource;
use crate::payload::timestamp;

pub(super) fn normalize(resource: &RawValue, context: &DeliveryContext<'_>) -> Normalized<'static> {
    let wire: CommentResource<'_> = match parse_resource(resource) {
        Ok(wire) => wire,
        Err(body) => return body.into(),
    };
    match wire.comment {
        Some(comment) => normalize_comment(&comment, wire.pull_request.as_ref(), context),
        None => match parse_resource::<WireComment<'_>>(resource) {
            Ok(comment) => normalize_comment(&comment, None, context),
            Err(body) => body.into(),
        },
    }
}

fn normalize_comment(
    comment: &WireComment<'_>,
    pull_request: Option<&PullRequestResource<'_>>,
    context: &DeliveryContext<'_>,
) -> Normalized<'static> {
    // The repository link comes last: in samples its host is an internal one.
    let links = comment.links.as_ref().map_or([None; 4], |links| {
        [&links.this, &links.threads, &links.pull_requests, &links.repository].map(|link| href(link.as_ref()))
    });
    let rest: Vec<RestUrl<'_>> =
        links.iter().flatten().filter_map(|text| RestUrl::parse(text.as_str())).collect();
    let number = pull_request
        .and_then(pull_request::number)
        .or_else(|| rest.iter().find_map(|rest| rest.pull_request));
    let Some(number) = number else {
        return Normalized::failed(
            "`resource.pullRequest` is missing: set the subscription's resource version to 2.0",
        );
    };
    let Some(change) = change(comment) else {
        return Normalized::failed(
            "`resource.comment.publishedDate` is missing: set the subscription's resource details to send to `All`",
        );
    };
    let rest_urls = [pull_request.and_then(|p| p.url.as_ref()), links[0], links[1], links[2], links[3]];
    let containers = context.notification.resource_containers.as_ref();
    let repository = pull_request.and_then(|pull_request| pull_request.repository.as_ref());
    let fallbacks = FallbackSources { containers, rest_urls: &rest_urls, organization_url: None };
    let Some(location) = locate(repository, fallbacks) else {
        return Normalized::failed("nothing in `resource` says which repository the comment is in");
    };

    let parts = [context.integration.as_str(), &location.key, &number.to_string(), &context.event_key()];
    let id = event_id("pr-commented", &parts);
    let (source, group) = (location.source().to_owned(), location.key.clone());
    let author = actor(comment.author.as_ref());
    let brief = PullRequestBrief {
        number,
        status: pull_request.and_then(|p| non_empty(p.status.as_ref())),
        is_draft: pull_request.and_then(|p| p.is_draft.0),
        title: pull_request.and_then(|p| non_empty(p.title.as_ref())),
        source: pull_request.map_or_else(PullRequestSource::default, |pull_request| {
            pull_request::source(pull_request, &location)
        }),
        target: pull_request.map_or_else(PullRequestTarget::default, pull_request::target),
        merge_status: pull_request.and_then(|p| non_empty(p.merge_status.as_ref())),
        merge_commit: pull_request.and_then(pull_request::merge_commit),
        reviewers: pull_request.map(pull_request::reviewers).unwrap_or_default(),
        created_by: pull_request.and_then(|p| actor(p.created_by.as_ref())),
        url: pull_request::url(pull_request.unwrap_or(&PullRequestResource::default()), number, &location),
    };
    let payload = Payload::PullRequestCommented(PullRequestComment {
        common: context.common(location, author.clone()),
        pull_request: brief,
        comment: Comment {
            id: comment.id.unsigned(),
            thread_id: rest.iter().find_map(|rest| rest.thread),
            parent_id: comment.parent_comment_id.unsigned().filter(|id| *id != 0),
            author,
            text: non_empty(comment.content.as_ref()),
            text_complete: None,
            kind: non_empty(comment.comment_type.as_ref()),
            change,
            published_at: timestamp::utc(comment.published_date.as_ref()),
            updated_at: timestamp::utc(comment.last_updated_date.as_ref()),
            content_updated_at: timestamp::utc(comment.last_content_updated_date.as_ref()),
        },
    });
    let subject = pull_request::subject(number);
    Normalized::event(context.event(id, source, &group, &subject, context.created_date(), payload))
}

/// Shortest time between two dates of a comment that means a change. Azure DevOps takes the dates of one change a few
/// milliseconds apart.
const CHANGE_MIN: SignedDuration = SignedDuration::from_secs(1);

/// What happened to the comment; `None` when the delivery does not say. The event type is the same for every change.
fn change(comment: &WireComment<'_>) -> Option<CommentChange> {
    if comment.is_deleted.0 == Some(true) {
        return Some(CommentChange::Deleted);
    }
    let instant = |date: &Option<LenientText<'_>>| timestamp::instant(date.as_ref()?.as_str());
    let published = instant(&comment.published_date)?;
    let is_later =
        |date: Option<Timestamp>| date.is_some_and(|date| date.duration_since(published) >= CHANGE_MIN);
    let updated = instant(&comment.last_updated_date);
    // Servers do not send the date of the content.
    let content_updated = instant(&comment.last_content_updated_date).or(updated);
    Some(if is_later(content_updated) {
        CommentChange::Edited
    } else if is_later(updated) {
        CommentChange::Updated
    } else {
        CommentChange::Created
    })
}

fn href<'a>(link: Option<&'a Href<'_>>) -> Option<&'a LenientText<'a>> {
    link?.href.as_ref()
}
