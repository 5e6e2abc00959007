//! The calls of the REST API, by subject.

pub(crate) mod access;
pub(crate) mod catalog;
pub(crate) mod delivery_log;
mod identity;
mod notification;
pub(crate) mod open_outcome;
mod pages;
pub(crate) mod pull_requests;
pub(crate) mod pushes;
mod subscription;
pub(crate) mod subscriptions;
pub(crate) mod test_delivery;
pub(crate) mod threads;
