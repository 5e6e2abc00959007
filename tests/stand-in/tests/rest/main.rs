//! The stand-in over HTTP: as Microsoft documents the service, and as Microsoft's own clients expect it.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod administration;
mod clients;
mod credentials;
mod deliveries;
mod delivery_log;
mod delivery_schedule;
mod faults;
mod fixture;
mod permissions;
mod probes;
mod program;
mod pull_requests;
mod reading;
mod recording_webhook;
mod refused_items;
mod servers;
mod subscriptions;
mod switches;
mod test_notifications;
mod threads;
mod writes;
