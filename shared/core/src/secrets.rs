//! The secrets of integrations: the port to Secrets Manager, and its types.

pub mod error;
pub mod name;
pub mod status;
pub mod store;
pub mod token;
pub mod version;
