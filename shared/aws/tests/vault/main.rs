//! The vault on Secrets Manager: the real client against the moto emulator, through a front that records every call and
//! fails on command. Where moto is known to differ from AWS, it is said at the assertion.
#![expect(clippy::expect_used, reason = "helpers of tests fail the test")]

mod deletion;
mod faults;
mod link;
mod listing;
mod ownership;
mod replay;
mod rotation;
mod webhook;
mod world;
