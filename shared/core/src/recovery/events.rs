//! Makes the events of a change. They come from the same normalizer as those of deliveries. They have the same ids, except
//! where an id is derived from Azure DevOps's event id.

use hookpost_events::{Action, ActionSource, Actor, Event, Payload};
use jiff::Timestamp;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::auth::ring::Admission;
use crate::azure_devops::catalog::Identity;
use crate::azure_devops::error::RestError;
use crate::azure_devops::port::AzureDevOps;
use crate::normalize::context::DeliveryContext;
use crate::normalize::normalize;
use crate::normalize::push::RECEIVER_REFS_MAX;
use crate::payload::EventType;
use crate::payload::parse::{parse, repair_encoding};
use crate::payload::timestamp::instant;
use crate::recovery::change::{Change, ChangeSource};
use crate::recovery::reader::PullRequestReader;
use crate::recovery::thread_change::{ThreadChange, ThreadChangeKind};
use crate::recovery::{Recovery, USUAL_NOTIFICATION_DELAY};
use crate::subscriptions::kind::SubscriptionKind;

impl<O: AzureDevOps> Recovery<'_, O> {
    /// The events that a subscription of the kind would have delivered for the change. Requests the pull request.
    pub(crate) async fn events(
        &self,
        kind: SubscriptionKind,
        change: &Change,
        reader: &mut PullRequestReader,
    ) -> Result<Vec<Event>, RestError> {
        let number = match &change.record {
            ChangeSource::Push(_, json) => return Ok(self.reconstruct(kind, json, "date")),
            ChangeSource::Created(number)
            | ChangeSource::Closed(number)
            | ChangeSource::Thread(number, _) => *number,
        };
        let json = reader.pull_request(self.organization, &change.repository_id, number).await?;
        Ok(match &change.record {
            ChangeSource::Thread(_, thread) => self.of_thread(kind, json, number, change, thread),
            ChangeSource::Created(_) => self.reconstruct(kind, json, "creationDate"),
            ChangeSource::Closed(_) | ChangeSource::Push(..) => {
                let date = Value::String(change.at.to_string());
                self.of_notification(kind, &closing_id(kind, number, change.at), json, &date)
            }
        })
    }

    /// The events of the body of a delivery.
    pub(super) fn delivered(&self, kind: SubscriptionKind, body: &str) -> Vec<Event> {
        self.normalized(kind, body, false)
    }

    /// Whether a subscription to the branch of the integration delivers an event about this ref.
    pub(super) fn is_on_branch(&self, r#ref: Option<&str>) -> bool {
        let Some(branch) = self.scope.branch.as_deref() else { return true };
        let short = |name: &str| name.strip_prefix("refs/heads/").unwrap_or(name).to_owned();
        r#ref.is_some_and(|name| short(name) == short(branch))
    }

    /// The events of a record of a list; none when the record is not JSON. `date` is the field with the time.
    fn reconstruct(&self, kind: SubscriptionKind, record: &str, date: &str) -> Vec<Event> {
        let Ok(resource) = serde_json::from_str::<Value>(record) else { return Vec::new() };
        let date = &resource[date];
        // The id of a pull request event is derived from this id. The id of a push event is derived from the number of
        // the push.
        let id = format!("reconstructed/{}/{}/{date}", kind.event_type(), resource["pullRequestId"]);
        self.of_notification(kind, &id, record, date)
    }

    /// The events of a change in a thread. The pull request is in its present state, so the change is taken from the
    /// thread.
    fn of_thread(
        &self,
        kind: SubscriptionKind,
        pull_request: &str,
        number: u64,
        change: &Change,
        thread: &ThreadChange,
    ) -> Vec<Event> {
        let id = if thread.is_closing() {
            closing_id(kind, number, change.at)
        } else {
            let what = thread.what();
            format!("reconstructed/{}/{number}/{}/{what}/{}", kind.event_type(), thread.thread, change.at)
        };
        let resource = match &thread.change_kind {
            ThreadChangeKind::Comment(id, _, comment) => {
                let mut comment = comment.clone();
                let url = format!(
                    "{}/_apis/git/repositories/{}/pullRequests/{number}/threads/{}/comments/{id}",
                    self.organization_url.trim_end_matches('/'),
                    change.repository_id,
                    thread.thread
                );
                comment["_links"] = json!({"self": {"href": url}});
                let Ok(raw) = serde_json::from_str::<Box<RawValue>>(pull_request) else { return Vec::new() };
                json!({"comment": comment, "pullRequest": raw}).to_string()
            }
            ThreadChangeKind::Update(_) | ThreadChangeKind::MergeAttempt => pull_request.to_owned(),
        };
        let date = Value::String(change.at.to_string());
        let mut events = self.of_notification(kind, &id, &resource, &date);
        if let Some(event) = events.first_mut() {
            correct(event, change.at, thread.clone());
        }
        events
    }

    /// The events of a notification that Azure DevOps would have made.
    fn of_notification(&self, kind: SubscriptionKind, id: &str, resource: &str, date: &Value) -> Vec<Event> {
        let Ok(resource) = serde_json::from_str::<Box<RawValue>>(resource) else { return Vec::new() };
        let notification = json!({
            "id": id,
            "eventType": kind.event_type(),
            "resource": resource,
            "resourceContainers": {"account": {"baseUrl": self.organization_url}},
            "createdDate": date,
        });
        let events = self.normalized(kind, &notification.to_string(), true);
        events.into_iter().filter(|event| self.is_on_branch(ref_of(event))).collect()
    }

    /// The events of a notification; none when it cannot be parsed or is not forwarded.
    fn normalized(&self, kind: SubscriptionKind, body: &str, reconstructed: bool) -> Vec<Event> {
        let body = repair_encoding(body.as_bytes());
        let Ok(notification) = parse(&Admission::trusted(), &body) else { return Vec::new() };
        let event_type = notification.event_type.as_ref().and_then(|text| EventType::parse(text.as_str()));
        let Some(event_type) = event_type else { return Vec::new() };
        let context = DeliveryContext {
            integration: self.integration,
            notification: &notification,
            change: kind.change_word(),
            activity_id: None,
            traceparent: None,
            received_at: self.now,
            refs_max: RECEIVER_REFS_MAX,
            reconstructed,
        };
        normalize(event_type, &context).events().collect()
    }
}

