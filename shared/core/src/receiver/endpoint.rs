//! The two receiver endpoints, and the event types that each receives.

use std::fmt;

use crate::payload::EventType;

/// A receiver endpoint: a Lambda function with its own route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// `/{integration}/code-pushed`
    CodePushed,
    /// `/{integration}/pull-request`
    PullRequest,
}

impl Endpoint {
    /// The last segment of the path, which is also the name of the function.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CodePushed => "code-pushed",
            Self::PullRequest => "pull-request",
        }
    }

    /// The endpoint that receives this event type.
    pub(crate) fn of(event_type: EventType) -> Self {
        match event_type {
            EventType::Push => Self::CodePushed,
            EventType::PullRequestCreated
            | EventType::PullRequestUpdated
            | EventType::PullRequestMerged
            | EventType::PullRequestCommented => Self::PullRequest,
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
