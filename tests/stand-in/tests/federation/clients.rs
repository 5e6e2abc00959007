//! AWS's own client reads the tokens and the errors of the stand-in STS.

use std::path::Path;

use hookpost_stand_in::sts::{Fault, StandIn};
use serde_json::{Value, json};
use tokio::process::Command;

const ROLE: &str = "arn:aws:iam::111122223333:role/example";

/// What the client has read.
async fn ask(sts: &StandIn) -> Value {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let program = tests.join("../../.venv/bin/python");
    let output = Command::new(&program)
        .arg(tests.join("tests/federation/clients/get_web_identity_token.py"))
        .arg(sts.address())
        .env_remove("AWS_PROFILE")
        .output()
        .await
        .unwrap_or_else(|error| panic!("{}: {error}; run `make test`", program.display()));
    let err = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{err}"))
}

#[tokio::test]
async fn the_aws_client_for_python_reads_tokens_and_errors() {
    let sts = StandIn::start("eu-west-1").await;
    let unknown = ask(&sts).await;
    assert_eq!(
        (&unknown["error"]["Code"], &unknown["status"]),
        (&json!("InvalidClientTokenId"), &json!(403))
    );
    sts.register("ASIAEXAMPLE", ROLE);
    sts.set_time("2026-03-02T09:15:04Z".parse().unwrap());
    let answer = ask(&sts).await;
    assert_eq!(
        (&answer["token"], &answer["expiration"]),
        (&json!(sts.issued()[0]), &json!("2026-03-02T09:20:04+00:00"))
    );
    for (fault, status, kind) in [
        (Fault::FederationDisabled, 403, "OutboundWebIdentityFederationDisabledException"),
        (Fault::SessionEndsIn(60), 403, "SessionDurationEscalationException"),
        (Fault::PayloadTooLarge, 400, "JWTPayloadSizeExceededException"),
    ] {
        sts.fail_next(fault);
        let refused = ask(&sts).await;
        assert_eq!((&refused["type"], &refused["status"]), (&json!(kind), &json!(status)), "{refused}");
    }
}
