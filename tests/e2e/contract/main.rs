//! The event contract: what consumers read, written down as golden files and JSON Schema, and read back with tools of
//! others. `make bless` writes both anew; a change of either is a change of the contract and shows in review.
#![expect(clippy::expect_used, reason = "helpers of tests fail the test")]

mod blessed;
mod golden;
mod happenings;
mod official_sdks;
mod receiver;
mod schema;
mod shapes;
