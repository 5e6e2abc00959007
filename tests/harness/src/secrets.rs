//! Secrets on the Secrets Manager emulator.

#![expect(
    clippy::missing_errors_doc,
    reason = "each method fails when the emulator refuses or does not answer"
)]

use serde_json::{Value, json};

use super::aws::{AwsError, SECRETS_MANAGER};

/// The Secrets Manager emulator at an endpoint. Its content is shared by all tests of a process,
/// so each test uses a prefix of its own.
#[derive(Clone, Debug)]
pub struct Secrets {
    endpoint: String,
}

/// A staging label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionStage {
    /// `AWSCURRENT`
    Current,
    /// `AWSPENDING`
    Pending,
    /// `AWSPREVIOUS`
    Previous,
}

impl VersionStage {
    /// The label.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Current => "AWSCURRENT",
            Self::Pending => "AWSPENDING",
            Self::Previous => "AWSPREVIOUS",
        }
    }
}

/// The name of an integration's webhook secret: `{prefix}/{integration}/webhook`.
pub fn webhook_secret(prefix: &str, integration: &str) -> String {
    format!("{prefix}/{integration}/webhook")
}

/// The value of a webhook secret.
pub fn webhook_value(password: &str) -> String {
    json!({"password": password}).to_string()
}

impl Secrets {
    /// `endpoint` such as `http://127.0.0.1:5000`, without a path.
    pub fn at(endpoint: &str) -> Self {
        Self { endpoint: endpoint.to_owned() }
    }

    /// Creates a secret with a current value; returns the version id.
    pub async fn create(&self, name: &str, value: &str) -> Result<String, AwsError> {
        let output = self.call("CreateSecret", &json!({"Name": name, "SecretString": value})).await?;
        Ok(version(&output))
    }

    /// Creates the webhook secret of an integration, with a current password.
    pub async fn seed(&self, prefix: &str, integration: &str, password: &str) -> Result<String, AwsError> {
        self.create(&webhook_secret(prefix, integration), &webhook_value(password)).await
    }

    /// Puts a new version under one label, which leaves the version that had it. A new current version makes the old one
    /// previous. Returns the version id.
    pub async fn put(&self, name: &str, value: &str, stage: VersionStage) -> Result<String, AwsError> {
        let input = json!({"SecretId": name, "SecretString": value, "VersionStages": [stage.as_str()]});
        Ok(version(&self.call("PutSecretValue", &input).await?))
    }

    /// The value under a label.
    pub async fn value(&self, name: &str, stage: VersionStage) -> Result<String, AwsError> {
        let input = json!({"SecretId": name, "VersionStage": stage.as_str()});
        let output = self.call("GetSecretValue", &input).await?;
        Ok(output["SecretString"].as_str().unwrap_or_default().to_owned())
    }

    /// Deletes a secret at once, without a recovery window.
    pub async fn delete(&self, name: &str) -> Result<(), AwsError> {
        let input = json!({"SecretId": name, "ForceDeleteWithoutRecovery": true});
        self.call("DeleteSecret", &input).await.map(drop)
    }

    /// Schedules a secret for deletion; reading it is an `InvalidRequestException` from now on.
    pub async fn schedule_deletion(&self, name: &str) -> Result<(), AwsError> {
        let input = json!({"SecretId": name, "RecoveryWindowInDays": 7});
        self.call("DeleteSecret", &input).await.map(drop)
    }

    async fn call(&self, operation: &str, input: &Value) -> Result<Value, AwsError> {
        SECRETS_MANAGER.call(&self.endpoint, operation, input).await
    }
}

fn version(output: &Value) -> String {
    output["VersionId"].as_str().unwrap_or_default().to_owned()
}
