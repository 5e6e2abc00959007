//! Hands each event to `handle` once, whether the function or the loop received it.

use std::time::{SystemTime, UNIX_EPOCH};

use hookpost_events::{Action, Event, Payload};
use serde_json::json;

use crate::Error;
use crate::handle::handle;
use crate::state::State;

/// Reads messages.
pub struct Consumer {
    state: State,
}

impl Consumer {
    /// A consumer that remembers in the DynamoDB table in `STATE_TABLE`.
    ///
    /// # Errors
    ///
    /// The variable is missing.
    pub fn new(config: &aws_config::SdkConfig) -> Result<Self, Error> {
        let table =
            std::env::var("STATE_TABLE").map_err(|_| "Set STATE_TABLE to the name of the DynamoDB table.")?;
        Ok(Self { state: State::new(config, table) })
    }

    /// Handles the body of a message, unless that has been done or its type is not known.
    ///
    /// SQS gives nobody the other events of a branch or pull request meanwhile. So no lock is needed: an event is
    /// handled twice only if the process ends between the last two steps.
    ///
    /// # Errors
    ///
    /// The body is no event, or has not been handled.
    pub async fn consume(&self, body: &str) -> Result<(), Error> {
        let event: Event = serde_json::from_str(body)?;
        if let Payload::Unknown { event_type, .. } = &event.payload {
            count_unknown(event_type);
            return Ok(());
        }
        let late = self.state.is_late(&event).await?;
        let key = key(&event);
        if !self.state.is_done(&key).await? {
            handle(&event, late).await?;
            self.state.mark_done(&key).await?;
        }
        Ok(())
    }
}

/// What is handled once: the event, or the completion of a pull request, which arrives as two events.
fn key(event: &Event) -> String {
    let (Payload::PullRequestUpdated(pull_request) | Payload::PullRequestMerged(pull_request)) =
        &event.payload
    else {
        return event.id.clone();
    };
    match &pull_request.closed_at {
        Some(closed_at) if pull_request.action == Action::Completed => {
            format!("{}|{}|completed|{closed_at}", event.source, event.subject)
        }
        _ => event.id.clone(),
    }
}

/// Prints a line that CloudWatch counts as a metric when Lambda logs it.
fn count_unknown(kind: &str) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64);
    let metrics = json!([{"Name": "UnknownEvents", "Unit": "Count"}]);
    let directive = json!({"Namespace": "HookpostConsumer", "Dimensions": [[]], "Metrics": metrics});
    let aws = json!({"Timestamp": now, "CloudWatchMetrics": [directive]});
    println!("{}", json!({"_aws": aws, "UnknownEvents": 1, "Type": kind}));
}
