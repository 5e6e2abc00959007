//! The ports in memory. They never wait.

pub(crate) mod adapters;
pub(crate) mod azure;
pub(crate) mod contents;
pub(crate) mod entra;
pub(crate) mod organization;
pub(crate) mod port;
pub(crate) mod published_names;
pub(crate) mod secrets;
pub(crate) mod subscriptions;
