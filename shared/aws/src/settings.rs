//! Region, credentials and endpoints, as Lambda and the AWS tools name them.

use std::fmt;

use aws_sdk_sqs::config::{Credentials, Region};
use hookpost_core::settings::Settings;

/// Region, credentials and endpoints of AWS. The credentials are Lambda's, made for the life of one sandbox, so they
/// are read once and never renewed.
pub struct AwsSettings {
    pub(crate) region: Region,
    pub(crate) credentials: Credentials,
    /// Instead of SQS's own endpoint: a local stand-in.
    pub(crate) sqs_url: Option<String>,
    /// Instead of Secrets Manager's own endpoint: a local stand-in.
    pub(crate) secrets_manager_url: Option<String>,
}

impl AwsSettings {
    /// Reads `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`, and the endpoint
    /// variables every AWS tool knows: `AWS_ENDPOINT_URL_SQS` and `AWS_ENDPOINT_URL_SECRETS_MANAGER`, or
    /// `AWS_ENDPOINT_URL` for both. Problems are added to `settings`.
    pub fn read(settings: &mut Settings) -> Self {
        let region = settings.required("AWS_REGION", "the Region, for example `eu-west-1`");
        let key_id = settings.required("AWS_ACCESS_KEY_ID", "set by Lambda");
        let secret = settings.required("AWS_SECRET_ACCESS_KEY", "set by Lambda");
        let token = settings.optional("AWS_SESSION_TOKEN");
        let everywhere = endpoint(settings, "AWS_ENDPOINT_URL");
        let sqs = endpoint(settings, "AWS_ENDPOINT_URL_SQS");
        let secrets_manager = endpoint(settings, "AWS_ENDPOINT_URL_SECRETS_MANAGER");
        Self {
            region: Region::new(region),
            credentials: Credentials::new(key_id, secret, token, None, "environment"),
            sqs_url: sqs.or_else(|| everywhere.clone()),
            secrets_manager_url: secrets_manager.or(everywhere),
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
        let (aws, problems) = read(&pairs);
        assert_eq!(problems, [""; 0]);
        assert_eq!(aws.sqs_url.as_deref(), Some("http://127.0.0.1:2"));
        assert_eq!(aws.secrets_manager_url.as_deref(), Some("http://127.0.0.1:1"));
    }

    #[test]
    fn every_missing_or_wrong_variable_is_named() {
        let (_, problems) = read(&[("AWS_ENDPOINT_URL", "localhost:4566")]);
        let names: Vec<_> = problems.iter().filter_map(|text| text.split('`').nth(1)).collect();
        let missing = ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL"];
        assert_eq!(names, missing);
    }

    #[test]
    fn debug_shows_no_credential() {
        assert!(!format!("{:?}", read(&LAMBDA).0).contains("hunter2"));
    }
}
