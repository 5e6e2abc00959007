//! Why a question has no answer.

use hookpost_core::azure_devops::error::RestError;

use crate::answer::Finding;

/// What a question returns.
pub(crate) type Settled = Result<Finding, Unsettled>;

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unsettled {
    /// The run lacks something, such as a second token.
    #[error("{0}")]
    Needs(&'static str),
    /// A call failed.
    #[error("a call failed: {0}")]
    Call(String),
    /// The operator has stopped the run.
    #[error("the run was stopped")]
    Stopped,
    /// What was to be looked at did not come about.
    #[error("{0}")]
    NotSeen(String),
}

impl Unsettled {
    /// The error of a call that the client of the product made for `purpose`, such as "delete a subscription".
    pub(crate) fn of(purpose: &'static str) -> impl Fn(RestError) -> Self {
        move |error| Self::Call(format!("{purpose}: {error}"))
    }
}
