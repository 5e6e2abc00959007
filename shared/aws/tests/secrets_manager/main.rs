//! The secret store on Secrets Manager: the SDK against the moto emulator, through a fault proxy that records every call.
//! Where moto is known to differ from AWS, a comment at the assertion says so.
#![expect(clippy::expect_used, reason = "helpers of tests fail the test")]

mod config;
mod deletion;
mod faults;
mod fixture;
mod listing;
mod ownership;
mod published_names;
mod replay;
mod rotation;
mod webhook;
