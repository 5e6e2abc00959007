//! Messages for SQS: their form, their size limit, and the characters that SQS accepts.

pub mod queue_message;
pub(crate) mod sanitize;
pub(crate) mod truncate;
