//! What Azure DevOps says about a request it does not take.

use percent_encoding::percent_decode_str;
use serde::Deserialize;

use crate::answer::Answer;
use crate::lenient::Text;
use crate::scrub::Secrets;

/// Signs of a policy that stands in the way, in lower case: conditional access, or rules on tokens.
const POLICY: [&str; 4] = ["conditional access", "vs403463", "policy", "policies"];

/// Signs of a missing permission, which some areas answer with 400.
const PERMISSION: [&str; 2] = ["needs the following permission", "access denied"];

/// An error in its own words.
#[derive(Debug)]
pub(crate) struct Fault {
    /// Scrubbed; empty when nothing is said.
    pub(crate) message: String,
    type_key: String,
}

/// Newer answers say `message`, those about the form of a request `value.Message`.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Body {
    #[serde(alias = "Message")]
    message: Text,
    type_key: Text,
    value: Option<Inner>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Inner {
    #[serde(alias = "Message")]
    message: Text,
}

impl Fault {
    /// Reads the body when it is JSON, else the header that stands in for one. No page of HTML is ever repeated.
    pub(crate) fn of(answer: &Answer, secrets: &Secrets, password: Option<&str>) -> Self {
        let body: Body = serde_json::from_slice(answer.text()).unwrap_or_default();
        let message = body.message.into_option().or(body.value.and_then(|inner| inner.message.into_option()));
        let in_header = || {
            Some(percent_decode_str(answer.header("x-tfs-serviceerror")?).decode_utf8_lossy().into_owned())
        };
        let message = message.or_else(in_header).unwrap_or_default();
        Self { message: secrets.scrub(&message, password), type_key: body.type_key.or_empty() }
    }

    pub(crate) fn is_about_a_policy(&self) -> bool {
        self.has_one_of(&POLICY)
    }

    pub(crate) fn is_about_a_permission(&self) -> bool {
        self.has_one_of(&PERMISSION)
    }

    /// Whether the repository or its project is what was not found.
    pub(crate) fn is_about_the_repository(&self) -> bool {
        let codes = ["TF401019", "TF200016", "VS800075"];
        let keys = ["GitRepositoryNotFoundException", "ProjectDoesNotExist"];
        codes.iter().any(|code| self.message.starts_with(code))
            || keys.iter().any(|key| self.type_key.starts_with(key))
    }

    fn has_one_of(&self, signs: &[&str]) -> bool {
        let message = self.message.to_ascii_lowercase();
        signs.iter().any(|sign| message.contains(sign))
    }
}
