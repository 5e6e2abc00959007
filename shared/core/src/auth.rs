//! Authenticates webhook requests: basic authentication, the live passwords of an integration, and their cache.

pub(crate) mod age;
pub(crate) mod authenticator;
pub(crate) mod basic;
pub mod cache;
pub(crate) mod known_names;
pub mod password;
pub(crate) mod ring;
