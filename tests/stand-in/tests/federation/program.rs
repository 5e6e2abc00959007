//! The program serves an STS and an Entra beside Azure DevOps.

use std::process::Stdio;
use std::time::Duration;

use hookpost_stand_in::http;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Request, Response};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::fixture::{FORM, KEY, REGION, ROLE, form, scope, sts_request, token_request};

async fn serve(arguments: &[&str]) -> (Child, Value) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_azure-devops-stand-in"))
        .args(["serve", "--organization", "hillside"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("the program");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let line = lines.next_line().await.expect("a line").expect("a line");
    (child, serde_json::from_str(&line).expect("JSON"))
}

/// Sends a request to the server with this address.
async fn send(address: &Value, request: Request<Bytes>) -> Response<Bytes> {
    let (mut parts, body) = request.into_parts();
    parts.uri = format!("{}{}", address.as_str().unwrap(), parts.uri).parse().unwrap();
    http::send(Request::from_parts(parts, Full::new(body)), Duration::from_secs(10))
        .await
        .expect("a response")
}

/// From a signed request to STS to the name that Azure DevOps gives the caller.
async fn connect(ready: &Value, request: Request<Bytes>) -> Value {
    let text = |name: &str| ready[name].as_str().unwrap();
    let response = send(&ready["stsAddress"], request).await;
    let response = String::from_utf8(response.body().to_vec()).unwrap();
    let assertion = response.split("<WebIdentityToken>").nth(1).and_then(|rest| rest.split('<').next());
    let form = form(text("clientId"), assertion.unwrap_or_else(|| panic!("{response}")));
    let response = send(&ready["entraAddress"], token_request(text("tenantId"), &form)).await;
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    let Some(token) = body["access_token"].as_str() else { return body };
    let request = Request::get("/hillside/_apis/connectionData")
        .header("Authorization", format!("Bearer {token}"))
        .body(Bytes::new())
        .unwrap();
    let response = send(&ready["address"], request).await;
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    body["authenticatedUser"]["providerDisplayName"].clone()
}

#[tokio::test]
async fn roles_of_the_command_line_connect() {
    let (_child, ready) =
        serve(&["--role", &format!("{KEY}={ROLE}"), "--role", "other=arn:aws:iam::1:role/x"]).await;
    assert_eq!(ready["issuer"], ready["stsAddress"]);
    for key in [KEY, "other"] {
        let caller = connect(&ready, sts_request(&scope(key, REGION, "sts"), &FORM)).await;
        assert_eq!(caller, "hookpost");
    }
}

#[tokio::test]
async fn roles_that_are_made_later_connect_once_both_know_them() {
    let (_child, ready) = serve(&["--region", "us-east-2"]).await;
    let signed = || sts_request(&scope(KEY, "us-east-2", "sts"), &FORM);
    let add = async |address: &str, path: &str, body: Value| {
        let request = Request::post(path).body(Bytes::from(body.to_string())).unwrap();
        assert_eq!(send(&ready[address], request).await.status(), 200);
    };
    add("stsAddress", "/_stand-in/roles", json!({"accessKeyId": KEY, "roleArn": ROLE})).await;
    assert_eq!(connect(&ready, signed()).await["error_codes"], json!([7_000_226]));
    let credential = json!({"clientId": ready["clientId"], "issuer": ready["issuer"], "subject": ROLE});
    add("entraAddress", "/_stand-in/federated-credentials", credential).await;
    assert_eq!(connect(&ready, signed()).await, "hookpost");
}
