//! The actions of `setup` and the passes of `watch`, with Azure DevOps and everything around them in memory.
#![expect(clippy::expect_used, reason = "helpers of tests fail the test")]

mod declared;
mod fakes;
mod fixture;
mod interleaving;
mod setup;
mod watch;
