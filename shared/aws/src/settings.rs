//! Region, credentials and endpoints, as Lambda and the AWS tools name them.

use std::fmt;

use aws_sdk_sqs::config::{Credentials, Region, SharedCredentialsProvider};
use hookpost_core::settings::Settings;

/// Region, credentials and endpoints of AWS. On Lambda the credentials are made for the life of one sandbox, so they are
/// read once and never renewed.
pub struct AwsSettings {
    pub(crate) region: Region,
    pub(crate) credentials: SharedCredentialsProvider,
    /// Instead of SQS's own endpoint: a local stand-in.
    pub(crate) sqs_url: Option<String>,
    /// Instead of Secrets Manager's own endpoint: a local stand-in.
    pub(crate) secrets_manager_url: Option<String>,
    /// Instead of STS's own endpoint: a local stand-in.
    pub(crate) sts_url: Option<String>,
    pub(crate) variant: EndpointVariant,
}

/// Which of a service's endpoints in a Region. The SDK knows their names; not every one exists in every Region.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct EndpointVariant {
    /// With cryptography that FIPS 140 allows, on the side of AWS.
    pub(crate) fips: bool,
    /// With IPv6 addresses as well.
    pub(crate) dual_stack: bool,
}

impl AwsSettings {
    /// Reads `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`, and the endpoint
    /// variables every AWS tool knows: `AWS_ENDPOINT_URL_SQS`, `AWS_ENDPOINT_URL_SECRETS_MANAGER` and
    /// `AWS_ENDPOINT_URL_STS`, or `AWS_ENDPOINT_URL` for all, `AWS_USE_FIPS_ENDPOINT` and
    /// `AWS_USE_DUALSTACK_ENDPOINT`. Problems are added to `settings`.
    pub fn read(settings: &mut Settings) -> Self {
        let key_id = settings.required("AWS_ACCESS_KEY_ID", "set by Lambda");
        let secret = settings.required("AWS_SECRET_ACCESS_KEY", "set by Lambda");
        let token = settings.optional("AWS_SESSION_TOKEN");
        let credentials = Credentials::new(key_id, secret, token, None, "environment");
        Self::read_with(settings, SharedCredentialsProvider::new(credentials))
    }

    /// As [`AwsSettings::read`], with credentials that are found elsewhere and renewed.
    pub fn read_with(settings: &mut Settings, credentials: SharedCredentialsProvider) -> Self {
        let region = settings.required("AWS_REGION", "the Region, for example `eu-west-1`");
        let everywhere = endpoint(settings, "AWS_ENDPOINT_URL");
        let sqs = endpoint(settings, "AWS_ENDPOINT_URL_SQS");
        let secrets_manager = endpoint(settings, "AWS_ENDPOINT_URL_SECRETS_MANAGER");
        let sts = endpoint(settings, "AWS_ENDPOINT_URL_STS");
        Self {
            region: Region::new(region),
            credentials,
            sqs_url: sqs.or_else(|| everywhere.clone()),
            secrets_manager_url: secrets_manager.or_else(|| everywhere.clone()),
            sts_url: sts.or(everywhere),
            variant: EndpointVariant {
                fips: flag(settings, "AWS_USE_FIPS_ENDPOINT"),
                dual_stack: flag(settings, "AWS_USE_DUALSTACK_ENDPOINT"),
            },
        }
    }
}

impl fmt::Debug for AwsSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsSettings").field("region", &self.region).finish_non_exhaustive()
    }
}

fn endpoint(settings: &mut Settings, name: &str) -> Option<String> {
    let url = settings.optional(name)?;
    if url.starts_with("http://") || url.starts_with("https://") {
        return Some(url);
    }
    settings.problem(format!("`{name}` must be a URL that begins with `http://` or `https://`"));
    None
}

fn flag(settings: &mut Settings, name: &str) -> bool {
    let value = settings.optional(name);
    match value.as_deref().map(str::to_ascii_lowercase).as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => {
            settings.problem(format!("`{name}` must be true or false"));
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> (AwsSettings, Vec<String>) {
        let own = |&(name, value): &(&str, &str)| (name.to_owned(), value.to_owned());
        let mut settings = Settings::new(pairs.iter().map(own));
        let aws = AwsSettings::read(&mut settings);
        (aws, settings.finish("HOOKPOST_").err().map_or_else(Vec::new, |error| error.0))
    }

    const LAMBDA: [(&str, &str); 3] =
        [("AWS_REGION", "eu-west-1"), ("AWS_ACCESS_KEY_ID", "AKIA"), ("AWS_SECRET_ACCESS_KEY", "hunter2")];

    #[test]
    fn a_service_endpoint_wins_over_the_common_one() {
        let mut pairs = LAMBDA.to_vec();
        pairs.push(("AWS_ENDPOINT_URL", "http://127.0.0.1:1"));
        pairs.push(("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:2"));
        pairs.push(("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:3"));
        let (aws, problems) = read(&pairs);
        assert_eq!(problems, [""; 0]);
        assert_eq!(aws.sqs_url.as_deref(), Some("http://127.0.0.1:2"));
        assert_eq!(aws.secrets_manager_url.as_deref(), Some("http://127.0.0.1:1"));
        assert_eq!(aws.sts_url.as_deref(), Some("http://127.0.0.1:3"));
    }

    #[test]
    fn every_missing_or_wrong_variable_is_named() {
        let (_, problems) = read(&[("AWS_ENDPOINT_URL", "localhost:4566")]);
        let names: Vec<_> = problems.iter().filter_map(|text| text.split('`').nth(1)).collect();
        let missing = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT_URL"];
        assert_eq!(names, missing);
    }

    #[test]
    fn endpoints_are_plain_unless_the_variables_of_aws_tools_ask_for_others() {
        assert_eq!(read(&LAMBDA).0.variant, EndpointVariant::default());
        let mut pairs = LAMBDA.to_vec();
        pairs.extend([("AWS_USE_FIPS_ENDPOINT", "true"), ("AWS_USE_DUALSTACK_ENDPOINT", "True")]);
        let (aws, problems) = read(&pairs);
        assert_eq!(problems, [""; 0]);
        assert_eq!(aws.variant, EndpointVariant { fips: true, dual_stack: true });
        let (_, problems) = read(&[LAMBDA.as_slice(), &[("AWS_USE_FIPS_ENDPOINT", "yes")]].concat());
        assert_eq!(problems, ["`AWS_USE_FIPS_ENDPOINT` must be true or false"]);
    }

    #[test]
    fn debug_shows_no_credential() {
        assert!(!format!("{:?}", read(&LAMBDA).0).contains("hunter2"));
    }
}
