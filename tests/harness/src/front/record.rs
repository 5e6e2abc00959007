//! A record of which function called what, for the test that holds the functions' roles against it.
//!
//! Written to the folder `HOOKPOST_TEST_CALLS` as JSON lines, one file per test process; nowhere when that is not set.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::sync::{Mutex, OnceLock, PoisonError};

use hyper::body::Bytes;
use hyper::header::AUTHORIZATION;
use hyper::{HeaderMap, Request};
use serde_json::{Value, json};

use crate::settings;
use hookpost_stand_in::canary;

/// Adds a call. Calls of anything but a function, such as the tests' own, are left out.
pub(super) fn record(operation: &str, request: &Request<Bytes>) {
    static FILE: OnceLock<Option<Mutex<File>>> = OnceLock::new();
    let Some(file) = FILE.get_or_init(open) else { return };
    let Some(function) = function(request.headers()) else { return };
    let input: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    let secret = input.get("SecretId").or_else(|| input.get("Name"));
    let line = json!({
        "function": function,
        "operation": operation,
        "queue": input.get("QueueUrl"),
        "secret": secret,
        "tags": input.get("Tags").is_some(),
        "key": input.get("KmsKeyId"),
    });
    let written = writeln!(file.lock().unwrap_or_else(PoisonError::into_inner), "{line}");
    written.unwrap_or_else(|error| panic!("cannot record a call: {error}"));
}

/// The function whose credentials a call is signed with.
fn function(headers: &HeaderMap) -> Option<&str> {
    let signature = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let key = signature.split("Credential=").nth(1)?.split('/').next()?;
    key.strip_prefix(canary::ACCESS_KEY_ID)?.strip_prefix('-')
}

fn open() -> Option<Mutex<File>> {
    let folder = settings::calls()?;
    let file = folder.join(format!("{}.jsonl", std::process::id()));
    let opened =
        fs::create_dir_all(&folder).and_then(|()| OpenOptions::new().create(true).append(true).open(&file));
    Some(Mutex::new(opened.unwrap_or_else(|error| panic!("cannot write `{}`: {error}", file.display()))))
}
