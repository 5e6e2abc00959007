//! A batch that fails in part, under HTTP 200, as `SendMessageBatch` may.

use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::body::Bytes;
use serde_json::{Value, json};

use super::State;
use super::fault::PartialFailure;
use hookpost_stand_in::server::{Reply, json};

/// Sends the entries that are not to fail, and adds the others to the answer.
pub(super) async fn send(state: &State, request: Request<Bytes>, failures: &[PartialFailure]) -> Reply {
    let mut input: Value = serde_json::from_slice(request.body()).ok()?;
    let entries = input["Entries"].as_array().cloned().unwrap_or_default();
    let (good, failed) = split(&entries, failures);
    if good.is_empty() {
        return Some(json(200, json!({"Successful": [], "Failed": failed}).to_string()));
    }
    input["Entries"] = good.into();
    let (parts, _) = request.into_parts();
    let reduced = Request::from_parts(parts, Bytes::from(input.to_string()));
    let (parts, body) = state.forward(reduced).await?.into_parts();
    let mut output: Value = serde_json::from_slice(&body.collect().await.ok()?.to_bytes()).ok()?;
    output["Failed"] = failed.into();
    Some(hyper::Response::from_parts(parts, Full::new(Bytes::from(output.to_string()))))
}

/// The entries to send, and the failures to report.
fn split(entries: &[Value], failures: &[PartialFailure]) -> (Vec<Value>, Vec<Value>) {
    let (mut good, mut failed) = (Vec::new(), Vec::new());
    for (index, entry) in entries.iter().enumerate() {
        match failures.iter().find(|failure| failure.index == index) {
            None => good.push(entry.clone()),
            Some(failure) => failed.push(json!({
                "Id": entry["Id"],
                "SenderFault": failure.sender_fault,
                "Code": failure.code,
                "Message": "failed by the test",
            })),
        }
    }
    (good, failed)
}
