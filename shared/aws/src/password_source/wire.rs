//! `GetSecretValue` in the JSON that Secrets Manager speaks.
//!
//! Source: docs.aws.amazon.com, API reference of AWS Secrets Manager, `GetSecretValue`. A test compares with what the SDK
//! sends and reads.

use serde::{Deserialize, Serialize};

pub(crate) const TARGET: &str = "secretsmanager.GetSecretValue";

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Request<'a> {
    pub(crate) secret_id: &'a str,
    pub(crate) version_stage: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Secret {
    pub(crate) secret_string: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Refusal {
    #[serde(rename = "__type")]
    pub(crate) code: Option<String>,
    #[serde(rename = "message", alias = "Message")]
    pub(crate) message: Option<String>,
}
