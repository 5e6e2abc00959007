//! What Hookpost is tested with: a stand-in Azure DevOps, a way to deliver its notifications, and
//! harnesses that run the real binaries against local AWS emulators.

pub mod azure_devops;
pub mod delivery;
pub mod expectation;
pub mod harness;
pub mod http;
