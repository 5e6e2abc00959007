//! A request as an input writes it: lines of `name: value`, an empty line, the body.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use hookpost_core::receiver::endpoint::Endpoint;
use hookpost_core::receiver::request::BODY_BYTES_MAX;

use crate::{INTEGRATION, PASSWORD};

/// One HTTP request to a receiver.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// The receiver.
    pub(crate) endpoint: Endpoint,
    /// The method.
    pub(crate) method: String,
    /// The integration in the path.
    pub(crate) integration: Option<String>,
    /// The `change` parameter.
    pub(crate) change: Option<String>,
    /// The media type.
    pub(crate) content_type: Option<String>,
    /// The value of the header, whatever bytes.
    pub(crate) authorization: Option<Vec<u8>>,
    /// The trace context.
    pub(crate) traceparent: Option<String>,
    /// Azure DevOps's id of the attempt.
    pub(crate) activity_id: String,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// A delivery of this body with the right password.
    pub(crate) fn delivery(endpoint: Endpoint, body: Vec<u8>) -> Self {
        Self {
            endpoint,
            method: "POST".to_owned(),
            integration: Some(INTEGRATION.to_owned()),
            change: None,
            content_type: Some("application/json; charset=utf-8".to_owned()),
            authorization: Some(basic(PASSWORD.as_bytes())),
            traceparent: None,
            activity_id: "first attempt".to_owned(),
            body,
        }
    }

    /// Reads an input; any bytes make a request.
    pub(crate) fn read(data: &[u8]) -> Self {
        let (head, body) = split(data);
        let mut request = Self::delivery(Endpoint::CodePushed, body.to_vec());
        (request.authorization, request.content_type, request.integration) = (None, None, None);
        for (name, value) in head_lines(head) {
            let text = || String::from_utf8_lossy(value).into_owned();
            match name {
                b"endpoint" if value == b"pull-request" => request.endpoint = Endpoint::PullRequest,
                b"method" => request.method = text(),
                b"integration" => request.integration = Some(text()),
                b"change" => request.change = Some(text()),
                b"content-type" => request.content_type = Some(text()),
                b"authorization" => request.authorization = Some(value.to_vec()),
                b"password" => request.authorization = Some(basic(value)),
                b"traceparent" => request.traceparent = Some(text()),
                b"activity" => request.activity_id = text(),
                b"size" if value == b"at the limit" => request.body.resize(BODY_BYTES_MAX, b' '),
                b"size" if value == b"over the limit" => request.body.resize(BODY_BYTES_MAX + 1, b' '),
                _ => {}
            }
        }
        request
    }

    /// Whether the credentials are right, checked in another way than the receiver does.
    pub(crate) fn is_genuine(&self) -> bool {
        let decoded = self.authorization.as_deref().and_then(|value| {
            let is_basic = value.get(..6)?.eq_ignore_ascii_case(b"basic ");
            let encoded = value.get(6..)?.trim_ascii();
            let either = STANDARD.decode(encoded).or_else(|_| STANDARD_NO_PAD.decode(encoded));
            either.ok().filter(|_| is_basic)
        });
        let password = decoded.as_deref().and_then(|pair| {
            let colon = pair.iter().position(|byte| *byte == b':')?;
            pair.get(colon + 1..)
        });
        self.integration.as_deref() == Some(INTEGRATION) && password == Some(PASSWORD.as_bytes())
    }
}

/// The head and the body.
pub(crate) fn split(data: &[u8]) -> (&[u8], &[u8]) {
    match data.windows(2).position(|two| two == b"\n\n") {
        Some(end) => (&data[..end], &data[end + 2..]),
        None => (data, b""),
    }
}

/// The well-formed lines of a head.
pub(crate) fn head_lines(head: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    head.split(|byte| *byte == b'\n').filter_map(|line| {
        let colon = line.windows(2).position(|two| two == b": ")?;
        Some((&line[..colon], &line[colon + 2..]))
    })
}

fn basic(password: &[u8]) -> Vec<u8> {
    let pair = [b":", password].concat();
    format!("Basic {}", STANDARD.encode(pair)).into_bytes()
}
