//! The real relay between the emulator's queue and stand-ins for tools, which check what the real ones check.
#![expect(clippy::expect_used, reason = "helpers of tests fail the test")]

mod fixture;
mod mapping;
mod tools;
mod worker;
