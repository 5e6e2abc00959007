//! The real `setup` and `watch` binaries, with a stand-in for Azure DevOps, emulators of Secrets Manager and SQS, and
//! the real receivers behind HTTP.
#![expect(clippy::expect_used, reason = "helpers of tests fail the test")]

mod as_code;
mod connect;
mod console_events;
mod crashes;
mod dead_subscriptions;
mod deployment;
mod entra;
mod entra_outage;
mod entra_refusals;
mod entra_secrecy;
mod entra_switching;
mod gone_projects;
mod isolation;
mod loops;
mod mirrors;
mod owners;
mod page;
mod passes;
mod permissions;
mod published_names;
mod raw_deliveries;
mod recovery;
mod refusals;
mod refused_items;
mod renamed_organization;
mod renamed_projects;
mod renames;
mod replay;
mod rotate;
mod scenario;
mod servers;
mod slow;
mod status;
mod stored_config;
mod switches;
mod watched_deployment;
mod watching;
mod widget;
mod wiretap;
