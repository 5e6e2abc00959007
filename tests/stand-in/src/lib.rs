//! A stand-in Azure DevOps: it owns an organization with its people, repositories, pull requests
//! and service hook subscriptions, and turns what happens there into the bodies the real service
//! would POST.
//!
//! The shapes follow Microsoft's public pages "Service hooks events", "Webhooks with Azure
//! DevOps" and the Git REST reference on learn.microsoft.com; where those are silent, a comment at
//! the place says what is assumed.
//!
//! An [`Organization`] is state and nothing else: it makes [`Notification`]s and never sends one.
//! It reads no clock and draws no random number, so the same calls give the same bytes. Whoever
//! sends (see [`crate::delivery`]) decides when and how often, which leaves room for retries and
//! probation on virtual time, and for a REST face over the same state.

pub mod canary;
mod canned;
mod comment;
pub mod delivery;
mod event_type;
pub mod expectation;
mod host;
pub mod http;
mod identity;
mod ids;
pub mod inbox;
mod lookup;
mod message;
mod notification;
mod organization;
mod pull_request;
mod pull_request_happenings;
mod push;
mod repository;
pub mod rest;
mod sentences;
pub mod server;
#[cfg(test)]
mod shapes;
mod subscribing;
mod subscription;
mod time;
pub mod tour;
mod wire;

pub use canned::test_delivery;
pub use comment::{CommentChange, CommentId};
pub use event_type::{EventType, NotificationType, ResourceVersion};
pub use identity::{Identity, Kind};
pub use ids::{Guid, NoGuid, ObjectId};
pub use jiff::Timestamp;
pub use notification::{Happening, Notification};
pub use organization::{EventIds, Organization};
pub use pull_request::{MergeOutcome, Proposal, PullRequestChange, PullRequestId, Reviewer, Vote};
pub use push::{RefChange, RefUpdate};
pub use repository::{ProjectId, RepositoryId};
pub use subscription::{Details, Messages, Subscription, Webhook};
