//! The event with which Secrets Manager asks for one step of a rotation, which `setup::rotate` then does.
//!
//! Source: Secrets Manager, "Lambda rotation functions".

use serde_json::Value;

use crate::error::{ErrorCode, OperatorError};

/// The event that Secrets Manager sends for one step of a rotation.
#[derive(Debug)]
pub struct Rotation {
    /// The step.
    pub step: RotationStep,
    /// The ARN of the secret.
    pub secret_id: String,
    /// The id of the new version (`ClientRequestToken`).
    pub token: String,
}

/// The four steps of a rotation by Secrets Manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RotationStep {
    /// Store a new password as pending.
    CreateSecret,
    /// Update the subscriptions with the new password.
    SetSecret,
    /// Send test deliveries.
    TestSecret,
    /// Make the new password the current one.
    FinishSecret,
}

impl Rotation {
    /// Parses an event of Secrets Manager. Unknown fields are ignored, since AWS may add fields.
    pub(super) fn parse(json: &Value) -> Result<Self, OperatorError> {
        let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
        let step = match text("Step").as_str() {
            "createSecret" => RotationStep::CreateSecret,
            "setSecret" => RotationStep::SetSecret,
            "testSecret" => RotationStep::TestSecret,
            "finishSecret" => RotationStep::FinishSecret,
            _ => {
                let steps = "`Step` must be createSecret, setSecret, testSecret or finishSecret";
                return Err(OperatorError::new(ErrorCode::BadRequest, steps.to_owned()));
            }
        };
        let rotation = Self { step, secret_id: text("SecretId"), token: text("ClientRequestToken") };
        if rotation.secret_id.is_empty() || rotation.token.is_empty() {
            let missing = "`SecretId` and `ClientRequestToken` are missing".to_owned();
            return Err(OperatorError::new(ErrorCode::BadRequest, missing));
        }
        Ok(rotation)
    }
}
