//! The service hook subscriptions of an integration: their kinds, their webhook URLs, and the plan that creates and
//! repairs them.

pub(crate) mod apply;
pub(crate) mod describe;
pub mod kind;
pub mod plan;
pub(crate) mod problems;
pub mod scope;
pub mod webhook_url;
