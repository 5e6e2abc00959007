//! Azure DevOps as `setup` and `watch` see it: the port, and the types that go through it. The adapter is
//! `hookpost-azure-devops`.

pub mod catalog;
pub mod deliveries;
pub mod error;
pub mod organization_url;
pub mod port;
pub mod subscription;
pub mod token;
