//! The port to Azure DevOps that `setup` and `watch` use, and its types. The adapter is the crate
//! `hookpost-azure-devops`.

pub mod catalog;
pub mod credential;
pub mod deliveries;
pub mod error;
pub mod listing;
pub mod organization_url;
pub mod port;
pub mod subscription;
pub mod threads;
pub mod token;
