//! The calls of the token endpoint that the stand-in has received.

/// A call to `POST /{tenant}/oauth2/v2.0/token`.
#[derive(Clone, Debug)]
pub struct Call {
    /// As the path has it.
    pub tenant: String,
    /// As the form has it; empty without one.
    pub client_id: String,
    /// As the form has it; empty without one.
    pub scope: String,
    /// The assertion's subject, whether the assertion is valid or not; `None` when it cannot be read.
    pub subject: Option<String>,
    /// The response's status; `None` before, and when the connection was closed instead.
    pub status: Option<u16>,
    /// The number of the error, when the response has one.
    pub error_code: Option<u32>,
    pub(super) number: usize,
}
