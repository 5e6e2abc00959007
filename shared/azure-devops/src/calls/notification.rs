//! The wire type of a notification: an event to deliver, and the outcome of the delivery.

use hookpost_core::azure_devops::deliveries::LoggedEvent;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::lenient::OptionalText;

/// A notification.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct WireNotification {
    pub(crate) id: OptionalText,
    pub(crate) status: OptionalText,
    pub(crate) result: OptionalText,
    pub(crate) details: Option<WireDetails>,
}

/// The details of a notification. Of its request only the presence is read, because it contains the password in some
/// form.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct WireDetails {
    event: Option<Box<RawValue>>,
    request: IsPresent,
    response: OptionalText,
    error_message: OptionalText,
    error_detail: OptionalText,
}

/// Whether a text is there. The text itself is not kept.
#[derive(Default)]
struct IsPresent(bool);

impl<'de> Deserialize<'de> for IsPresent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        OptionalText::deserialize(deserializer).map(|text| Self(text.as_deref().is_some()))
    }
}

impl WireNotification {
    /// Whether the notification was delivered; `None` while the outcome is open. One that is queued for a retry has failed.
    pub(crate) fn is_delivered(&self) -> Option<bool> {
        if self.result.is("succeeded") {
            Some(true)
        } else if self.result.is("failed") || self.result.is("filtered") {
            Some(false)
        } else {
            (self.status.is("completed") || self.status.is("queuedForRetry")).then_some(false)
        }
    }

    /// What the notification shows of its event.
    ///
    /// Assumption, reported and not documented: details without event, request and response are those of a delivery that
    /// this token may not see, and details without the event alone are those of an event that was not kept. A caller
    /// that takes the one for the other says the wrong reason, and looks for the event elsewhere all the same.
    pub(crate) fn kept_event(self) -> LoggedEvent {
        let is_completed = self.status.is("completed");
        let details = self.details.unwrap_or_default();
        let shows_delivery = details.request.0 || details.response.as_deref().is_some();
        let event = details.event.filter(|event| event.get().starts_with('{'));
        match event {
            Some(event) if has_content(&event) => LoggedEvent::Whole(event.get().to_owned()),
            Some(event) => LoggedEvent::WithoutContent(event.get().to_owned()),
            None if !is_completed => LoggedEvent::Pending,
            None if shows_delivery => LoggedEvent::NotKept,
            None => LoggedEvent::Hidden,
        }
    }
}

/// Whether an event has its resource. An event of some 64,000 characters or more has the text `Resource details not
/// shown in history due to size limitation` there (reported).
fn has_content(event: &RawValue) -> bool {
    #[derive(Deserialize)]
    struct Event<'a> {
        #[serde(borrow)]
        resource: Option<&'a RawValue>,
    }
    let event: Option<Event<'_>> = serde_json::from_str(event.get()).ok();
    let resource = event.and_then(|event| event.resource);
    resource.is_none_or(|resource| !resource.get().starts_with('"'))
}

impl WireDetails {
    /// The status of the receiver's response, whose text begins with `Status Code: 200` or `HTTP/1.1 200 OK`. Neither form
    /// is documented.
    pub(crate) fn status(&self) -> Option<u16> {
        let response = self.response.as_deref()?.trim_start();
        let prefixes = ["Status Code:", "HTTP/1.1 ", "HTTP/1.0 ", "HTTP/2 "];
        let rest = prefixes.iter().find_map(|prefix| response.strip_prefix(prefix))?;
        let digits: String = rest.trim_start().chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok().filter(|status| (100..1000).contains(status))
    }

    /// Message and detail of a failure, without repetition.
    pub(crate) fn error_text(&self) -> String {
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
        assert_eq!(notification.is_delivered(), expected, "{json}");
    }

    #[test]
    fn a_notification_without_an_outcome_is_open() {
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
    fn an_error_detail_equal_to_the_message_is_left_out() {
        let error_text = |json: &str| serde_json::from_str::<WireDetails>(json).expect(json).error_text();
        assert_eq!(error_text(r#"{"errorMessage":"a","errorDetail":"b"}"#), "a: b");
        assert_eq!(error_text(r#"{"errorMessage":"a","errorDetail":"a"}"#), "a");
        assert_eq!(error_text("{}"), "");
    }

    #[test]
    fn the_status_is_read_from_either_form() {
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