/// The id of the notification of a closing. It is the same whether a list or a thread shows the closing: a pass that is
/// interrupted may have queued the event from the one, and the next pass makes it from the other.
fn closing_id(kind: SubscriptionKind, number: u64, at: Timestamp) -> String {
    format!("reconstructed/{}/{number}/closed/{}", kind.event_type(), at.as_second())
}

/// The ref that subscriptions are filtered by.
fn ref_of(event: &Event) -> Option<&str> {
    match &event.payload {
        Payload::Push(push) => Some(&push.r#ref),
        Payload::PullRequestCommented(data) => data.pull_request.target.r#ref.as_deref(),
        Payload::PullRequestCreated(data)
        | Payload::PullRequestUpdated(data)
        | Payload::PullRequestMerged(data) => data.target.r#ref.as_deref(),
        _ => None,
    }
}

/// Puts what the thread says in place of what the present state of the pull request suggests.
fn correct(event: &mut Event, at: Timestamp, thread: ThreadChange) {
    let (data, action) = match (&mut event.payload, thread.change_kind) {
        (Payload::PullRequestCommented(data), ThreadChangeKind::Comment(_, change, _)) => {
            data.comment.change = change;
            return;
        }
        (Payload::PullRequestUpdated(data), ThreadChangeKind::Update(action)) => (data, action),
        (Payload::PullRequestMerged(data), ThreadChangeKind::MergeAttempt) => {
            let closed = data.closed_at.as_deref().and_then(instant);
            let is_last =
                closed.is_some_and(|closed| at.duration_since(closed).abs() <= USUAL_NOTIFICATION_DELAY);
            let action = if data.merged && is_last { Action::Completed } else { Action::MergeAttempted };
            (data, action)
        }
        _ => return,
    };
    data.common.actor = thread.actor.map(to_actor);
    data.action = action;
    data.action_source = ActionSource::Event;
}

fn to_actor(identity: Identity) -> Actor {
    let non_empty = |text: String| (!text.is_empty()).then_some(text);
    Actor {
        id: non_empty(identity.id),
        display_name: non_empty(identity.display_name),
        unique_name: non_empty(identity.unique_name),
    }
}
