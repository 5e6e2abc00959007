//! The real `setup` and `watch` binaries, with a stand-in for Azure DevOps, emulators of Secrets Manager and SQS, and the real
//! receivers behind HTTP.
#![expect(clippy::expect_used, reason = "helpers of tests fail the test")]

mod connect;
mod console_events;
mod crashes;
mod deployment;
mod isolation;
mod loops;
mod mirrors;
mod organization;
mod owners;
mod passes;
mod recovery;
mod refusals;
mod renames;
mod replay;
mod rights;
mod rotate;
mod status;
mod watched_deployment;
mod watching;
