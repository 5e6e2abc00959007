//! A client of the Azure DevOps REST API, and one of Microsoft Entra, which gives out access tokens for it. They implement
//! [`AzureDevOps`] and [`TokenEndpoint`], ports of `hookpost-core`.
//!
//! A [`RestClient`] uses one organization with one credential. The token is sent to the host of that organization only:
//! every URL begins with it, redirects are not followed, and no proxy is used. The same is true of an [`EntraClient`], an
//! assertion and the host of the app's authority.
//!
//! [`AzureDevOps`]: hookpost_core::azure_devops::port::AzureDevOps
//! [`TokenEndpoint`]: hookpost_core::entra::port::TokenEndpoint

mod call;
mod call_time;
mod calls;
mod client;
mod connector;
mod entra;
mod error;
mod error_body;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod http;
mod known_subscriptions;
mod lenient;
mod loopback_url;
mod mask;
mod missing_permission;
mod rate_limiter;
mod redact;
mod response;
mod tls;
mod transport;
mod wait_limits;

pub use client::RestClient;
pub use connector::RestConnector;
pub use entra::EntraClient;
pub use loopback_url::{LoopbackUrl, NotLoopback};
pub use tls::{BadCaBundle, CaBundle};
pub use wait_limits::WaitLimits;
