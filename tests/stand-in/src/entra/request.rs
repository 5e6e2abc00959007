//! A token request.

use std::collections::BTreeMap;

use hyper::Request;
use hyper::body::Bytes;
use hyper::header::CONTENT_TYPE;
use url::form_urlencoded;

use super::{RejectReason, SCOPE};

/// Path and form of a request.
pub(super) struct TokenRequest {
    pub(super) tenant: String,
    form: BTreeMap<String, String>,
}

impl TokenRequest {
    /// `None` for a request to another path or with another method.
    pub(super) fn parse(request: &Request<Bytes>) -> Option<Self> {
        let tenant = request.uri().path().strip_prefix('/')?.strip_suffix("/oauth2/v2.0/token")?;
        if request.method() != "POST" || tenant.contains('/') {
            return None;
        }
        let kind =
            request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let is_form = kind.starts_with("application/x-www-form-urlencoded");
        let body: &[u8] = if is_form { request.body() } else { &[] };
        Some(Self { tenant: tenant.to_owned(), form: form_urlencoded::parse(body).into_owned().collect() })
    }

    pub(super) fn text(&self, name: &str) -> &str {
        self.form.get(name).map_or("", String::as_str)
    }

    /// Whether the form asks for a token for Azure DevOps with a federated credential.
    pub(super) fn check(&self) -> Result<(), RejectReason> {
        for name in ["grant_type", "client_id", "scope"] {
            if self.text(name).is_empty() {
                return Err(RejectReason::Missing(name));
            }
        }
        if self.text("grant_type") != "client_credentials" {
            return Err(RejectReason::GrantType(self.text("grant_type").to_owned()));
        }
        if self.text("client_assertion").is_empty() {
            return Err(RejectReason::NoAssertion);
        }
        if self.text("client_assertion_type") != ASSERTION_TYPE {
            return Err(RejectReason::AssertionType);
        }
        if self.text("scope") != SCOPE {
            return Err(RejectReason::Scope(self.text("scope").to_owned()));
        }
        Ok(())
    }
}

/// RFC 7523.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
