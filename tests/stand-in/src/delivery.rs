//! Delivering a notification over HTTP, as Azure DevOps does.
//!
//! One POST per attempt, HTTP/1.1, JSON in UTF-8, basic authentication with an empty user name
//! when only a password is set. Source: learn.microsoft.com, "Webhooks with Azure DevOps".

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{HeaderMap, Method, Request};
use serde_json::Value;

use crate::http::{self, HttpError};
use crate::{Guid, Notification};

/// One POST to a webhook.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Query included.
    pub url: String,
    /// Posted byte for byte.
    pub body: Vec<u8>,
    /// In this order; names in the sender's spelling.
    pub headers: Vec<(&'static str, String)>,
}

/// What the webhook answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// As received, names in lower case.
    pub headers: HeaderMap,
    /// As received.
    pub body: Bytes,
    /// From before connecting to the last byte.
    pub elapsed: Duration,
}

impl Delivery {
    /// The first attempt to deliver a notification.
    pub fn of(notification: &Notification, password: &str) -> Self {
        Self::attempt(notification, password, 1)
    }

    /// A later attempt: the same body, another activity. Attempts count from 1.
    pub fn attempt(notification: &Notification, password: &str, attempt: u32) -> Self {
        let activity = activity(notification, attempt);
        let trace: String = activity.to_string().chars().filter(|&c| c != '-').collect();
        Self {
            url: notification.url.clone(),
            body: notification.body.clone(),
            headers: vec![
                ("Content-Type", "application/json; charset=utf-8".to_owned()),
                ("Request-Id", format!("|{trace}.{}_{attempt}.", &trace[..8])),
                ("X-VSS-ActivityId", activity.to_string()),
                ("X-VSS-SubscriptionId", notification.subscription_id.to_string()),
                ("Authorization", basic_authorization("", password)),
            ],
        }
    }

    /// Sends it and waits for the answer, at most 30 s.
    ///
    /// # Errors
    ///
    /// There was no HTTP answer at all.
    pub async fn send(&self) -> Result<Answer, HttpError> {
        let mut request = Request::builder().method(Method::POST).uri(&self.url);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let body = Full::new(Bytes::from(self.body.clone()));
        let request =
            request.body(body).map_err(|_| HttpError::Address(self.url.parse().unwrap_or_default()))?;
        let start = Instant::now();
        let (parts, body) = http::send(request, TIMEOUT).await?.into_parts();
        Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body, elapsed: start.elapsed() })
    }
}

impl Answer {
    /// The body, or null when it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// The value of an `Authorization` header.
pub fn basic_authorization(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// Unique per attempt, and the same in every run.
fn activity(notification: &Notification, attempt: u32) -> Guid {
    let event = notification.event_id.as_u128().rotate_left(7);
    let subscription = notification.subscription_id.as_u128().rotate_left(61);
    Guid::from_u128(event ^ subscription ^ u128::from(attempt))
}

/// Microsoft documents no limit; users report some tens of seconds.
const TIMEOUT: Duration = Duration::from_secs(30);
