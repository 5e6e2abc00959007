//! What Hookpost decides: who is admitted, what a delivery means, how it is answered.
//!
//! Nothing here reads a clock, the environment, the network or a file; time and settings come in as arguments, and the
//! outside is reached through the traits in [`port`] and [`setup`]. Modules in the order a delivery meets them; what an
//! operator asks for is in [`setup`].

pub mod endpoint;
#[cfg(feature = "fakes")]
pub mod fakes;
pub mod inbound;
pub mod integration;
pub mod message;
pub mod outcome;
pub mod password;
pub mod port;
pub mod reply;
pub mod settings;
pub mod setup;
pub mod watch;

mod again;
mod credentials;
mod fit;
mod gate;
mod hex;
mod intake;
mod normalise;
mod notification;
mod password_cache;
mod quarantine;
mod receive;
mod text;

pub use password_cache::PasswordPolicy;
pub use receive::{Receipt, Receiver};
