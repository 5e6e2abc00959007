//! The stand-in Azure DevOps over HTTP: it answers as the documentation says, and as clients that nobody here wrote
//! expect.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod agenda;
mod clients;
mod credentials;
mod deliveries;
mod faults;
mod office;
mod reading;
mod serve;
mod statuses;
mod subscriptions;
mod tests_of_hooks;
