//! Faults of the REST API.

use std::time::Duration;

use serde_json::json;

use super::{ApiError, ApiResponse, authentication};

/// A fault of one call.
#[derive(Clone, Debug)]
pub enum Fault {
    /// 429 with this `Retry-After`, and TF400733. Nothing is changed.
    Throttled(Duration),
    /// An organization policy rejects the token, with this status: it is not documented.
    PolicyBlocked(u16),
    /// 203 and the sign-in page, whatever the credentials.
    SignInPage,
    /// 302 to the sign-in page, whatever the credentials.
    Redirect,
    /// 401, as for a token that was revoked.
    Expired,
    /// An error with this status, in the usual form.
    Status(u16),
    /// An HTML page with this status.
    Html(u16),
    /// 200 and `application/json` that breaks off.
    BrokenJson,
    /// The connection is closed. Nothing is changed.
    CloseBefore,
    /// The call takes effect, and the response comes after so long. Throttled calls are held up to 30 s.
    Delayed(Duration),
    /// 503 with a byte order mark and the reason: the organization is deactivated.
    Deactivated,
    /// The call takes effect; no response for so long, then the connection is closed.
    StallAfter(Duration),
}

impl Fault {
    /// The response of a fault without an effect.
    pub(super) fn replacement(&self) -> Option<ApiResponse> {
        Some(match self {
            Self::Throttled(wait) => throttled(*wait),
            Self::PolicyBlocked(status) => ApiError::policy(*status).response(),
            Self::SignInPage => authentication::sign_in_page(),
            Self::Redirect => authentication::redirect(),
            Self::Expired => authentication::unauthorized(),
            Self::Status(status) => ApiError::of_status(*status).response(),
            Self::Html(status) => ApiResponse::html(*status, "Azure DevOps Services Unavailable"),
            Self::BrokenJson => {
                let mut response = ApiResponse::json(200, &json!({"count": 1, "value": [{"id": ""}]}));
                response.body.truncate(20);
                response
            }
            Self::Deactivated => ApiError::deactivated().response().with_byte_order_mark(),
            Self::CloseBefore | Self::Delayed(_) | Self::StallAfter(_) => return None,
        })
    }
}

/// Source: learn.microsoft.com, "Rate and usage limits", API client experience.
fn throttled(wait: Duration) -> ApiResponse {
    ApiError::throttled()
        .response()
        .with("Retry-After", wait.as_secs().to_string())
        .with("X-RateLimit-Resource", "StandIn/REST")
        .with("X-RateLimit-Delay", format!("{:.3}", wait.as_secs_f64()))
        .with("X-RateLimit-Limit", "200")
        .with("X-RateLimit-Remaining", "0")
}

/// The faults of the next calls.
#[derive(Debug, Default)]
pub(super) struct FaultPlan(Vec<Rule>);

#[derive(Debug)]
struct Rule {
    /// `None` for every operation.
    operation: Option<String>,
    fault: Fault,
    /// Whether it is for one call, and not for each until it is cleared.
    once: bool,
}

impl FaultPlan {
    pub(super) fn add(&mut self, operation: Option<&str>, fault: Fault, once: bool) {
        self.0.push(Rule { operation: operation.map(str::to_owned), fault, once });
    }

    /// Those for one call come first.
    pub(super) fn take(&mut self, operation: &str) -> Option<Fault> {
        let applies = |rule: &Rule| rule.operation.as_deref().is_none_or(|wanted| wanted == operation);
        if let Some(index) = self.0.iter().position(|rule| rule.once && applies(rule)) {
            return Some(self.0.remove(index).fault);
        }
        self.0.iter().find(|rule| applies(rule)).map(|rule| rule.fault.clone())
    }
}
