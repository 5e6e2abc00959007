//! The JSON that an operator gives to `setup`, with a token that no message may repeat.

use hookpost_core::azure_devops::organization_url::{OrganizationUrl, Servers};
use hookpost_core::setup::request::SetupRequest;
use serde_json::{Value, json};

const CANARY: &str = "canary-of-setup-request";

/// The value of `pat`, by the first byte of the input.
fn token(form: u8) -> Option<Value> {
    match form {
        b'1' => Some(json!(CANARY)),
        b'2' => Some(json!(format!(" {CANARY} {CANARY}\n"))),
        b'3' => Some(json!([CANARY])),
        b'4' => Some(json!({ "pat": CANARY })),
        b'5' => Some(json!(format!("{CANARY}\u{200b}"))),
        b'6' => Some(json!(CANARY.repeat(50))),
        _ => None,
    }
}

/// Checks that neither the error nor the request shows the token, and that a branch is a name.
pub fn run(data: &[u8]) {
    let Some((form, json)) = data.split_first() else { return };
    let Ok(mut json) = serde_json::from_slice::<Value>(json) else { return };
    // Errors repeat names of fields, so the token must be in `pat` alone.
    if json.to_string().contains(CANARY) {
        return;
    }
    if let (Some(object), Some(token)) = (json.as_object_mut(), token(*form)) {
        object.insert("pat".to_owned(), token);
    }
    let outcome = SetupRequest::parse(&json);
    if let Err(error) = &outcome {
        assert!(!error.message().is_empty());
        assert!(!error.to_string().contains(CANARY), "{error}");
    }
    assert!(!format!("{outcome:?}").contains(CANARY), "{outcome:?}");
    if let Ok(SetupRequest::Connect(connect)) = outcome {
        let branch = connect.selection.branch.as_deref();
        assert!(branch.is_none_or(|branch| !branch.is_empty() && !branch.starts_with("refs/")), "{branch:?}");
        for servers in [Servers::Refused, Servers::Allowed] {
            drop(OrganizationUrl::parse(&connect.organization_url, servers));
        }
    }
}
