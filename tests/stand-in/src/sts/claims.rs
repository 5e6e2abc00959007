//! What a token says. Source: IAM User Guide, "Understanding token claims".

use serde_json::{Value, json};

use super::request::TokenRequest;
use crate::{Timestamp, Uuid};

/// The claims of a role's token. One audience is a string, as in AWS's sample; several are assumed to be a list.
pub(super) fn claims(
    issuer: &str,
    role_arn: &str,
    region: &str,
    id: Uuid,
    now: Timestamp,
    request: &TokenRequest,
) -> Value {
    let audience = match &*request.audiences {
        [audience] => json!(audience),
        several => json!(several),
    };
    let account = role_arn.split(':').nth(4).unwrap_or_default();
    json!({
        "iss": issuer,
        "aud": audience,
        "sub": role_arn,
        "iat": now.as_second(),
        "exp": now.as_second() + i64::from(request.duration_seconds),
        "jti": id,
        "https://sts.amazonaws.com/": {
            "aws_account": account,
            "source_region": region,
            "org_id": "o-abc1234567",
            "principal_id": role_arn,
        },
    })
}
