//! The event contract: golden files and a JSON Schema, read with official SDKs. `make bless` rewrites both; a change of
//! either is a change of the contract and shows in review.
#![expect(clippy::expect_used, reason = "helpers of tests fail the test")]

mod golden;
mod golden_file;
mod official_sdks;
mod receiver;
mod schema;
mod shapes;
mod workload;
