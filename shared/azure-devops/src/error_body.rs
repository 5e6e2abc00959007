//! Reads the error message of a response, and decides which error the response is.

use hookpost_core::azure_devops::error::{MissingPermission, RestError};
use percent_encoding::percent_decode_str;
use serde::Deserialize;

use crate::error::unreadable_response;
use crate::lenient::OptionalText;
use crate::missing_permission::missing_permission;
use crate::redact::Secrets;
use crate::response::RestResponse;

/// Words in the message of a request that a policy rejects, such as conditional access or rules on tokens. Lower case.
const POLICY: [&str; 4] = ["conditional access", "vs403463", "policy", "policies"];

/// The error message of a response.
#[derive(Debug)]
pub(crate) struct ErrorBody {
    /// The message, redacted; empty when there is none.
    pub(crate) message: String,
    type_key: String,
}

/// The JSON of an error: most have `message`, and those about the form of a request have `value.Message`.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct WireError {
    #[serde(alias = "Message")]
    message: OptionalText,
    type_key: OptionalText,
    value: Option<WireErrorValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct WireErrorValue {
    #[serde(alias = "Message")]
    message: OptionalText,
}

impl ErrorBody {
    /// Reads the message from a JSON body, or else from the header that replaces it. HTML is never quoted.
    pub(crate) fn read(response: &RestResponse, secrets: &Secrets, password: Option<&str>) -> Self {
        let body: WireError = serde_json::from_slice(response.text()).unwrap_or_default();
        let message = body.message.into_option().or(body.value.and_then(|value| value.message.into_option()));
        let header = || {
            let value = response.header("x-tfs-serviceerror")?;
            Some(percent_decode_str(value).decode_utf8_lossy().into_owned())
        };
        let message = message.or_else(header).unwrap_or_default();
        Self { message: secrets.redact(&message, password), type_key: body.type_key.or_empty() }
    }

    pub(crate) fn is_about_a_policy(&self) -> bool {
        self.message_contains(&POLICY)
    }

    /// Whether the server does not have the version of the API that was asked for.
    fn is_about_the_version(&self) -> bool {
        self.type_key == "VssVersionOutOfRangeException"
    }

    /// Whether a repository or a project was not found.
    pub(crate) fn is_about_the_repository(&self) -> bool {
        let codes = ["TF401019", "TF200016", "VS800075"];
        let keys = ["GitRepositoryNotFoundException", "ProjectDoesNotExist"];
        codes.iter().any(|code| self.message.starts_with(code))
            || keys.iter().any(|key| self.type_key.starts_with(key))
    }

    fn message_contains(&self, words: &[&str]) -> bool {
        let message = self.message.to_ascii_lowercase();
        words.iter().any(|word| message.contains(word))
    }
}

/// The error of a response that is not a success. `password` is a secret in the request, which the error must not quote.
pub(crate) fn rest_error(response: &RestResponse, secrets: &Secrets, password: Option<&str>) -> RestError {
    for_owner(error_of(response, secrets, password), secrets)
}

/// The error as it is for the owner of the token. Entra gives an app a token without asking Azure DevOps, so a token that is
/// not recognized is that of an app which is not a user of the organization.
pub(crate) fn for_owner(error: RestError, secrets: &Secrets) -> RestError {
    match error {
        RestError::SignInPage if secrets.are_of_an_app() => RestError::AppUnknown { message: String::new() },
        RestError::Unauthorized { message } if secrets.are_of_an_app() => {
            match missing_permission(&message, "") {
                Some(MissingPermission::Unknown) | None => RestError::AppUnknown { message },
                Some(missing) => RestError::Forbidden { message, missing },
            }
        }
        error => error,
    }
}

fn error_of(response: &RestResponse, secrets: &Secrets, password: Option<&str>) -> RestError {
    let status = response.status;
    let body = ErrorBody::read(response, secrets, password);
    let missing = missing_permission(&body.message, &body.type_key);
    let names_a_permission = missing.as_ref().is_some_and(|missing| *missing != MissingPermission::Unknown);
    match status {
        203 => RestError::SignInPage,
        200..300 if response.is_html() => RestError::SignInPage,
        200..300 if response.is_too_large => unreadable_response("it is too large"),
        200..300 => {
            let media_type = secrets.redact(response.media_type(), password);
            unreadable_response(format!("status {status} with content type `{media_type}`"))
        }
        // A permanent redirect is the only one that does not lead to a sign-in page.
        301 | 308 => RestError::Rejected { status, message: "it has moved; give its new URL".to_owned() },
        300..400 => RestError::SignInPage,
        400.. if body.is_about_the_version() => RestError::UnsupportedVersion { message: body.message },
        // "You need the Git 'PolicyExempt' permission" is not about a policy.
        401 | 403 if !names_a_permission && body.is_about_a_policy() => {
            RestError::Policy { message: body.message }
        }
        401 => RestError::Unauthorized { message: body.message },
        // Some areas answer a missing permission with 400.
        400 | 403 if status == 403 || missing.is_some() => RestError::Forbidden {
            message: body.message,
            missing: missing.unwrap_or(MissingPermission::Unknown),
        },
        404 => RestError::NotFound { message: body.message },
        408 | 500.. => RestError::Unavailable { status, message: body.message },
        _ => RestError::Rejected { status, message: body.message },
    }
}
