//! The logic of Hookpost: authenticating requests, converting deliveries into events, planning the subscriptions of an
//! integration, and repairing them.
//!
//! This crate does no I/O: it reads no clock, environment, network or file. Time and settings are arguments, and everything
//! else is behind the traits in [`ports`], [`azure_devops::port`], [`entra::port`], [`secrets::store`],
//! [`queue_receiver`] and [`watch::lease`].
//!
//! A delivery passes through [`receiver`], [`auth`], [`payload`], `normalize` and [`message`], and is kept as it came by
//! [`raw_delivery`]. An operator's request is
//! handled by [`setup`], and a scheduled pass by [`watch`]; both open an [`integration`].
//! What a pass saw is in its [`overview`]. Raw deliveries are posted to tools by [`relay`].

pub mod auth;
pub mod azure_devops;
pub mod entra;
pub mod error;
#[cfg(feature = "fakes")]
pub mod fakes;
pub mod integration;
pub mod invocation;
pub mod message;
pub mod overview;
pub mod payload;
pub mod ports;
pub mod quarantine;
pub mod queue_receiver;
pub mod raw_delivery;
pub mod receiver;
pub mod relay;
pub mod secrets;
pub mod settings;
pub mod setup;
pub mod subscriptions;
pub mod watch;

mod gzip;
mod normalize;
mod recovery;
