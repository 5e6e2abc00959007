//! A stand-in Azure DevOps: organizations with people, repositories, pull requests and service hook
//! subscriptions. It POSTs the bodies that Azure DevOps would, and answers its REST API.
//!
//! Start with [`rest::StandIn`], which serves organizations over HTTP and delivers to the webhooks
//! subscribed there, or with [`Organization`] alone, which only makes [`Notification`]s. [`sts::StandIn`] and
//! [`entra::StandIn`] give clients of the REST API an access token in place of a personal one.
//!
//! Shapes follow Microsoft's public pages "Service hooks events", "Webhooks with Azure DevOps",
//! "Troubleshoot service hooks" and the REST reference on learn.microsoft.com. Where those say
//! nothing, a comment at the place says what is assumed. README.md lists what is left out.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use hookpost_stand_in::{EventType, Organization, RefChange, Subscription, Timestamp, delivery::Delivery};
//!
//! let now: Timestamp = "2026-03-02T09:15:00Z".parse()?;
//! let mut organization = Organization::services("contoso", 1);
//! let project = organization.add_project("Boats");
//! let repository = organization.add_repository(project, "oars");
//! let ada = organization.add_person("Ada", "ada@contoso.example");
//! organization.subscribe(Subscription::new(EventType::Push, "http://127.0.0.1:8080/webhook"));
//! let change = RefChange::commit("refs/heads/main", &["Begin"]);
//! for notification in organization.push(now, &ada, repository, &[change]) {
//!     assert_eq!(Delivery::of(&notification, "password").send().await?.status, 202);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! An [`Organization`] reads no clock and draws no random numbers: the same calls give the same bytes.

mod behavior;
pub mod canary;
mod comment;
pub mod delivery;
mod demo;
pub mod entra;
mod event_type;
pub mod hookpost;
mod host;
pub mod http;
mod identity;
mod ids;
mod lookup;
mod message;
mod message_texts;
mod note;
mod notification;
mod organization;
mod pull_request;
mod pull_request_edits;
mod pull_request_events;
mod push;
mod repository;
pub mod rest;
pub mod server;
mod service;
pub mod sts;
mod subscription;
mod subscription_inputs;
mod test_notification;
mod thread;
mod time;
mod wire;

pub use behavior::ServiceBehavior;
pub use comment::{CommentChange, CommentId};
pub use event_type::{EventType, NotificationType, ResourceVersion};
pub use hookpost::Webhook;
pub use identity::{Identity, IdentityKind};
pub use ids::ObjectId;
pub use jiff::Timestamp;
pub use notification::{CodeEvent, Notification};
pub use organization::Organization;
pub use pull_request::{MergeOutcome, Proposal, PullRequestChange, PullRequestId, Reviewer, Vote};
pub use push::{RefChange, RefUpdate};
pub use repository::{ProjectId, RepositoryId};
pub use subscription::Subscription;
pub use subscription_inputs::{Details, Messages, SubscriptionInputs};
pub use test_notification::test_notification;
pub use uuid::Uuid;

use comment::Comment;
use pull_request::PullRequest;
use push::{Commit, Push};
use repository::{Project, Repository};
use thread::Thread;
