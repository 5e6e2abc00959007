//! An integration connects an Azure DevOps organization to a deployment: its name, its configuration, and how `setup`
//! and `watch` open it.

pub(crate) mod availability;
pub mod config;
pub(crate) mod lock;
pub mod name;
pub mod open;
pub(crate) mod open_integration;
pub mod owner;
pub(crate) mod password;
mod publish;
pub mod published_names;
pub(crate) mod scope;
pub mod selection;
mod turn;
