//! Builds the messages that are sent to SQS, within its limits of size and characters.

pub(crate) mod encode;
pub mod queue_message;
pub(crate) mod sanitize;
pub(crate) mod shorten;
