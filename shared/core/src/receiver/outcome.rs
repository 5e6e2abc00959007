//! The outcome of a request, for the sender, and its record, for the log.

use jiff::Timestamp;
use serde::Serialize;

use crate::receiver::request::RejectReason;

/// The outcome of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every event is in the queue.
    Queued(Vec<QueuedEvent>),
    /// A test delivery. Nothing was queued.
    Test {
        /// What the test proved, for the person who started it.
        message: String,
    },
    /// An authentic delivery without an event to forward.
    Ignored {
        /// Why there is no event.
        reason: String,
    },
    /// The raw body is in the quarantine. Some of its events may have been queued.
    Quarantined {
        /// Identifies the quarantined delivery; equal for repetitions of it.
        id: String,
        /// Why the delivery could not be converted, and what to do.
        reason: String,
        /// The events that were queued.
        queued: Vec<QueuedEvent>,
    },
    /// The request is not a delivery for this deployment.
    Rejected(Rejection),
    /// Hookpost failed. Azure DevOps is asked to deliver again.
    Unavailable {
        /// What failed.
        fault: Fault,
        /// The cause, for the log only.
        detail: String,
    },
}

/// An event in the queue, as the sender's delivery history shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QueuedEvent {
    /// The event's id.
    pub id: String,
    /// The id that SQS gave the message.
    pub message_id: String,
}

/// Why a request is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// The credentials are missing or wrong, or the integration does not exist. The sender cannot tell which.
    Unauthorized,
    /// The method is not POST.
    MethodNotAllowed,
    /// The body is not JSON.
    UnsupportedMediaType,
    /// The body is larger than [`BODY_BYTES_MAX`](crate::receiver::request::BODY_BYTES_MAX).
    BodyTooLarge,
}

impl From<RejectReason> for Rejection {
    fn from(reason: RejectReason) -> Self {
        match reason {
            RejectReason::Method => Self::MethodNotAllowed,
            RejectReason::MediaType => Self::UnsupportedMediaType,
            RejectReason::TooLarge => Self::BodyTooLarge,
        }
    }
}

/// The part of Hookpost that failed. Every fault is answered with 503.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The events queue or the quarantine did not accept a message.
    Queue,
    /// The webhook password could not be fetched, so no request can be authenticated.
    PasswordStore,
    /// Handling the request exceeded the deadline.
    Deadline,
    /// A bug in Hookpost.
    Internal,
}

impl Fault {
    /// A stable name for the sender, the log and the metrics.
    pub fn code(self) -> &'static str {
        match self {
            Self::Queue => "queue_unavailable",
            Self::PasswordStore => "password_store_unavailable",
            Self::Deadline => "deadline_exceeded",
            Self::Internal => "internal_error",
        }
    }
}

impl Rejection {
    /// A stable name for the sender, the log and the metrics.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unauthorized => "unauthorized",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::BodyTooLarge => "body_too_large",
        }
    }
}

impl Outcome {
    /// A stable name for the kind of outcome.
    pub fn status(&self) -> &'static str {
        match self {
            Self::Queued(_) => "queued",
            Self::Test { .. } => "test",
            Self::Ignored { .. } => "ignored",
            Self::Quarantined { .. } => "quarantined",
            Self::Rejected(_) => "refused",
            Self::Unavailable { .. } => "unavailable",
        }
    }
}

/// The fields of a delivery for the log line. None of them is a secret or a part of the body's content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeliveryRecord {
    /// The integration in the path, if it is a valid name.
    pub integration: Option<String>,
    /// Whether an integration of this name exists, as far as this instance knows. Only of a request without the right
    /// credentials.
    pub is_known: Option<bool>,
    /// Azure DevOps's event type, if the request was authenticated.
    pub event_type: Option<String>,
    /// Azure DevOps's event id.
    pub event_id: Option<String>,
    /// The subscription.
    pub subscription_id: Option<String>,
    /// The number of the notification within its subscription.
    pub notification_id: Option<u64>,
    /// The activity id, by which Microsoft's support finds the delivery.
    pub activity_id: Option<String>,
    /// The `change` query parameter.
    pub change: Option<String>,
    /// Size of the body in bytes.
    pub bytes: usize,
    /// Number of events that were queued.
    pub events: usize,
    /// Number of calls to the password source.
    pub password_fetches: usize,
    /// Time from the creation of the event to its receipt, in milliseconds, if the delivery has a creation date.
    pub lag_milliseconds: Option<i64>,
    /// When the request arrived.
    pub received_at: Option<Timestamp>,
}
