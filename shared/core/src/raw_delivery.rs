//! The raw deliveries queue: what Azure DevOps sent, byte for byte, for tools that read its webhooks themselves. It is off
//! unless a stack asks for it.
//!
//! [`encode`] writes a message, [`read`] reads it, and both use the wire format in [`record`].

pub(crate) mod encode;
pub(crate) mod origin;
pub mod read;
pub mod record;

/// The headers that a raw delivery keeps, in lower case. Nothing else that a sender adds reaches the queue: no
/// `Authorization`, no cookie, no address.
pub const KEPT_HEADERS: [&str; 5] =
    ["content-type", "user-agent", "request-id", "x-vss-activityid", "x-vss-subscriptionid"];

/// Most bytes of a header's value that are kept. Azure DevOps's have at most about a hundred.
pub const HEADER_BYTES_MAX: usize = 512;
