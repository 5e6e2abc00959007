//! Requests and responses in API Gateway's proxy format for REST APIs (version 1).
//!
//! Source: docs.aws.amazon.com, "Lambda proxy integrations in API Gateway".

use serde_json::{Map, Value, json};

use hookpost_stand_in::delivery::Delivery;

/// An HTTP request to `/{integration}/{endpoint}`.
#[derive(Clone, Debug)]
pub struct ApiRequest {
    method: String,
    integration: String,
    endpoint: String,
    headers: Vec<(String, String)>,
    query: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl ApiRequest {
    /// A request without headers and body. `endpoint` is the last path segment, such as `code-pushed`.
    pub fn new(method: &str, integration: &str, endpoint: &str) -> Self {
        Self {
            method: method.to_owned(),
            integration: integration.to_owned(),
            endpoint: endpoint.to_owned(),
            headers: Vec::new(),
            query: Vec::new(),
            body: None,
        }
    }

    /// A request to a URL that ends with `/{integration}/{endpoint}` and may have a query.
    pub(super) fn to(method: &str, url: &str) -> Self {
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let mut segments = path.rsplit('/');
        let (endpoint, integration) =
            (segments.next().unwrap_or_default(), segments.next().unwrap_or_default());
        let mut request = Self::new(method, integration, endpoint);
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            request.query.push((name.to_owned(), value.to_owned()));
        }
        request
    }

    /// A delivery of the stand-in, as API Gateway passes it on.
    pub fn of(delivery: &Delivery) -> Self {
        let request = Self::to("POST", &delivery.url).body(delivery.body.clone());
        delivery.headers.iter().fold(request, |request, (name, value)| request.header(name, value))
    }

    /// Adds a header; a name may be repeated.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Removes a header, in any case.
    #[must_use]
    pub fn without_header(mut self, name: &str) -> Self {
        self.headers.retain(|(present, _)| !present.eq_ignore_ascii_case(name));
        self
    }

    /// The bytes sent. They go through as text, and what is not UTF-8 is replaced, as the gateway does for media types
    /// that are not declared binary.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// The proxy event that the function receives.
    pub fn event(&self) -> Value {
        let resource = format!("/{{integration}}/{}", self.endpoint);
        let path = format!("/{}/{}", self.integration, self.endpoint);
        let body = self.body.as_ref().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        json!({
            "resource": resource,
            "path": path,
            "httpMethod": self.method,
            "headers": last(&self.headers),
            "multiValueHeaders": all(&self.headers),
            "queryStringParameters": last(&self.query),
            "multiValueQueryStringParameters": all(&self.query),
            "pathParameters": {"integration": self.integration},
            "stageVariables": null,
            "requestContext": {
                "resourceId": "h00k5",
                "resourcePath": resource,
                "httpMethod": self.method,
                "extendedRequestId": "Bq0xTHx2DoEEt9Q=",
                "requestTime": "02/Mar/2026:09:15:04 +0000",
                "path": format!("/{STAGE}{path}"),
                "accountId": "123456789012",
                "protocol": "HTTP/1.1",
                "stage": STAGE,
                "domainPrefix": "h00kp05t",
                "requestTimeEpoch": 1_772_442_904_123_i64,
                "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
                "identity": {"sourceIp": "203.0.113.7", "userAgent": null, "accessKey": null},
                "domainName": "h00kp05t.execute-api.eu-west-1.amazonaws.com",
                "deploymentId": "d3pl0y",
                "apiId": "h00kp05t",
            },
            "body": body,
            "isBase64Encoded": false,
        })
    }
}

/// The response of a function.
#[derive(Clone, Debug)]
pub struct ApiResponse {
    /// The HTTP status; 0 when the function did not give one.
    pub status: u64,
    /// Names in lower case, as the receivers give them.
    pub headers: Map<String, Value>,
    /// The body, which is text.
    pub body: String,
}

impl ApiResponse {
    /// Reads the result of an invocation.
    pub fn of(output: &Value) -> Self {
        Self {
            status: output["statusCode"].as_u64().unwrap_or_default(),
            headers: output["headers"].as_object().cloned().unwrap_or_default(),
            body: output["body"].as_str().unwrap_or_default().to_owned(),
        }
    }

    /// The body, or null when it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// A header's value; the name is in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(Value::as_str)
    }
}

/// The last value of each name; null when there are none.
fn last(pairs: &[(String, String)]) -> Value {
    let map: Map<String, Value> =
        pairs.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
    if map.is_empty() { Value::Null } else { map.into() }
}

/// All values of each name; null when there are none.
fn all(pairs: &[(String, String)]) -> Value {
    let mut map = Map::new();
    for (name, value) in pairs {
        let values = map.entry(name.as_str()).or_insert_with(|| json!([]));
        if let Value::Array(values) = values {
            values.push(value.as_str().into());
        }
    }
    if map.is_empty() { Value::Null } else { map.into() }
}

const STAGE: &str = "live";
