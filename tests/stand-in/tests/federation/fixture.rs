//! An STS, an Entra and an Azure DevOps that are one way, with an app that trusts one role. Nothing has a port.

use hookpost_stand_in::entra::{self, App, FederatedCredential};
use hookpost_stand_in::rest;
use hookpost_stand_in::server::Reply;
use hookpost_stand_in::sts;
use hookpost_stand_in::{Organization, Timestamp};
use http_body_util::BodyExt as _;
use hyper::body::Bytes;
use hyper::{HeaderMap, Request};
use serde_json::{Value, json};
use url::form_urlencoded;

pub(crate) const REGION: &str = "eu-west-1";
pub(crate) const KEY: &str = "ASIACANARYHOOKPOST77-setup";
pub(crate) const ROLE: &str = "arn:aws:iam::111122223333:role/hookpost-SetupRole-1A2B";
pub(crate) const ORGANIZATION: &str = "lakeside";
pub(crate) const AT: Timestamp = Timestamp::constant(1_772_442_904, 0);

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
pub(crate) const SCOPE: &str = "499b84ac-1321-427f-aa17-267ca6975798/.default";

pub(crate) struct Fixture {
    pub(crate) sts: sts::StandIn,
    pub(crate) entra: entra::StandIn,
    pub(crate) azure: rest::StandIn,
    pub(crate) app: App,
}

pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Response {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(self.text.trim_start_matches('\u{feff}')).unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The text of the first XML element of this name.
    pub(crate) fn element(&self, name: &str) -> &str {
        let inner = self.text.split_once(&format!("<{name}>")).map_or("", |(_, rest)| rest);
        inner.split_once(&format!("</{name}>")).map_or("", |(text, _)| text)
    }
}

impl Fixture {
    pub(crate) async fn start() -> Self {
        let sts = sts::StandIn::new(REGION);
        sts.register(KEY, ROLE);
        let entra = entra::StandIn::new(&sts);
        let app = entra.register_app(entra.tenant(), "hookpost");
        entra.trust(&app, FederatedCredential::new(&sts.issuer(), ROLE));
        let mut organization = Organization::services(ORGANIZATION, 11);
        let project = organization.add_project("Boat House");
        organization.add_repository(project, "oars");
        let azure = rest::StandIn::start([organization]).await;
        azure.trust(&entra);
        let fixture = Self { sts, entra, azure, app };
        fixture.set_time(AT);
        fixture
    }

    pub(crate) fn set_time(&self, at: Timestamp) {
        self.sts.set_time(at);
        self.entra.set_time(at);
        self.azure.set_time(at);
    }

    /// The response of STS to a form that is signed with a key; `None` when the connection was closed.
    pub(crate) async fn ask(&self, form: &[(&str, &str)]) -> Option<Response> {
        response(self.sts.answer(sts_request(&scope(KEY, REGION, "sts"), form)).await).await
    }

    /// A valid assertion.
    pub(crate) async fn assertion(&self) -> String {
        let response = self.ask(&FORM).await.expect("a response");
        assert_eq!(response.status, 200, "{}", response.text);
        response.element("WebIdentityToken").to_owned()
    }

    /// The response of Entra to an assertion; `None` when the connection was closed.
    pub(crate) async fn exchange(&self, assertion: &str) -> Option<Response> {
        let (tenant, client_id) = (self.app.tenant_id.to_string(), self.app.client_id.to_string());
        response(self.entra.answer(token_request(&tenant, &form(&client_id, assertion))).await).await
    }

    /// What Entra says to a fresh assertion: the status, and the number of the error.
    pub(crate) async fn outcome(&self) -> (u16, u64) {
        let response = self.exchange(&self.assertion().await).await.expect("a response");
        (response.status, response.json()["error_codes"][0].as_u64().unwrap_or_default())
    }

    /// A valid access token.
    pub(crate) async fn access_token(&self) -> String {
        let response = self.exchange(&self.assertion().await).await.expect("a response");
        response.json()["access_token"].as_str().expect("a token").to_owned()
    }

    /// Calls Azure DevOps as the function does.
    pub(crate) async fn call(&self, method: &str, path: &str, body: &Value, token: &str) -> Response {
        self.call_as(method, path, body, token, Some("Suppress")).await
    }

    pub(crate) async fn call_as(
        &self,
        method: &str,
        path: &str,
        body: &Value,
        token: &str,
        redirect: Option<&str>,
    ) -> Response {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/{ORGANIZATION}/_apis/{path}"))
            .header("Authorization", format!("Bearer {token}"));
        if let Some(redirect) = redirect {
            request = request.header("X-TFS-FedAuthRedirect", redirect);
        }
        let request = request.body(Bytes::from(body.to_string())).unwrap();
        response(self.azure.answer(request).await).await.expect("a response")
    }
}

/// The form that the functions send to STS.
pub(crate) const FORM: [(&str, &str); 5] = [
    ("Action", "GetWebIdentityToken"),
    ("Version", "2011-06-15"),
    ("Audience.member.1", entra::AUDIENCE),
    ("SigningAlgorithm", "RS256"),
    ("DurationSeconds", "300"),
];

/// The form with one member replaced; without it for `None`.
pub(crate) fn with<'a>(name: &'a str, value: Option<&'a str>) -> Vec<(&'a str, &'a str)> {
    let mut form: Vec<_> = FORM.into_iter().filter(|(own, _)| *own != name).collect();
    form.extend(value.map(|value| (name, value)));
    form
}

/// The header of AWS's Signature Version 4; the stand-in does not look at the signature.
pub(crate) fn scope(key: &str, region: &str, service: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential={key}/20260302/{region}/{service}/aws4_request, \
         SignedHeaders=content-type;host;x-amz-date, Signature=0f"
    )
}

pub(crate) fn sts_request(authorization: &str, form: &[(&str, &str)]) -> Request<Bytes> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let mut request = Request::post("/");
    if !authorization.is_empty() {
        request = request.header("Authorization", authorization);
    }
    request.body(Bytes::from(body)).unwrap()
}

/// The form that the functions send to Entra.
pub(crate) fn form<'a>(client_id: &'a str, assertion: &'a str) -> [(&'a str, &'a str); 5] {
    [
        ("grant_type", "client_credentials"),
        ("client_id", client_id),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion),
        ("scope", SCOPE),
    ]
}

pub(crate) fn token_request(tenant: &str, form: &[(&str, &str)]) -> Request<Bytes> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    Request::post(format!("/{tenant}/oauth2/v2.0/token"))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(Bytes::from(body))
        .unwrap()
}

pub(crate) async fn response(reply: Reply) -> Option<Response> {
    let (parts, body) = reply?.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let text = String::from_utf8(body.to_vec()).expect("UTF-8");
    Some(Response { status: parts.status.as_u16(), headers: parts.headers, text })
}

/// The claims that STS gives the role, changed.
pub(crate) fn claims(fixture: &Fixture, name: &str, value: &Value) -> Value {
    let second = AT.as_second();
    let mut claims = json!({
        "iss": fixture.sts.issuer(),
        "sub": ROLE,
        "aud": entra::AUDIENCE,
        "iat": second,
        "exp": second + 300,
    });
    claims[name] = value.clone();
    claims
}
