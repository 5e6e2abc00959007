//! The ways in which a front misbehaves.

use std::time::Duration;

use hyper::Request;
use hyper::body::Bytes;
use serde_json::json;

use super::State;
use super::partial;
use hookpost_stand_in::server::{Answer, Reply, json};

/// What a front does instead of plainly forwarding.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Answers with an error of the AWS JSON protocols; the call does not reach the emulator.
    Refuse {
        /// The HTTP status.
        status: u16,
        /// The error's name, such as `AccessDeniedException`.
        code: &'static str,
    },
    /// Answers as an overloaded service does.
    Throttle,
    /// Never answers; the call does not reach the emulator.
    Hang,
    /// Forwards after a while.
    Delay(Duration),
    /// Closes the connection; the call does not reach the emulator.
    Drop,
    /// Forwards, then closes the connection instead of handing on the answer.
    DropAfterForward,
    /// Answers with something that is no JSON.
    Garbage,
    /// For `SendMessageBatch`: really sends all entries but these, and reports these as failed.
    Partial(Vec<PartialFailure>),
}

/// An entry of a batch that is not sent.
#[derive(Clone, Debug)]
pub struct PartialFailure {
    /// Position in the batch, from 0.
    pub index: usize,
    /// Such as `InternalError`.
    pub code: &'static str,
    /// Whether the sender is to blame, so that sending again cannot help.
    pub sender_fault: bool,
}

impl PartialFailure {
    /// A passing fault of the service.
    pub fn internal(index: usize) -> Self {
        Self { index, code: "InternalError", sender_fault: false }
    }

    /// A message SQS will never take.
    pub fn invalid(index: usize) -> Self {
        Self { index, code: "InvalidMessageContents", sender_fault: true }
    }
}

impl Fault {
    /// What an outage looks like: 500 from the service.
    pub fn outage() -> Self {
        Self::Refuse { status: 500, code: "InternalFailure" }
    }

    pub(super) async fn apply(self, state: &State, request: Request<Bytes>) -> Reply {
        match self {
            Self::Refuse { status, code } => Some(refuse(status, code)),
            Self::Throttle => Some(refuse(400, "ThrottlingException")),
            Self::Hang => std::future::pending().await,
            Self::Delay(time) => {
                tokio::time::sleep(time).await;
                state.forward(request).await
            }
            Self::Drop => None,
            Self::DropAfterForward => {
                state.forward(request).await;
                None
            }
            Self::Garbage => Some(json(200, "<html>not what you think</html>")),
            Self::Partial(failures) => partial::send(state, request, &failures).await,
        }
    }
}

fn refuse(status: u16, code: &str) -> Answer {
    let body = json!({"__type": code, "message": "refused by the test"});
    json(status, body.to_string())
}
