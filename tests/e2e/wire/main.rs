//! The real receiver binaries as black boxes: a Lambda Runtime API in front, and behind them SQS and Secrets Manager
//! emulators that fail on command. Every test plants canaries and fails if one shows anywhere.
#![expect(clippy::expect_used, reason = "helpers of tests fail the test")]

mod duplicates;
mod faults;
mod fixture;
mod limits;
mod log;
mod made_up_names;
mod published_deliveries;
mod responses;
mod start;
