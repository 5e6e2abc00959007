//! Passes of `watch` over an organization in memory.
#![expect(clippy::expect_used, reason = "helpers of tests fail the test")]

mod cheap;
mod fixture;
mod hidden;
mod loops;
mod organization;
mod port;
mod recreate;
mod secrets;
mod threads;
mod unseen;
