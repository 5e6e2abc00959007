//! Where CloudFormation wants its answer: a URL that it has signed. Whoever has the URL can answer in our place, and who
//! may invoke `setup` chooses it. So it is never shown, and only hosts of AWS are accepted.

use std::fmt;
use std::future::Future;

use url::{Host, Url};

/// Most bytes of an answer.
///
/// Source: AWS CloudFormation User Guide, "Custom resource response objects".
pub const RESPONSE_BYTES_MAX: usize = 4096;

/// The ends of the names of AWS's hosts, by partition.
const HOSTS: [&str; 3] = [".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu"];

/// The buckets of the answers have this in their names.
const BUCKET: &str = "cloudformation-custom-resource";

/// A URL that takes the answer to a request of CloudFormation.
#[derive(Clone, PartialEq, Eq)]
pub struct ResponseUrl(Url);

/// The URL does not lead to CloudFormation. The error does not repeat it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`ResponseURL` is not one of CloudFormation's: nothing was done, and no answer was sent")]
pub struct NotCloudFormation;

impl ResponseUrl {
    /// Parses the URL. `stand_in` is a URL on this machine, whose host and port are accepted, too.
    ///
    /// # Errors
    ///
    /// [`NotCloudFormation`] when the URL has another scheme than `https`, or a host that is not AWS's.
    pub fn parse(text: &str, stand_in: Option<&Url>) -> Result<Self, NotCloudFormation> {
        let url = Url::parse(text).map_err(|_| NotCloudFormation)?;
        if stand_in.is_some_and(|stand_in| stand_in.origin() == url.origin()) {
            return Ok(Self(url));
        }
        let Some(Host::Domain(host)) = url.host() else { return Err(NotCloudFormation) };
        let is_plain = url.username().is_empty() && url.password().is_none() && url.port().is_none();
        // A bucket is in the host or, where its name has dots, in the path.
        let is_bucket = host.starts_with(BUCKET)
            || url
                .path_segments()
                .and_then(|mut path| path.next())
                .is_some_and(|first| first.starts_with(BUCKET));
        let is_aws = HOSTS.iter().any(|end| host.ends_with(end));
        if url.scheme() == "https" && is_plain && is_bucket && is_aws {
            Ok(Self(url))
        } else {
            Err(NotCloudFormation)
        }
    }

    /// The URL itself, to send the answer to it.
    pub fn expose(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Debug for ResponseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResponseUrl(REDACTED)")
    }
}

/// Sends answers to CloudFormation.
pub trait ResponseSender: Send + Sync {
    /// Puts the answer, with an empty content type: the signature of the URL covers it. Follows no redirect.
    ///
    /// # Errors
    ///
    /// When the answer did not arrive, with the cause and without the URL.
    fn put(
        &self,
        url: &ResponseUrl,
        body: String,
    ) -> impl Future<Output = Result<(), ResponseNotSent>> + Send;
}

/// An answer did not arrive.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("CloudFormation did not take the answer: {detail}")]
pub struct ResponseNotSent {
    /// The cause.
    pub detail: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hosts_of_aws_are_accepted() {
        for text in [
            "https://cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com/a?X-Amz-Signature=1",
            "https://cloudformation-custom-resource-response-cnnorth1.s3.cn-north-1.amazonaws.com.cn/a",
            "https://cloudformation-custom-resource-response-eu.s3.eusc-de-east-1.amazonaws.eu/a",
            "https://s3.eu-west-1.amazonaws.com/cloudformation-custom-resource-response-euwest1/a",
        ] {
            assert!(ResponseUrl::parse(text, None).is_ok(), "{text}");
        }
        for text in [
            "",
            "...",
            "http://cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com/a",
            "https://cloudformation-custom-resource-response.s3.amazonaws.com.example/a",
            "https://amazonaws.com.example/cloudformation-custom-resource",
            "https://notamazonaws.com/cloudformation-custom-resource",
            "https://mallory.s3.eu-west-1.amazonaws.com/a?cloudformation-custom-resource",
            "https://mallory.s3.eu-west-1.amazonaws.com/a/cloudformation-custom-resource",
            "https://user@cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com/a",
            "https://cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com:8443/a",
            "https://169.254.169.254/cloudformation-custom-resource",
            "http://localhost:4566/_ministack/cfn-response/7",
        ] {
            assert_eq!(ResponseUrl::parse(text, None), Err(NotCloudFormation), "{text}");
        }
    }

    #[test]
    fn a_stand_in_on_this_machine_is_accepted_with_its_port_only() {
        let stand_in = Url::parse("http://localhost:4566").expect("a URL");
        let at = |text: &str| ResponseUrl::parse(text, Some(&stand_in)).is_ok();
        assert!(at("http://localhost:4566/_ministack/cfn-response/7"));
        assert!(!at("http://localhost:8080/_ministack/cfn-response/7"));
        assert!(!at("http://192.168.0.7:4566/_ministack/cfn-response/7"));
    }

    #[test]
    fn a_url_is_not_shown() {
        let url =
            "https://cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com/a?hunter2";
        let url = ResponseUrl::parse(url, None).expect("a URL");
        assert_eq!(format!("{url:?}"), "ResponseUrl(REDACTED)");
    }
}
