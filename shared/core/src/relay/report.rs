//! What became of the deliveries of a batch.

use std::time::Duration;

use crate::quarantine::assemble::UnreadableReason;
use crate::raw_delivery::read::RawDelivery;
use crate::relay::answer::AnswerClass;
use crate::relay::config::Target;
use crate::relay::port::QueuedDelivery;

/// What became of a batch. Each delivery is in one of the first two lists.
#[derive(Debug, Default)]
pub struct RelayReport {
    /// Every target has these or a message of its own, or has refused them. They can be deleted.
    pub done: Vec<QueuedDelivery>,
    /// These come again.
    pub given_back: Vec<Postponed>,
    /// What is logged.
    pub postings: Vec<Posting>,
}

/// A delivery that comes again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Postponed {
    /// The delivery.
    pub delivery: QueuedDelivery,
    /// After this time.
    pub pause: Duration,
}

/// What became of a delivery for a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostingOutcome {
    /// The target has it.
    Accepted,
    /// The target refuses it for good. The delivery is done.
    Refused,
    /// The target does not accept the relay's credentials. The delivery comes again.
    Unauthorized,
    /// The target's credentials could not be read. The delivery comes again.
    CredentialsUnavailable,
    /// The target did not answer, or says that it cannot take it now. The delivery comes again.
    Unavailable,
    /// The body was too large for the queue, so there is nothing to post. The delivery is done.
    Omitted,
    /// The message is for a target that the configuration does not have any more. The delivery is done.
    NoTarget,
    /// The queue does not take the messages of the targets. The delivery comes again.
    NotAddressed,
    /// The message cannot be read. It comes again, since a newer version may read it.
    Unreadable,
}

impl PostingOutcome {
    /// A stable name for the log and the metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Unauthorized => "unauthorized",
            Self::CredentialsUnavailable => "credentials_unavailable",
            Self::Unavailable => "unavailable",
            Self::Omitted => "omitted",
            Self::NoTarget => "no_target",
            Self::NotAddressed => "not_addressed",
            Self::Unreadable => "unreadable",
        }
    }

    /// Whether the delivery is done, as far as this target is concerned.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Accepted | Self::Refused | Self::Omitted | Self::NoTarget)
    }
}

impl From<AnswerClass> for PostingOutcome {
    fn from(class: AnswerClass) -> Self {
        match class {
            AnswerClass::Accepted => Self::Accepted,
            AnswerClass::Refused => Self::Refused,
            AnswerClass::Unauthorized => Self::Unauthorized,
            AnswerClass::Unavailable => Self::Unavailable,
        }
    }
}

/// A delivery and a target, for the log. No part of a body, a URL or a credential is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// The name of the target; `None` when the delivery got to none.
    pub target: Option<String>,
    /// What became of it.
    pub outcome: PostingOutcome,
    /// The HTTP status of the answer.
    pub status: Option<u16>,
    /// Why, or what to do.
    pub detail: Option<String>,
    /// The id of the delivery.
    pub delivery_id: Option<String>,
    /// The integration that received it.
    pub integration: Option<String>,
    /// Azure DevOps's event type.
    pub event_type: Option<String>,
    /// SQS's id of the message.
    pub message_id: String,
    /// How often the message has been received.
    pub receive_count: u32,
}

impl Posting {
    pub(crate) fn of(
        delivery: &QueuedDelivery,
        raw: &RawDelivery,
        target: &Target,
        (outcome, status, detail): (PostingOutcome, Option<u16>, Option<String>),
    ) -> Self {
        Self {
            target: Some(target.name.clone()),
            status,
            detail,
            ..Self::about(delivery, Some(raw), outcome)
        }
    }

    pub(crate) fn omitted(delivery: &QueuedDelivery, raw: &RawDelivery) -> Self {
        let detail = "the body did not fit a message of SQS, so no tool gets it";
        Self { detail: Some(detail.to_owned()), ..Self::about(delivery, Some(raw), PostingOutcome::Omitted) }
    }

    pub(crate) fn without_target(delivery: &QueuedDelivery, raw: &RawDelivery) -> Self {
        let detail = "the configuration has no target of this name any more";
        let about = Self::about(delivery, Some(raw), PostingOutcome::NoTarget);
        Self { target: delivery.target.clone(), detail: Some(detail.to_owned()), ..about }
    }

    pub(crate) fn not_addressed(delivery: &QueuedDelivery, raw: &RawDelivery, detail: String) -> Self {
        Self { detail: Some(detail), ..Self::about(delivery, Some(raw), PostingOutcome::NotAddressed) }
    }

    pub(crate) fn unreadable(delivery: &QueuedDelivery, reason: UnreadableReason) -> Self {
        Self { detail: Some(reason.to_string()), ..Self::about(delivery, None, PostingOutcome::Unreadable) }
    }

    fn about(delivery: &QueuedDelivery, raw: Option<&RawDelivery>, outcome: PostingOutcome) -> Self {
        Self {
            target: None,
            outcome,
            status: None,
            detail: None,
            delivery_id: raw.map(|raw| raw.id.clone()),
            integration: raw.map(|raw| raw.integration.clone()),
            event_type: raw.map(|raw| raw.event_type.clone()),
            message_id: delivery.message_id.clone(),
            receive_count: delivery.receive_count,
        }
    }
}
