//! From the event of a push to the messages of its refs.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use crate::Result;
use crate::wire::{Envelope, GitIdentity, ProxyEvent, RefUpdate};

/// A message of a batch.
pub(crate) struct Message {
    pub(crate) id: String,
    /// As JSON.
    pub(crate) entry: String,
}

struct Delivery<'a> {
    event: &'a ProxyEvent<'a>,
    trace: &'a str,
    notification: Envelope<'a>,
    organization: String,
    /// The organization's name as it was sent.
    display_name: &'a str,
    /// `project/_git/repository`.
    path: &'a str,
    web_url: String,
}

/// A message for each ref, numbered within batches of ten.
pub(crate) fn messages(event: &ProxyEvent<'_>, trace: &str) -> Result<Vec<Message>> {
    let notification: Envelope<'_> = serde_json::from_str(&event.body)?;
    let url = notification.resource.repository.remote_url.split_once("dev.azure.com/");
    let (display_name, path) = url.and_then(|(_, url)| url.split_once('/')).ok_or("no URL")?;
    let organization = display_name.to_ascii_lowercase();
    let web_url = format!("https://dev.azure.com/{organization}/{path}");
    let delivery = Delivery { event, trace, notification, organization, display_name, path, web_url };
    let common = delivery.common()?;
    let refs = delivery.notification.resource.ref_updates.iter().enumerate();
    refs.map(|(number, update)| delivery.message(number, update, &common)).collect()
}

