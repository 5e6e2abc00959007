//! What a contestant is told: as Lambda and the template would, with the stubs in AWS's place.

use std::ffi::OsString;

use crate::stub::aws::Aws;
use crate::stub::certificates::Certificates;

/// What Lambda and the template set, and where the stubs are.
pub(crate) fn environment(
    runtime_api: &str,
    aws: &Aws,
    certificates: &Certificates,
) -> Vec<(String, OsString)> {
    let endpoint = aws.endpoint();
    let queue = |name: &str| format!("{endpoint}/123456789012/{name}");
    let texts = [
        ("AWS_LAMBDA_RUNTIME_API", runtime_api.to_owned()),
        ("HOOKPOST_EVENTS_QUEUE_URL", queue("hookpost-events.fifo")),
        ("HOOKPOST_QUARANTINE_QUEUE_URL", queue("hookpost-quarantine")),
        ("AWS_ENDPOINT_URL_SQS", endpoint.clone()),
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", endpoint.clone()),
    ];
    let texts = texts.into_iter().chain(FIXED.map(|(name, value)| (name, value.to_owned())));
    let files = [
        ("SSL_CERT_FILE", &certificates.as_amazon),
        ("AWS_CA_BUNDLE", &certificates.trust_store),
        // In addition to the roots that are compiled into Node.
        ("NODE_EXTRA_CA_CERTS", &certificates.authority),
        // The limit trusts nobody else, as it could embed Amazon's roots.
        ("LIMIT_ROOTS", &certificates.authority),
    ];
    let files = files.map(|(name, file)| (name.to_owned(), file.clone().into()));
    texts.map(|(name, value)| (name.to_owned(), value.into())).chain(files).collect()
}

const FIXED: [(&str, &str); 12] = [
    ("AWS_LAMBDA_FUNCTION_NAME", "hookpost"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
    ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/hookpost"),
    ("AWS_LAMBDA_LOG_STREAM_NAME", "2026/03/02/[$LATEST]0123456789abcdef"),
    ("AWS_ACCESS_KEY_ID", "ASIAEXAMPLEEXAMPLE00"),
    ("AWS_SECRET_ACCESS_KEY", "an/example/of/forty/characters/000000000"),
    ("AWS_SESSION_TOKEN", SESSION_TOKEN),
    ("AWS_REGION", "eu-west-1"),
    ("AWS_DEFAULT_REGION", "eu-west-1"),
    ("HOOKPOST_SECRET_PREFIX", "hookpost"),
    ("PATH", "/usr/local/bin:/usr/bin:/bin"),
];

/// As long as Lambda's are, for it is signed and sent with every call.
const SESSION_TOKEN: &str = "IQoJb3JpZ2luX2VjEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE\
EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE\
EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE\
EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE\
EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE\
EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE";
