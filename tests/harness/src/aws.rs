//! Calls in AWS's JSON protocols over plain HTTP, unsigned, for emulators.

use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Method, Request};
use serde_json::Value;

use super::REGION;
use hookpost_stand_in::http::{self, HttpError};

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum AwsError {
    /// No HTTP answer.
    #[error("no answer from the emulator")]
    Unreachable(#[source] HttpError),
    /// The service returned an error.
    #[error("{code} (HTTP {status}): {message}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The error's name without its namespace, such as `QueueDoesNotExist`.
        code: String,
        /// The message, for people.
        message: String,
    },
}

/// The service a call is for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Service {
    /// The prefix of the operation in `X-Amz-Target`.
    target: &'static str,
    signing_name: &'static str,
    content_type: &'static str,
}

pub(super) const SQS: Service =
    Service { target: "AmazonSQS", signing_name: "sqs", content_type: "application/x-amz-json-1.0" };

pub(super) const SECRETS_MANAGER: Service = Service {
    target: "secretsmanager",
    signing_name: "secretsmanager",
    content_type: "application/x-amz-json-1.1",
};

impl Service {
    /// Calls an operation at `endpoint`, such as `http://127.0.0.1:4566`.
    pub(super) async fn call(
        self,
        endpoint: &str,
        operation: &str,
        input: &Value,
    ) -> Result<Value, AwsError> {
        // Emulators read the Region out of the credential scope and check nothing.
        let scope = format!("test/20260302/{REGION}/{}/aws4_request", self.signing_name);
        let authorization =
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature=0");
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("{endpoint}/"))
            .header("content-type", self.content_type)
            .header("x-amz-target", format!("{}.{operation}", self.target))
            .header("x-amz-date", "20260302T091504Z")
            .header("authorization", authorization)
            .body(Full::new(Bytes::from(input.to_string())))
            .map_err(|_| AwsError::Unreachable(HttpError::Address(endpoint.parse().unwrap_or_default())))?;
        let response = http::send(request, TIMEOUT).await.map_err(AwsError::Unreachable)?;
        let output: Value = serde_json::from_slice(response.body()).unwrap_or_default();
        if response.status().is_success() {
            return Ok(output);
        }
        let code = output["__type"].as_str().unwrap_or_default();
        let message = output["message"].as_str().or(output["Message"].as_str());
        Err(AwsError::Refused {
            status: response.status().as_u16(),
            code: code.rsplit('#').next().unwrap_or_default().to_owned(),
            message: message.unwrap_or_default().to_owned(),
        })
    }
}

const TIMEOUT: Duration = Duration::from_secs(30);
