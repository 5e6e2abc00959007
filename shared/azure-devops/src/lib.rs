//! The client of Azure DevOps's REST API, as `hookpost-core`'s port [`AzureDevOps`] wants it.
//!
//! One [`RestClient`] is one organization seen with one personal access token. That token goes to the host of that
//! organization and to nowhere else: every URL is built on it, redirects are not followed, and no proxy is asked.
//!
//! [`AzureDevOps`]: hookpost_core::azure_devops::port::AzureDevOps

mod answer;
mod call;
mod calls;
mod client;
mod connector;
mod fault;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod lenient;
mod local;
mod pace;
mod scrub;
mod tls;
mod transport;

pub use client::RestClient;
pub use connector::RestConnector;
pub use local::{LocalUrl, NotLocal};
pub use pace::Patience;
