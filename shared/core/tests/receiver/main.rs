//! Tests a receiver through its public interface: requests in, responses and messages out, with recording fakes of the
//! queues and the password source.
#![expect(clippy::expect_used, reason = "a failing helper fails its test")]

mod action;
mod alternate_urls;
mod events;
mod faults;
mod fixture;
mod identity;
mod ids;
mod limits;
mod raw_deliveries;
mod repositories;
mod responses;
mod sequence;
