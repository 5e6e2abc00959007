//! From the event of a push to the messages of its refs.

use std::io;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::aws::{Attributes, Entry, SystemAttributes, text};
use crate::wire::{Actor, GitIdentity, Notification, Project, ProxyEvent, RefUpdate, WireCommit};

/// The `CloudEvents` envelope.
#[derive(Serialize)]
struct Event<'a> {
    specversion: &'static str,
    id: &'a str,
    source: &'a str,
    subject: &'a str,
    #[serde(serialize_with = "in_utc")]
    time: &'a str,
    datacontenttype: &'static str,
    dataschema: &'static str,
    integration: &'a str,
    partitionkey: &'a str,
    r#type: &'static str,
    data: Data<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    integration: &'a str,
    organization: &'a Organization,
    project: &'a Project<'a>,
    repository: &'a Repository<'a>,
    actor: &'a Actor<'a>,
    azure_dev_ops: AzureDevOps<'a>,
    r#ref: &'a str,
    ref_kind: &'static str,
    short_name: &'a str,
    change: &'static str,
    before: Option<&'a str>,
    after: Option<&'a str>,
    is_default_branch: Option<bool>,
    push_id: u64,
    commits: &'a [Commit<'a>],
}

#[derive(Serialize)]
struct Organization {
    name: String,
    url: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Repository<'a> {
    id: &'a str,
    name: &'a str,
    web_url: &'a str,
    https_url: &'a str,
    ssh_url: String,
    api_url: String,
    alternate_urls: [String; 4],
    default_branch: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AzureDevOps<'a> {
    event_type: &'a str,
    event_id: &'a str,
    subscription_id: &'a str,
    notification_id: u64,
    resource_version: &'a str,
    activity_id: Option<&'a str>,
}

#[derive(Serialize)]
struct Commit<'a> {
    id: &'a str,
    message: Option<&'a str>,
    author: &'a GitIdentity<'a>,
    committer: &'a GitIdentity<'a>,
    url: String,
}

/// A notification, and where its repository is.
pub(crate) struct Delivery<'a> {
    event: &'a ProxyEvent<'a>,
    notification: Notification<'a>,
    organization: Organization,
    /// `project/_git/repository`.
    path: &'a str,
    web_url: String,
}

impl<'a> Delivery<'a> {
    pub(crate) fn read(event: &'a ProxyEvent<'a>) -> io::Result<Self> {
        let notification: Notification<'a> = serde_json::from_str(&event.body)?;
        let (_, url) =
            notification.resource.repository.remote_url.split_once("dev.azure.com/").ok_or(NO_URL)?;
        let (organization, path) = url.split_once('/').ok_or(NO_URL)?;
        let name = organization.to_ascii_lowercase();
        let organization = Organization { url: format!("https://dev.azure.com/{name}"), name };
        let web_url = format!("{}/{path}", organization.url);
        Ok(Self { event, notification, organization, path, web_url })
    }

