//! The actions of `setup` against an Azure DevOps in memory, of which single calls can be refused.
#![expect(clippy::expect_used, reason = "helpers of tests fail the test")]

mod azure_devops;
mod fixture;
mod owners;
mod refusals;
mod rights;
mod rotation;
mod secrets;
mod servers;
mod single_items;
