//! Notifications as they are read: what was to be delivered, and how that went.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::lenient::Text;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct WireNotification {
    pub(crate) id: Text,
    pub(crate) subscription_id: Text,
    pub(crate) status: Text,
    pub(crate) result: Text,
    pub(crate) created_date: Text,
    pub(crate) details: Option<WireDetails>,
}

/// The request is never read: it has the password in it, in some form.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct WireDetails {
    pub(crate) event_type: Text,
    pub(crate) event: Option<Box<RawValue>>,
    response: Text,
    error_message: Text,
    error_detail: Text,
}

impl WireNotification {
    /// Whether it was delivered; `None` while that is open. One that waits to be sent again has failed once.
    pub(crate) fn outcome(&self) -> Option<bool> {
        if self.result.is("succeeded") {
            Some(true)
        } else if self.result.is("failed") || self.result.is("filtered") {
            Some(false)
        } else {
            (self.status.is("completed") || self.status.is("queuedForRetry")).then_some(false)
        }
    }
}

impl WireDetails {
    /// The status in the text of a response, which begins with `Status Code: 200` or `HTTP/1.1 200 OK`. Neither form
    /// is documented.
    pub(crate) fn status(&self) -> Option<u16> {
        let response = self.response.as_deref()?.trim_start();
        let behind = ["Status Code:", "HTTP/1.1 ", "HTTP/1.0 ", "HTTP/2 "];
        let rest = behind.iter().find_map(|start| response.strip_prefix(start))?;
        let digits: String = rest.trim_start().chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok().filter(|status| (100..1000).contains(status))
    }

    /// What is said about a failure, once.
    pub(crate) fn said(&self) -> String {
        let message = self.error_message.as_deref();
        let detail = self.error_detail.as_deref().filter(|detail| Some(*detail) != message);
        [message, detail].into_iter().flatten().collect::<Vec<_>>().join(": ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, expected: Option<bool>) {
        let notification: WireNotification = serde_json::from_str(json).expect(json);
        assert_eq!(notification.outcome(), expected, "{json}");
    }

    #[test]
    fn an_outcome_is_told_from_none() {
        check(r#"{"status":"completed","result":"succeeded"}"#, Some(true));
        check(r#"{"status":"completed","result":"failed"}"#, Some(false));
        check(r#"{"status":"completed","result":"filtered"}"#, Some(false));
        check(r#"{"status":"queuedForRetry","result":"pending"}"#, Some(false));
        check(r#"{"status":"completed","result":null}"#, Some(false));
        for status in ["queued", "processing", "requestInProgress", "something new"] {
            check(&format!(r#"{{"status":"{status}","result":"pending"}}"#), None);
        }
        check("{}", None);
    }

    #[test]
    fn what_is_said_twice_is_said_once() {
        let said = |json: &str| serde_json::from_str::<WireDetails>(json).expect(json).said();
        assert_eq!(said(r#"{"errorMessage":"a","errorDetail":"b"}"#), "a: b");
        assert_eq!(said(r#"{"errorMessage":"a","errorDetail":"a"}"#), "a");
        assert_eq!(said("{}"), "");
    }

    #[test]
    fn a_status_is_found_in_either_form() {
        let status = |response: &str| {
            let json = serde_json::json!({ "response": response }).to_string();
            serde_json::from_str::<WireDetails>(&json).expect("details").status()
        };
        assert_eq!(status("Status Code: 200\r\nReason Phrase: OK"), Some(200));
        assert_eq!(status("\nHTTP/1.1 503 Service Unavailable"), Some(503));
        assert_eq!(status("Status Code: none"), None);
        assert_eq!(status("Body: Status Code: 200"), None);
        assert_eq!(status(""), None);
    }
}
