//! The real binaries, black box: a Lambda runtime API in front, SQS and Secrets Manager emulators behind, which can fail
//! on command. Every test plants recognisable secrets and fails if one shows anywhere.
#![expect(clippy::expect_used, reason = "helpers of tests fail the test")]

mod answers;
mod faults;
mod happenings;
mod idempotence;
mod limits;
mod log;
mod rotation;
mod start;
mod wild;
mod world;
