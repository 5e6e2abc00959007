//! Tests the actions of `setup` and the passes of `watch` through their public interface, with an organization in memory
//! that can be renamed, that hides what was deleted, and that refuses calls.
#![expect(clippy::expect_used, reason = "a failing helper fails its test")]

mod azure_devops;
mod deployment;
mod renames;
mod retired;
mod secrets;
