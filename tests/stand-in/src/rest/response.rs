//! Responses under construction.

use std::time::Duration;

use http_body_util::Full;
use hyper::Response;
use hyper::body::Bytes;
use serde_json::{Value, json};

use super::DueDelivery;
use crate::server::HttpResponse;

/// Status, headers and body.
#[derive(Debug)]
pub(super) struct ApiResponse {
    pub(super) status: u16,
    headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
    /// Whether the call changed something; see [`Call::has_effect`](super::Call::has_effect).
    pub(super) has_effect: bool,
    /// The connection is closed after so long, instead of a response.
    pub(super) stall: Option<Duration>,
    /// A delivery to make after the response.
    pub(super) delivery: Option<Box<DueDelivery>>,
}

impl ApiResponse {
    pub(super) fn json(status: u16, value: &Value) -> Self {
        Self::text(status, value.to_string())
    }

    /// JSON that is rendered already.
    pub(super) fn text(status: u16, json: String) -> Self {
        Self::empty(status).with("Content-Type", JSON).body(json.into_bytes())
    }

    /// `{count, value}`, the form of every list.
    pub(super) fn list(values: impl IntoIterator<Item = Value>) -> Self {
        let values: Vec<Value> = values.into_iter().collect();
        Self::json(200, &json!({"count": values.len(), "value": values}))
    }

    pub(super) fn html(status: u16, title: &str) -> Self {
        let page =
            format!("<!DOCTYPE html>\r\n<html lang=\"en-US\"><head><title>{title}</title></head></html>");
        Self::empty(status).with("Content-Type", "text/html; charset=utf-8").body(page.into_bytes())
    }

    pub(super) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), has_effect: false, stall: None, delivery: None }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The response of a call that changed something.
    pub(super) fn changed(self) -> Self {
        Self { has_effect: true, ..self }
    }

    pub(super) fn stalling(self, stall: Option<Duration>) -> Self {
        Self { stall, ..self }
    }

    fn body(mut self, body: Vec<u8>) -> Self {
        self.body = body;
        self
    }

    /// A byte order mark before a JSON body that has none.
    pub(super) fn with_byte_order_mark(mut self) -> Self {
        let is_json = self.headers.contains(&("Content-Type", JSON.to_owned()));
        if is_json && !self.body.starts_with(BYTE_ORDER_MARK) {
            self.body.splice(0..0, BYTE_ORDER_MARK.iter().copied());
        }
        self
    }

    pub(super) fn into_http(self) -> HttpResponse {
        let mut response = Response::builder().status(self.status);
        for (name, value) in &self.headers {
            response = response.header(*name, value);
        }
        // Names are constants, and no value has a control character: there is no error.
        response.body(Full::new(Bytes::from(self.body))).unwrap_or_default()
    }
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
const JSON: &str = "application/json; charset=utf-8; api-version=7.1";
