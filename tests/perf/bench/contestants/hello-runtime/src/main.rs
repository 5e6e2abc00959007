//! The floor: answers 202 to an event it only parses.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde::Serialize;
use serde_json::Value;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    status_code: u16,
    body: &'static str,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let hello = |_: LambdaEvent<Value>| async {
        Ok::<_, Error>(Answer { status_code: 202, body: r#"{"status":"queued"}"# })
    };
    run(service_fn(hello)).await
}
