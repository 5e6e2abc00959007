//! Answers of the Query protocol, in XML.

use http_body_util::Full;
use hyper::Response;
use hyper::body::Bytes;

use super::StsError;
use crate::server::HttpResponse;
use crate::{Timestamp, Uuid, time};

/// The answer with a token.
pub(super) fn token(token: &str, expires: Timestamp, id: Uuid) -> HttpResponse {
    let token = format!("<WebIdentityToken>{token}</WebIdentityToken>");
    result(&format!("{token}<Expiration>{}</Expiration>", time::render_seconds(expires)), id)
}

/// An answer whose result has these members.
pub(super) fn result(members: &str, id: Uuid) -> HttpResponse {
    let body = format!(
        "<GetWebIdentityTokenResponse xmlns=\"{NAMESPACE}\"><GetWebIdentityTokenResult>{members}\
         </GetWebIdentityTokenResult><ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata>\
         </GetWebIdentityTokenResponse>"
    );
    xml(200, body, id)
}

pub(super) fn error(error: &StsError, id: Uuid) -> HttpResponse {
    let kind = if error.status < 500 { "Sender" } else { "Receiver" };
    let (code, message) = (error.code, escape(&error.message));
    let body = format!(
        "<ErrorResponse xmlns=\"{NAMESPACE}\"><Error><Type>{kind}</Type><Code>{code}</Code>\
         <Message>{message}</Message></Error><RequestId>{id}</RequestId></ErrorResponse>"
    );
    xml(error.status, body, id)
}

pub(super) fn xml(status: u16, body: String, id: Uuid) -> HttpResponse {
    let response = Response::builder()
        .status(status)
        .header("Content-Type", "text/xml")
        .header("x-amzn-RequestId", id.to_string());
    // Names and values are made here: there is no error.
    response.body(Full::new(Bytes::from(body))).unwrap_or_default()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";
