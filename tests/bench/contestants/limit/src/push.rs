//! Pushes: one message for each ref.

use std::collections::HashSet;
use std::io;

use serde::Serialize;

use crate::event::{Actor, AzureDevOps, Event, Message, Particulars, event_id, filled, group, utc};
use crate::place::{Organization, Place, Project, Repository};
use crate::wire::{Notification, ProxyEvent, Push, RefUpdate, Signature};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    integration: &'a str,
    organization: &'a Organization,
    project: Project<'a>,
    repository: &'a Repository<'a>,
    actor: Actor<'a>,
    #[serde(rename = "azureDevOps")]
    azure_devops: AzureDevOps<'a>,
    r#ref: &'a str,
    ref_kind: &'static str,
    short_name: &'a str,
    change: &'static str,
    before: Option<&'a str>,
    after: Option<&'a str>,
    is_default_branch: Option<bool>,
    push_id: u64,
    commits: &'a [Commit<'a>],
    #[serde(skip_serializing_if = "Option::is_none")]
    commits_complete: Option<bool>,
}

#[derive(Serialize)]
struct Commit<'a> {
    id: &'a str,
    message: Option<&'a str>,
    author: GitIdentity<'a>,
    committer: GitIdentity<'a>,
    url: String,
}

#[derive(Serialize)]
struct GitIdentity<'a> {
    name: &'a str,
    email: &'a str,
    date: Option<std::borrow::Cow<'a, str>>,
}

impl<'a> GitIdentity<'a> {
    fn of(signature: &'a Signature<'a>) -> Self {
        Self { name: &signature.name, email: signature.email, date: utc(signature.date) }
    }
}

pub(crate) fn messages(event: &ProxyEvent<'_>) -> io::Result<Vec<Message>> {
    let notification: Notification<'_, Push<'_>> = serde_json::from_str(&event.body)?;
    let push = &notification.resource;
    let place = Place::of(&push.repository).ok_or(io::ErrorKind::InvalidData)?;
    let commits: Vec<Commit<'_>> = push
        .commits
        .iter()
        .map(|commit| Commit {
            id: commit.commit_id,
            message: filled(&commit.comment),
            author: GitIdentity::of(&commit.author),
            committer: GitIdentity::of(&commit.committer),
            url: format!("{}/commit/{}", place.repository.web_url, commit.commit_id),
        })
        .collect();
    let holders = Holders::of(push);
    push.ref_updates
        .iter()
        .map(|update| {
            let commits = if holders.holds(update.new_object_id) { commits.as_slice() } else { &[] };
            message(event, &notification, &place, update, &commits[..commits.len().min(holders.share)])
        })
        .collect()
}

/// Which refs get the commits: those that end at one of them, or all.
struct Holders<'a> {
    ids: Option<HashSet<&'a str>>,
    share: usize,
}

impl<'a> Holders<'a> {
    fn of(push: &'a Push<'a>) -> Self {
        let refs = push.ref_updates.len();
        if refs == 1 {
            return Self { ids: None, share: usize::MAX };
        }
        let ids: HashSet<&str> = push.commits.iter().map(|commit| commit.commit_id).collect();
        let holders = push.ref_updates.iter().filter(|update| ids.contains(update.new_object_id)).count();
        let sharing = if holders == 0 { refs } else { holders };
        Self {
            ids: (holders > 0).then_some(ids),
            share: if sharing > 1 { 5000 / sharing } else { usize::MAX },
        }
    }

    fn holds(&self, id: &str) -> bool {
        self.ids.as_ref().is_none_or(|ids| ids.contains(id))
    }
}

fn message(
    event: &ProxyEvent<'_>,
    notification: &Notification<'_, Push<'_>>,
    place: &Place<'_>,
    update: &RefUpdate<'_>,
    commits: &[Commit<'_>],
) -> io::Result<Message> {
    let push = &notification.resource;
    let integration = event.path_parameters.integration;
    let name: &str = &update.name;
    let id = event_id("push", [integration, place.repository.id, &push.push_id.to_string(), name]);
    let (ref_kind, short_name) = match (name.strip_prefix("refs/heads/"), name.strip_prefix("refs/tags/")) {
        (Some(short), _) => ("branch", short),
        (_, Some(short)) => ("tag", short),
        _ => ("other", name.strip_prefix("refs/").unwrap_or(name)),
    };
    let some = |id| Some(id).filter(|id: &&str| id.bytes().any(|byte| byte != b'0'));
    let (before, after) = (some(update.old_object_id), some(update.new_object_id));
    let change = match (before, after) {
        (None, _) => "created",
        (_, None) => "deleted",
        _ => "updated",
    };
    let particulars = Particulars { r#type: "com.azure.dev.git.push", r#ref: name, action: change };
    let group = group(place.repository.id, name);
    let mut message = Message::new(id, group, integration, place, &particulars);
    let mut kept = commits.len();
    loop {
        message.body = serde_json::to_string(&Event {
            specversion: "1.0",
            id: &message.id,
            source: &place.repository.web_url,
            subject: name,
            time: &utc(push.date).unwrap_or_default(),
            datacontenttype: "application/json",
            dataschema: "urn:hookpost:schema:push:1",
            integration,
            partitionkey: &message.group,
            r#type: particulars.r#type,
            data: Data {
                integration,
                organization: &place.organization,
                project: place.project,
                repository: &place.repository,
                actor: Actor::of(&push.pushed_by),
                azure_devops: AzureDevOps::of(notification, event),
                r#ref: name,
                ref_kind,
                short_name,
                change,
                before,
                after,
                is_default_branch: place.repository.default_branch.map(|branch| branch == name),
                push_id: push.push_id,
                commits: &commits[..kept],
                commits_complete: (kept < push.commits.len() && !commits.is_empty()).then_some(false),
            },
        })?;
        let Some(excess) = message.size().checked_sub(MESSAGE_BYTES_MAX).filter(|excess| *excess > 0) else {
            return Ok(message);
        };
        kept = fewer(commits, kept, excess)?;
    }
}

/// How many commits are left when so many bytes of them are taken, the oldest first.
fn fewer(commits: &[Commit<'_>], mut kept: usize, excess: usize) -> io::Result<usize> {
    let mut taken = 0;
    while taken < excess + 32 && kept > 0 {
        kept -= 1;
        taken += serde_json::to_string(&commits[kept])?.len() + 1;
    }
    Ok(kept)
}

const MESSAGE_BYTES_MAX: usize = 256 * 1024;
