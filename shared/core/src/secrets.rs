//! The secrets of an integration: the port to Secrets Manager and the types that go through it.

pub mod error;
pub mod name;
pub mod status;
pub mod store;
pub mod token;
pub mod version;