impl Delivery<'_> {
    /// The data that the events of all refs have in common.
    fn common(&self) -> Result<String> {
        let Self { event, notification: wire, organization, display_name, path, web_url, .. } = self;
        let (project, name) = path.split_once("/_git/").ok_or("no URL")?;
        let home = format!("https://dev.azure.com/{organization}");
        let (push, repository, actor) = (&wire.resource, &wire.resource.repository, &wire.resource.pushed_by);
        let mut out = String::with_capacity(event.body.len() + 2048);
        let organization_id = wire.resource_containers.collection.id;
        write!(out, r#""organization":{{"id":"{organization_id}","name":"{organization}","#)?;
        write!(out, r#""displayName":"{display_name}","url":"{home}"}},"#)?;
        write!(out, r#""project":{{"id":"{}","name":{}}},"#, repository.project.id, repository.project.name)?;
        write!(out, r#""repository":{{"id":"{}","name":{},"#, repository.id, repository.name)?;
        write!(out, r#""webUrl":"{web_url}","httpsUrl":"{web_url}","#)?;
        write!(out, r#""sshUrl":"git@ssh.dev.azure.com:v3/{organization}/{project}/{name}","#)?;
        write!(out, r#""apiUrl":"{home}/_apis/git/repositories/{}","alternateUrls":["#, repository.id)?;
        write!(out, r#""https://{organization}@dev.azure.com/{organization}/{path}","#)?;
        write!(out, r#""https://{organization}.visualstudio.com/{path}","#)?;
        write!(out, r#""https://{organization}.visualstudio.com/DefaultCollection/{path}","#)?;
        let (old, new) = ("visualstudio.com", format!("v3/{organization}/{project}/{name}"));
        write!(out, r#""ssh://git@ssh.dev.azure.com/{new}","#)?;
        write!(out, r#""{organization}@vs-ssh.{old}:{new}","ssh://{organization}@vs-ssh.{old}/{new}","#)?;
        write!(out, r#""ssh://{organization}@{organization}.{old}:22/{path}","#)?;
        write!(out, r#""ssh://{organization}@{organization}.{old}:22/DefaultCollection/{path}","#)?;
        write!(out, r#""ssh://{organization}@vs-ssh.{old}:22/{project}/_ssh/{name}","#)?;
        write!(out, r#""ssh://{organization}@vs-ssh.{old}:22/DefaultCollection/{project}/_ssh/{name}"],"#)?;
        write!(out, r#""defaultBranch":{}}},"#, quoted(repository.default_branch))?;
        write!(out, r#""actor":{{"id":"{}","displayName":{},"#, actor.id, actor.display_name)?;
        write!(out, r#""uniqueName":{}}},"message":{},"#, actor.unique_name, wire.message.text)?;
        write!(out, r#""detailedMessage":null,"azureDevOps":{{"#)?;
        write!(out, r#""eventType":"{}","eventId":"{}","#, wire.event_type, wire.id)?;
        write!(out, r#""subscriptionId":"{}","#, wire.subscription_id)?;
        write!(out, r#""notificationId":{},"#, wire.notification_id)?;
        write!(out, r#""resourceVersion":"{}","#, wire.resource_version)?;
        write!(out, r#""activityId":{}}},"pushId":{},"#, quoted(event.headers.activity_id), push.push_id)?;
        out += r#""commits":["#;
        for (number, commit) in push.commits.iter().enumerate() {
            let (comma, id) = (if number == 0 { "" } else { "," }, commit.commit_id);
            let message = Some(commit.comment.get()).filter(|comment| *comment != r#""""#).unwrap_or("null");
            write!(out, r#"{comma}{{"id":"{id}","url":"{web_url}/commit/{id}","message":{message}"#)?;
            for (role, GitIdentity { name, email, date }) in
                [("author", &commit.author), ("committer", &commit.committer)]
            {
                write!(out, r#","{role}":{{"name":{name},"email":{email},"date":"{}"}}"#, utc(date))?;
            }
            out.push('}');
        }
        out.push(']');
        Ok(out)
    }

    fn message(&self, number: usize, update: &RefUpdate<'_>, common: &str) -> Result<Message> {
        let Self { event, trace, notification: Envelope { resource: push, .. }, web_url, .. } = self;
        let (name, integration, repository) =
            (update.name, event.path_parameters.integration, &push.repository);
        let id = event_id([integration, repository.id, push.push_id.get(), name]);
        let group = format!("{}:{name}", repository.id);
        let (kind, short) = match (name.strip_prefix("refs/heads/"), name.strip_prefix("refs/tags/")) {
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
        let is_default =
            repository.default_branch.map_or("null".to_owned(), |default| (default == name).to_string());
        let mut body = String::with_capacity(common.len() + 1024);
        write!(body, r#"{{"specversion":"1.0","id":"{id}","source":"{web_url}","subject":"{name}","#)?;
        write!(body, r#""time":"{}","datacontenttype":"application/json","#, utc(push.date))?;
        write!(body, r#""dataschema":"urn:hookpost:schema:push:1","integration":"{integration}","#)?;
        write!(body, r#""partitionkey":"{group}","sequence":"{:0>20}","#, push.push_id.get())?;
        write!(body, r#""type":"{TYPE}","data":{{"integration":"{integration}","#)?;
        write!(body, r#""ref":"{name}","refKind":"{kind}","shortName":"{short}","change":"{change}","#)?;
        write!(body, r#""before":{},"after":{},"#, quoted(before), quoted(after))?;
        write!(body, r#""isDefaultBranch":{is_default},{common}}}}}"#)?;
        let attributes = [
            ("type", TYPE),
            ("integration", integration),
            ("organization", &self.organization),
            ("project", unquoted(repository.project.name)),
            ("repository", unquoted(repository.name)),
            ("ref", name),
            ("action", change),
            ("contentType", CONTENT_TYPE),
        ];
        let attributes = attributes.map(attribute).join(",");
        let trace = attribute(("AWSTraceHeader", trace));
        let mut entry = format!(r#"{{"Id":"{}","MessageAttributes":{{{attributes}}},"#, number % 10);
        write!(entry, r#""MessageSystemAttributes":{{{trace}}},"MessageGroupId":"{group}","#)?;
        write!(entry, r#""MessageDeduplicationId":"{id}","MessageBody":"#)?;
        entry.extend([&serde_json::to_string(&body)?, "}"]);
        Ok(Message { id, entry })
    }
}

fn attribute((name, value): (&str, &str)) -> String {
    format!(r#""{name}":{{"DataType":"String","StringValue":"{value}"}}"#)
}

/// A digest of the parts, each behind its length.
fn event_id(parts: [&str; 4]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    format!("push-{}", hex::encode(&hasher.finalize()[..16]))
}

/// A timestamp in UTC without zeros at the end of its fraction.
fn utc(date: &str) -> Cow<'_, str> {
    match date.strip_suffix('Z') {
        Some(digits) if digits.contains('.') && digits.ends_with('0') => {
            format!("{}Z", digits.trim_end_matches('0').trim_end_matches('.')).into()
        }
        _ => date.into(),
    }
}

fn quoted(text: Option<&str>) -> String {
    text.map_or_else(|| "null".to_owned(), |text| format!(r#""{text}""#))
}

/// A string as it stands in JSON, without its quotes.
fn unquoted(text: &RawValue) -> &str {
    text.get().strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or_default()
}

const TYPE: &str = "com.azure.dev.git.push";
const CONTENT_TYPE: &str = "application/cloudevents+json; charset=utf-8";
