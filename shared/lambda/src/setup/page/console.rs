//! Addresses in the AWS console.

use url::Url;

/// The console of the Region and partition that this function is in.
pub(super) struct ConsoleLinks {
    host: Option<(String, String)>,
}

impl ConsoleLinks {
    /// By the ARN of this function.
    pub(super) fn of_function(arn: &str) -> Self {
        let mut parts = arn.split(':').skip(1);
        let (partition, _service, region) = (parts.next(), parts.next(), parts.next());
        let domain = match partition {
            Some("aws") => Some("console.aws.amazon.com"),
            Some("aws-cn") => Some("console.amazonaws.cn"),
            Some("aws-us-gov") => Some("console.amazonaws-us-gov.com"),
            _ => None,
        };
        let host = domain
            .zip(region)
            .map(|(domain, region)| (format!("https://{region}.{domain}"), region.to_owned()));
        Self { host }
    }

    /// The page of a secret; `None` where the console is not known.
    pub(super) fn secret(&self, name: &str) -> Option<String> {
        let (host, region) = self.host.as_ref()?;
        let parameters = [("name", name), ("region", region)];
        Url::parse_with_params(&format!("{host}/secretsmanager/secret"), parameters).ok().map(Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_a_page_in_the_console_of_its_partition() {
        let secret = |arn: &str| ConsoleLinks::of_function(arn).secret("hookpost/shop/webhook");
        let page = "/secretsmanager/secret?name=hookpost%2Fshop%2Fwebhook&region=";
        let expected = [
            (
                "arn:aws:lambda:eu-west-1:1:function:s",
                format!("https://eu-west-1.console.aws.amazon.com{page}eu-west-1"),
            ),
            (
                "arn:aws-cn:lambda:cn-north-1:1:function:s",
                format!("https://cn-north-1.console.amazonaws.cn{page}cn-north-1"),
            ),
        ];
        for (arn, url) in expected {
            assert_eq!(secret(arn), Some(url));
        }
        assert_eq!(secret("arn:aws-iso:lambda:us-iso-east-1:1:function:s"), None);
        assert_eq!(secret(""), None);
    }
}
