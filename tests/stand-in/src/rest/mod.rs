//! The REST face of the stand-in: an HTTP server over one or several organizations.
//!
//! Paths and shapes follow the REST reference on learn.microsoft.com (Service Hooks 7.1, Git,
//! Core, Security) and its published machine-readable descriptions; the answers to bad credentials, which
//! those leave out, follow what users of the service have reported. Where neither says anything, a
//! comment at the place says what is assumed, and what can be one way or the other is a [`Quirks`].
//!
//! A subscription made here is a real one: what happens in the [`Organization`](super::Organization)
//! is told to it, and [`StandIn::deliver`] posts it with the credentials it was saved with.
#![expect(clippy::unnecessary_wraps, reason = "handlers have one type, whether they can fail or not")]

mod account;
mod agenda;
mod answer;
mod asked;
mod by_hand;
mod call;
mod calls;
mod connection;
mod descriptors;
mod door;
mod failure;
mod fault;
mod history;
mod hook;
mod locations;
mod notifications;
mod pat;
mod permissions;
mod projects;
mod pull_requests;
mod pushes;
mod query;
mod quirks;
mod reading;
mod repositories;
mod rights;
mod router;
mod sending;
mod server;
mod session;
mod stand_in;
mod subscriptions;
mod target;
mod terms;
mod test_notifications;
mod touring;
mod world;

pub use agenda::{Due, TRANSIENT};
pub use call::{Call, Effect};
pub use fault::Fault;
pub use history::{Attempt, Outcome};
pub use hook::{Hook, Status};
pub use pat::{PersonalAccessToken, Scope};
pub use quirks::{LocalTargets, Quirks, SignIn, UnauthorizedBody};
pub use rights::Rights;
pub use sending::Sent;
pub use stand_in::StandIn;
pub use terms::Terms;
