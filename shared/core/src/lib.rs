//! What Hookpost decides: which requests are authentic, what a delivery means, which subscriptions an integration needs,
//! and what `watch` has to repair. No I/O: nothing here reads a clock, the environment, the network or a file. Time and
//! settings come in as arguments; everything else is behind the traits in [`ports`], [`azure_devops::port`],
//! [`secrets::store`], [`quarantine::port`] and [`watch::lease`].
//!
//! A delivery goes through [`receiver`], [`auth`], [`payload`], [`normalize`] and [`message`]. An operator's request goes
//! through [`setup`], a scheduled pass through [`watch`]; both open an [`integration`].

pub mod auth;
pub mod azure_devops;
#[cfg(feature = "fakes")]
pub mod fakes;
pub mod integration;
pub mod message;
pub mod payload;
pub mod ports;
pub mod quarantine;
pub mod receiver;
pub mod secrets;
pub mod settings;
pub mod setup;
pub mod subscriptions;
pub mod watch;

mod hex;
mod normalize;
