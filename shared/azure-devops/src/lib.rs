//! A client of the Azure DevOps REST API. It implements [`AzureDevOps`], a port of `hookpost-core`.
//!
//! A [`RestClient`] uses one organization with one personal access token. The token is sent to the host of that
//! organization only: every URL begins with it, redirects are not followed, and no proxy is used.
//!
//! [`AzureDevOps`]: hookpost_core::azure_devops::port::AzureDevOps

mod call;
mod call_time;
mod calls;
mod client;
mod connector;
mod error;
mod error_body;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod known_subscriptions;
mod lenient;
mod loopback_url;
mod missing_permission;
mod rate_limiter;
mod redact;
mod response;
mod tls;
mod transport;
mod wait_limits;

pub use client::RestClient;
pub use connector::RestConnector;
pub use loopback_url::{LoopbackUrl, NotLoopback};
pub use tls::{BadCaBundle, CaBundle};
pub use wait_limits::WaitLimits;
