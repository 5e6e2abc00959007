//! Sends answers to CloudFormation: one `PUT` of a signed URL, which is no call of an API and needs no credentials.

use std::fmt;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{HttpConnector as _, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use hookpost_core::setup::declared::response::{ResponseNotSent, ResponseSender, ResponseUrl};

/// Longest time of one try.
const TRY_MAX: Duration = Duration::from_secs(4);

/// Tries, the first included. Together they take less than what `setup` keeps for the answer.
const TRIES: usize = 3;

/// Sends answers over the connections of the AWS clients, which follow no redirect.
#[derive(Clone)]
pub struct CloudFormationResponses {
    connector: SharedHttpConnector,
}

impl CloudFormationResponses {
    pub(crate) fn new(connector: SharedHttpConnector) -> Self {
        Self { connector }
    }

    /// The status of the answer, or why there is none.
    async fn try_put(&self, url: &ResponseUrl, body: &str) -> Result<u16, &'static str> {
        let request = request(url, body).ok_or("the URL is not one")?;
        match tokio::time::timeout(TRY_MAX, self.connector.call(request)).await {
            Ok(Ok(response)) => Ok(response.status().as_u16()),
            Ok(Err(error)) if error.is_timeout() => Err("no connection in time"),
            // The text of the error may have the URL.
            Ok(Err(_)) => Err("no connection"),
            Err(_) => Err("no answer in time"),
        }
    }
}

impl ResponseSender for CloudFormationResponses {
    /// Tries again after faults that may pass. S3 keeps the last answer of several, and all are the same.
    async fn put(&self, url: &ResponseUrl, body: String) -> Result<(), ResponseNotSent> {
        let mut detail = String::new();
        for _ in 0..TRIES {
            detail = match self.try_put(url, &body).await {
                Ok(200..=299) => return Ok(()),
                Ok(status @ 500..=599) => format!("status {status}"),
                Ok(status) => return Err(ResponseNotSent { detail: format!("status {status}") }),
                Err(cause) => cause.to_owned(),
            };
        }
        Err(ResponseNotSent { detail })
    }
}

/// The signature of the URL covers the content type, which is empty.
///
/// Source: AWS, the module `cfn-response`.
fn request(url: &ResponseUrl, body: &str) -> Option<HttpRequest> {
    let mut request = HttpRequest::new(SdkBody::from(body));
    request.set_method("PUT").ok()?;
    request.set_uri(url.expose()).ok()?;
    request.headers_mut().insert("content-type", "");
    request.headers_mut().insert("content-length", body.len().to_string());
    Some(request)
}

impl fmt::Debug for CloudFormationResponses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CloudFormationResponses")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake_connector::{FakeConnector, Reply};

    const URL: &str =
        "https://cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com/a?hunter2";

    async fn put(replies: &[Reply]) -> (FakeConnector, Result<(), ResponseNotSent>) {
        let connector = FakeConnector::new(replies);
        let url = ResponseUrl::parse(URL, None).expect("a URL");
        let sent = connector.aws().cloudformation_responses().put(&url, "{}".to_owned()).await;
        (connector, sent)
    }

    #[tokio::test]
    async fn the_answer_is_put_with_an_empty_content_type() {
        let (connector, sent) = put(&[Reply::Answer(200, "")]).await;
        sent.expect("sent");
        assert_eq!(connector.requests(), [format!("PUT {URL}")]);
        assert_eq!(connector.texts(), ["{}"]);
        assert_eq!(connector.header(0, "content-type").as_deref(), Some(""));
        assert_eq!(connector.header(0, "content-length").as_deref(), Some("2"));
        assert_eq!(connector.header(0, "authorization"), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_fault_that_may_pass_is_tried_again() {
        let (connector, sent) = put(&[Reply::Drop, Reply::Answer(503, ""), Reply::Answer(200, "")]).await;
        sent.expect("sent");
        assert_eq!(connector.requests().len(), 3);
        let (connector, sent) = put(&[Reply::Hang]).await;
        assert!(!sent.expect_err("not sent").to_string().contains("hunter2"));
        assert_eq!(connector.requests().len(), 3);
    }

    #[tokio::test]
    async fn a_refusal_and_a_redirect_are_final() {
        for status in [307, 403] {
            let (connector, sent) = put(&[Reply::Answer(status, "")]).await;
            let detail = sent.expect_err("not sent").detail;
            assert_eq!((detail, connector.requests().len()), (format!("status {status}"), 1));
        }
    }
}
