//! The REST API of one or several organizations, and the deliveries to the webhooks subscribed there.
//!
//! Paths and shapes follow the REST reference on learn.microsoft.com (Service Hooks 7.1, Git, Core, Security) and its
//! published machine-readable descriptions. Responses to invalid credentials, which those leave out, follow reports of
//! users. Where neither says anything, a comment at the place says what is assumed.
#![expect(clippy::unnecessary_wraps, reason = "handlers have one type, whether they can fail or not")]

mod account;
mod authentication;
mod behavior;
mod calls;
mod connection;
mod context;
mod delivery_log;
mod delivery_schedule;
mod demo_driver;
mod due_delivery;
mod error;
mod external_changes;
mod fault;
mod grants;
mod handler;
mod locations;
mod notifications;
mod pat;
mod permissions;
mod projects;
mod pull_requests;
mod pushes;
mod repositories;
mod request;
mod response;
mod router;
mod saved_subscription;
mod stand_in;
mod state;
mod subscription_checks;
mod subscription_inputs;
mod subscriptions;
mod test_notifications;

pub use behavior::ServiceBehavior;
pub use calls::{Call, Effect};
pub use delivery_schedule::TRANSIENT_RETRY_DELAYS;
pub use due_delivery::{DueDelivery, SentDelivery};
pub use fault::Fault;
pub use grants::Permissions;
pub use pat::{PersonalAccessToken, Scope};
pub use saved_subscription::{SavedSubscription, Status};
pub use stand_in::StandIn;
pub use subscription_inputs::SubscriptionInputs;
