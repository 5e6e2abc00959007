//! Pull requests.

use std::borrow::Cow;
use std::io;

use serde::Serialize;

use crate::event::{Actor, AzureDevOps, Event, Message, Particulars, event_id, filled, group, utc};
use crate::place::{Organization, Place, Project, Repository};
use crate::wire::{CommitReference, Notification, ProxyEvent, PullRequest};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    integration: &'a str,
    organization: &'a Organization,
    project: Project<'a>,
    repository: &'a Repository<'a>,
    actor: Option<Actor<'a>>,
    #[serde(rename = "azureDevOps")]
    azure_devops: AzureDevOps<'a>,
    number: u64,
    action: &'static str,
    action_source: &'static str,
    status: &'a str,
    merge_status: Option<&'a str>,
    merged: bool,
    is_draft: Option<bool>,
    title: &'a str,
    description: Option<&'a str>,
    source: Source<'a>,
    target: Target<'a>,
    merge_commit: Option<&'a str>,
    reviewers: Vec<Reviewer<'a>>,
    created_by: Actor<'a>,
    closed_by: Option<Actor<'a>>,
    created_at: Option<Cow<'a, str>>,
    closed_at: Option<Cow<'a, str>>,
    url: String,
}

#[derive(Serialize)]
struct Source<'a> {
    r#ref: &'a str,
    commit: Option<&'a str>,
    /// Forks are not known here.
    repository: (),
}

#[derive(Serialize)]
struct Target<'a> {
    r#ref: &'a str,
    commit: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reviewer<'a> {
    id: &'a str,
    display_name: &'a str,
    unique_name: &'a str,
    vote: Cow<'static, str>,
    is_required: bool,
    is_group: bool,
    has_declined: bool,
}

pub(crate) fn messages(event: &ProxyEvent<'_>) -> io::Result<Vec<Message>> {
    let notification: Notification<'_, PullRequest<'_>> = serde_json::from_str(&event.body)?;
    let it = &notification.resource;
    let place = Place::of(&it.repository).ok_or(io::ErrorKind::InvalidData)?;
    let integration = event.path_parameters.integration;
    let merged = it.status == "completed" && it.merge_status == Some("succeeded");
    let (kind, r#type, action, action_source) = match (notification.event_type, it.status) {
        ("git.pullrequest.created", _) => ("pr-created", CREATED, "created", "event"),
        ("git.pullrequest.merged", _) if merged => ("pr-merged", MERGED, "completed", "event"),
        ("git.pullrequest.merged", _) => ("pr-merged", MERGED, "merge_attempted", "event"),
        (_, "completed") => ("pr-updated", UPDATED, "completed", "state"),
        (_, "abandoned") => ("pr-updated", UPDATED, "abandoned", "state"),
        _ => ("pr-updated", UPDATED, "updated", "unknown"),
    };
    let number = it.pull_request_id.to_string();
    let subject = format!("pullrequest/{number}");
    let id = event_id(kind, [integration, it.repository.id, &number, notification.id]);
    let closed_by = || it.closed_by.as_ref().map(Actor::of);
    let particulars = Particulars { r#type, r#ref: &it.target_ref_name, action };
    let group = group(it.repository.id, &subject);
    let mut message = Message::new(id, group, integration, &place, &particulars);
    message.body = serde_json::to_string(&Event {
        specversion: "1.0",
        id: &message.id,
        source: &place.repository.web_url,
        subject: &subject,
        time: &utc(notification.created_date).unwrap_or_default(),
        datacontenttype: "application/json",
        dataschema: "urn:hookpost:schema:pull-request:1",
        integration,
        partitionkey: &message.group,
        r#type,
        data: Data {
            integration,
            organization: &place.organization,
            project: place.project,
            repository: &place.repository,
            actor: match action {
                "created" => Some(Actor::of(&it.created_by)),
                "completed" | "abandoned" => closed_by(),
                _ => None,
            },
            azure_devops: AzureDevOps::of(&notification, event),
            number: it.pull_request_id,
            action,
            action_source,
            status: it.status,
            merge_status: it.merge_status,
            merged,
            is_draft: it.is_draft,
            title: &it.title,
            description: filled(&it.description),
            source: Source {
                r#ref: &it.source_ref_name,
                commit: commit(it.last_merge_source_commit.as_ref()),
                repository: (),
            },
            target: Target {
                r#ref: &it.target_ref_name,
                commit: commit(it.last_merge_target_commit.as_ref()),
            },
            merge_commit: commit(it.last_merge_commit.as_ref()),
            reviewers: reviewers(it),
            created_by: Actor::of(&it.created_by),
            closed_by: closed_by(),
            created_at: utc(it.creation_date),
            closed_at: it.closed_date.and_then(utc),
            url: format!("{}/pullrequest/{number}", place.repository.web_url),
        },
    })?;
    Ok(vec![message])
}

fn commit<'a>(reference: Option<&CommitReference<'a>>) -> Option<&'a str> {
    reference.map(|reference| reference.commit_id)
}

fn reviewers<'a>(it: &'a PullRequest<'a>) -> Vec<Reviewer<'a>> {
    let reviewers = it.reviewers.iter().map(|reviewer| Reviewer {
        id: reviewer.id,
        display_name: &reviewer.display_name,
        unique_name: &reviewer.unique_name,
        vote: vote(reviewer.vote),
        is_required: reviewer.is_required,
        is_group: reviewer.is_container,
        has_declined: reviewer.has_declined,
    });
    reviewers.collect()
}

fn vote(number: i64) -> Cow<'static, str> {
    match number {
        10 => "approved".into(),
        5 => "approved_with_suggestions".into(),
        0 => "none".into(),
        -5 => "waiting_for_author".into(),
        -10 => "rejected".into(),
        other => other.to_string().into(),
    }
}

const CREATED: &str = "com.azure.dev.git.pullrequest.created";
const MERGED: &str = "com.azure.dev.git.pullrequest.merged";
const UPDATED: &str = "com.azure.dev.git.pullrequest.updated";
