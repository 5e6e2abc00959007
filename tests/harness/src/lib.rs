//! Black-box tests of the real Lambda binaries: a Runtime API to run them under, AWS emulators to
//! run them against, and a front before the emulators that records and breaks things.
//!
//! Everything listens on loopback and ends with the test process.

pub mod account;
pub mod api_gateway;
pub mod aws;
pub mod emulators;
pub mod fleet;
pub mod front;
pub mod function;
pub mod gateway;
pub mod local_aws;
pub mod process;
pub mod queues;
pub mod runtime_api;
pub mod secrets;
mod settings;

/// The AWS Region all of this plays in.
pub const REGION: &str = "eu-west-1";

#[cfg(test)]
mod tests;
