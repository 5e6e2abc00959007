//! The REST API of one or several organizations, and the deliveries to the webhooks subscribed there.
//!
//! Paths and shapes follow the REST reference on learn.microsoft.com (Service Hooks 7.1, Git, Core, Security) and its
//! published machine-readable descriptions. Responses to invalid credentials, which those leave out, follow reports of
//! users. Where neither says anything, a comment at the place says what is assumed.
#![expect(clippy::unnecessary_wraps, reason = "handlers have one type, whether they can fail or not")]

mod access;
mod account;
mod administration;
mod authentication;
mod bearer;
mod calls;
mod catalog;
mod connection;
mod context;
mod delivery_log;
mod delivery_schedule;
mod demo_driver;
mod due_delivery;
mod error;
mod external_changes;
mod fault;
mod handler;
mod item_errors;
mod locations;
mod log_entry;
mod log_texts;
mod notifications;
mod pat;
mod permissions;
mod probes;
mod pull_request_writes;
mod pull_requests;
mod pushes;
mod ref_writes;
mod repository_writes;
mod request;
mod response;
mod retries;
mod review_writes;
mod router;
mod stand_in;
mod state;
mod subscription_body;
mod subscription_checks;
mod subscriptions;
mod subscriptions_query;
mod test_notifications;
mod threads;

pub use crate::behavior::{Audience, BranchFilter, CreateRefusal, Probation, ReEnable, ServiceBehavior};
pub use crate::subscription::Status;
pub use access::Item;
pub use calls::Call;
pub use due_delivery::DueDelivery;
pub use fault::Fault;
pub use pat::{PersonalAccessToken, Scope};
pub use permissions::Permissions;
pub use retries::TRANSIENT_RETRY_DELAYS;
pub use stand_in::StandIn;

use account::Account;
use context::RequestContext;
use error::ApiError;
use log_entry::LogEntry;
use request::ApiRequest;
use response::ApiResponse;
use state::{ServiceState, SharedState};

/// What a handler answers with.
type Answer = Result<ApiResponse, ApiError>;
