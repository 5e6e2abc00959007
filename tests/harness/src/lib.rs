//! Runs the real Lambda binaries as black boxes: under a Runtime API of their own, against AWS emulators, through a
//! proxy that records calls and injects faults.
//!
//! Everything listens on loopback and ends with the test process.

pub mod account;
pub mod api_gateway;
pub mod aws;
pub mod crash;
pub mod emulators;
pub mod fault_proxy;
pub mod federation;
pub mod fleet;
pub mod function;
pub mod gateway;
pub mod local_aws;
pub mod process;
pub mod queues;
pub mod relay;
pub mod runtime_api;
pub mod secrets;
mod settings;
pub mod tool;

/// The AWS Region of the emulators and functions.
pub const REGION: &str = "eu-west-1";

#[cfg(test)]
mod tests;
