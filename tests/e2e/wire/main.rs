//! The real binaries, black box: a Lambda runtime API in front, SQS and Secrets Manager emulators behind, which can fail
//! on command. Every test plants recognisable secrets and fails if one shows anywhere.
#![expect(clippy::expect_used, reason = "helpers of tests fail the test")]

mod duplicates;
mod faults;
mod fixture;
mod limits;
mod log;
mod published_deliveries;
mod responses;
mod rotation;
mod start;
