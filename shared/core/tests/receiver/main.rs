//! A receiver through its public surface: requests in, answers and messages out, with recording fakes for the queue and
//! the password store.
#![expect(clippy::expect_used, reason = "helpers of tests fail the test")]

mod answers;
mod change;
mod events;
mod faults;
mod identity;
mod limits;
mod scene;
