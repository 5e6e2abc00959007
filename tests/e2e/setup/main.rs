//! The real `setup` binary between a stand-in Azure DevOps, Secrets Manager and SQS emulators, and the real receivers behind
//! HTTP.
#![expect(clippy::expect_used, reason = "helpers of tests fail the test")]

mod connect;
mod console_events;
mod crashes;
mod deployment;
mod isolation;
mod refusals;
mod rotate;
mod status;
mod watched_deployment;
mod watching;
