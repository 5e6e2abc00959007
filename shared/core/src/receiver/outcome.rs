//! How a request ended, and what the sender and the operator are told about it.

use jiff::Timestamp;

use crate::receiver::request::RejectReason;
use crate::receiver::response::QueuedEvent;

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every event is on the queue.
    Queued(Vec<QueuedEvent>),
    /// A test delivery; nothing was put on a queue.
    Test {
        /// What the test showed, for the person who pressed the button.
        message: String,
    },
    /// A genuine delivery that there is nothing to forward of.
    Ignored {
        /// Why.
        reason: String,
    },
    /// The raw body is kept for a person to look at. Some of its events may have been queued.
    Quarantined {
        /// Names the kept body; the same for a repeated delivery.
        id: String,
        /// What could not be understood, and what to do.
        reason: String,
        /// The events that did go through.
        queued: Vec<QueuedEvent>,
    },
    /// Not one of our deliveries.
    Rejected(Rejection),
    /// A fault of ours. Azure DevOps is asked to deliver again.
    Unavailable {
        /// Which fault.
        fault: Fault,
        /// Its cause, for the log only.
        detail: String,
    },
}

/// Why a request is refused for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// Credentials missing or wrong, or no such integration: the three look the same from outside.
    Unauthorized,
    /// Not a POST.
    MethodNotAllowed,
    /// Not JSON.
    UnsupportedMediaType,
    /// Over [`BODY_BYTES_MAX`](crate::receiver::request::BODY_BYTES_MAX).
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

/// Which part of ours failed. Every one of them is answered with 503.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The queue, or the quarantine, did not take what it was given.
    Queue,
    /// The webhook password could not be read, so nobody can be told apart.
    PasswordStore,
    /// Strangers ask for too much at this moment; it says nothing about us.
    Busy,
    /// Everything together took too long.
    Deadline,
    /// A defect of ours.
    Internal,
}

impl Fault {
    /// A stable name for the sender, the log and the metrics.
    pub fn code(self) -> &'static str {
        match self {
            Self::Queue => "queue_unavailable",
            Self::PasswordStore => "password_store_unavailable",
            Self::Busy => "busy",
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
    /// A stable name of the kind of ending.
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

/// What is known of a delivery, for the log line. Nothing of it is a secret, and none of it is the body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeliveryRecord {
    /// The integration in the path, when it has the form of one.
    pub integration: Option<String>,
    /// Azure DevOps's event type, once admitted.
    pub event_type: Option<String>,
    /// Azure DevOps's event id.
    pub event_id: Option<String>,
    /// The subscription that matched.
    pub subscription_id: Option<String>,
    /// The subscription's own counter of its deliveries.
    pub notification_id: Option<u64>,
    /// By which Microsoft's support finds the delivery.
    pub activity_id: Option<String>,
    /// The `change` query parameter.
    pub change: Option<String>,
    /// Size of the body in bytes.
    pub bytes: usize,
    /// Messages the events queue took.
    pub events: usize,
    /// How often the password store was asked.
    pub password_fetches: usize,
    /// From the happening to its receipt, in milliseconds, when the sender says when it was.
    pub lag_milliseconds: Option<i64>,
    /// When the request arrived.
    pub received_at: Option<Timestamp>,
}
