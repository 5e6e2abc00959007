//! The two receiving endpoints and the event types that belong to each.

use std::fmt;

use crate::payload::EventType;

/// One receiver. Each is a Lambda function and a route of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// `/{integration}/code-pushed`
    CodePushed,
    /// `/{integration}/pull-request`
    PullRequest,
}

impl Endpoint {
    /// The last part of its path, which is also the name of its function.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CodePushed => "code-pushed",
            Self::PullRequest => "pull-request",
        }
    }

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
