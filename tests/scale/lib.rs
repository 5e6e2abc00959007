//! How calls, bytes and time grow with integrations, projects and outages: the real binaries on a virtual clock, between
//! the stand-in Azure DevOps and AWS services in this process.
//!
//! README.md says how it is measured and what it cannot see.
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a measurement that cannot go on ends with a message"
)]

pub mod aws;
pub mod bounds;
pub mod clock;
pub mod environment;
pub mod lambda;
pub mod meter;
pub mod report;
pub mod row;
pub mod scenarios;
pub mod scheduled_watch;
pub mod service_proxy;
pub mod throttle;
