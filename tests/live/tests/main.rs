//! A run against the stand-in: its answers with every switch that a question is about, and its conduct.
#![expect(clippy::expect_used, reason = "helpers of tests fail the test")]

mod answers;
mod app;
mod conduct;
mod fixture;
mod log_answers;
mod program;
mod secrecy;
mod webhook;