    /// A message for each ref, numbered within batches of ten.
    pub(crate) fn entries(&'a self, trace: &'a str) -> io::Result<Vec<Entry<'a>>> {
        let push = &self.notification.resource;
        let commit = |wire: &'a WireCommit<'a>| Commit {
            id: wire.commit_id,
            message: Some(&*wire.comment).filter(|comment| !comment.is_empty()),
            author: &wire.author,
            committer: &wire.committer,
            url: format!("{}/commit/{}", self.web_url, wire.commit_id),
        };
        let commits: Vec<Commit<'_>> = push.commits.iter().map(commit).collect();
        let repository = self.repository()?;
        let entry = |(number, update)| self.entry(number, update, &repository, &commits, trace);
        push.ref_updates.iter().enumerate().map(entry).collect()
    }

    fn repository(&self) -> io::Result<Repository<'_>> {
        let wire = &self.notification.resource.repository;
        let (path, Organization { name: organization, url }) = (self.path, &self.organization);
        let (project, name) = path.split_once("/_git/").ok_or(NO_URL)?;
        Ok(Repository {
            id: wire.id,
            name: &wire.name,
            web_url: &self.web_url,
            https_url: &self.web_url,
            ssh_url: format!("git@ssh.dev.azure.com:v3/{organization}/{project}/{name}"),
            api_url: format!("{url}/_apis/git/repositories/{}", wire.id),
            alternate_urls: [
                format!("https://{organization}@dev.azure.com/{organization}/{path}"),
                format!("https://{organization}.visualstudio.com/{path}"),
                format!("https://{organization}.visualstudio.com/DefaultCollection/{path}"),
                format!("{organization}@vs-ssh.visualstudio.com:v3/{organization}/{project}/{name}"),
            ],
            default_branch: wire.default_branch,
        })
    }

    fn entry(
        &'a self,
        number: usize,
        update: &'a RefUpdate<'a>,
        repository: &Repository<'_>,
        commits: &[Commit<'_>],
        trace: &'a str,
    ) -> io::Result<Entry<'a>> {
        let Notification { resource: push, .. } = &self.notification;
        let (name, integration) = (&*update.name, self.event.path_parameters.integration);
        let id = event_id([integration, repository.id, &push.push_id.to_string(), name]);
        let group = format!("{}:{name}", repository.id);
        let (ref_kind, short_name) = match (name.strip_prefix("refs/heads/"), name.strip_prefix("refs/tags/"))
        {
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
        let event = Event {
            specversion: "1.0",
            id: &id,
            source: &self.web_url,
            subject: name,
            time: push.date,
            datacontenttype: "application/json",
            dataschema: "urn:hookpost:schema:push:1",
            integration,
            partitionkey: &group,
            r#type: TYPE,
            data: Data {
                integration,
                organization: &self.organization,
                project: &push.repository.project,
                repository,
                actor: &push.pushed_by,
                azure_dev_ops: self.azure_devops(),
                r#ref: name,
                ref_kind,
                short_name,
                change,
                before,
                after,
                is_default_branch: repository.default_branch.map(|branch| branch == name),
                push_id: push.push_id,
                commits,
            },
        };
        Ok(Entry {
            id: (number % 10).to_string(),
            message_body: serde_json::to_string(&event)?,
            message_attributes: Attributes {
                r#type: text(TYPE),
                integration: text(integration),
                organization: text(&self.organization.name),
                project: text(&push.repository.project.name),
                repository: text(&push.repository.name),
                r#ref: text(name),
                action: text(change),
                content_type: text("application/cloudevents+json; charset=utf-8"),
            },
            message_group_id: group,
            message_deduplication_id: id,
            message_system_attributes: SystemAttributes { trace_header: text(trace) },
        })
    }

    fn azure_devops(&self) -> AzureDevOps<'_> {
        let notification = &self.notification;
        AzureDevOps {
            event_type: notification.event_type,
            event_id: notification.id,
            subscription_id: notification.subscription_id,
            notification_id: notification.notification_id,
            resource_version: notification.resource_version,
            activity_id: self.event.headers.activity_id,
        }
    }
}

/// A digest of the parts, each behind its length.
fn event_id(parts: [&str; 4]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    format!("push-{}", hex::encode(&hasher.finalize()[..16]))
}

/// A timestamp in UTC without zeros at the end of its fraction.
pub(crate) fn in_utc<S: serde::Serializer>(date: &str, serializer: S) -> Result<S::Ok, S::Error> {
    match date.strip_suffix('Z') {
        Some(digits) if digits.contains('.') && digits.ends_with('0') => {
            serializer.collect_str(&format_args!("{}Z", digits.trim_end_matches('0').trim_end_matches('.')))
        }
        _ => serializer.serialize_str(date),
    }
}

const TYPE: &str = "com.azure.dev.git.push";
const NO_URL: io::ErrorKind = io::ErrorKind::InvalidData;
