//! The real `setup` binary between a stand-in Azure DevOps, Secrets Manager and SQS emulators, and the real receivers behind
//! HTTP.
#![expect(clippy::expect_used, reason = "helpers of tests fail the test")]

mod connect;
mod crashes;
mod ready_made;
mod refusals;
mod rotate;
mod side_by_side;
mod status;
mod town;
mod watched;
mod watching;
