//! What a contestant sees of the world: the Lambda Runtime API, SQS and Secrets Manager, on loopback.
//!
//! Threads and blocking sockets, without an async runtime: what this costs is time on the same processors that the
//! contestants are measured on.

pub(crate) mod aws;
pub(crate) mod certificates;
mod http;
pub(crate) mod runtime_api;
pub(crate) mod sqs;
