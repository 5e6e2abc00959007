//! Gives calls canned responses without a network, for `tests/fuzz` only. No release build has this module.

use std::cell::RefCell;

use hookpost_core::azure_devops::error::RestError;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::error::unreachable;
use crate::response::RestResponse;

/// A canned response.
#[derive(Clone, Debug)]
pub struct CannedResponse {
    /// The HTTP status.
    pub status: u16,
    /// Names and values of the headers. Invalid ones are left out.
    pub headers: Vec<(Vec<u8>, Vec<u8>)>,
    /// The body.
    pub body: Vec<u8>,
}

thread_local! {
    /// The responses to come, in reverse order.
    static RESPONSES: RefCell<Option<Vec<CannedResponse>>> = const { RefCell::new(None) };
}

/// Gives the next calls on this thread these responses, in this order. Later calls fail as unreachable.
pub fn respond_with(mut responses: Vec<CannedResponse>) {
    responses.reverse();
    RESPONSES.set(Some(responses));
}

/// The response to the next call; `None` when [`respond_with`] was never called on this thread.
pub(crate) fn next_response() -> Option<Result<RestResponse, RestError>> {
    let next = RESPONSES.with_borrow_mut(|responses| responses.as_mut().map(Vec::pop))?;
    Some(next.map(CannedResponse::into_response).ok_or_else(|| unreachable("no response is left")))
}

impl CannedResponse {
    fn into_response(self) -> RestResponse {
        let headers: HeaderMap =
            self.headers.iter().filter_map(|(name, value)| header(name, value)).collect();
        RestResponse { status: self.status, headers, body: self.body, is_too_large: false }
    }
}

fn header(name: &[u8], value: &[u8]) -> Option<(HeaderName, HeaderValue)> {
    HeaderName::from_bytes(name).ok().zip(HeaderValue::from_bytes(value).ok())
}
