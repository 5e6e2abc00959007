//! Faults of the token endpoint.

use std::time::Duration;

use super::RejectReason;

/// A fault of one call.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The request is refused with this number, such as 53003. A number that the stand-in does not know is answered
    /// with 400 and `invalid_request`.
    Refused(u32),
    /// 429 with this `Retry-After`, or without one.
    Throttled(Option<Duration>),
    /// 503 and the error `temporarily_unavailable`, with this number, such as 90033.
    TemporarilyUnavailable(u32),
    /// An empty answer with this status.
    Status(u16),
    /// An HTML page with this status, which may be 200: a proxy's.
    Html(u16),
    /// 302 to another host.
    Redirect,
    /// 200 with JSON that breaks off.
    BrokenJson,
    /// 200 with JSON that has no `access_token`.
    NoToken,
    /// 200 with a token and more than 64 KiB beside it.
    Oversized,
    /// The response comes after so long.
    Delayed(Duration),
    /// The connection is closed after so long, without a response.
    Stall(Duration),
}

impl Fault {
    /// The refusal that takes the place of a token.
    pub(super) fn refusal(&self) -> Option<RejectReason> {
        match self {
            Self::Refused(code) => Some(RejectReason::Numbered(*code)),
            Self::TemporarilyUnavailable(code) => Some(RejectReason::Transient(*code)),
            _ => None,
        }
    }
}
