//! AWS's own client reads the tokens and the errors of the stand-in STS.

use std::path::Path;

use hookpost_stand_in::sts::{Fault, StandIn};
use serde_json::{Value, json};
use tokio::process::Command;

/// What the client has read in so many calls.
async fn ask(sts: &StandIn, calls: usize) -> Vec<Value> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let program = tests.join("../../.venv/bin/python");
    let output = Command::new(&program)
        .arg(tests.join("tests/federation/clients/get_web_identity_token.py"))
        .args([sts.address(), calls.to_string()])
        .env_remove("AWS_PROFILE")
        .output()
        .await
        .unwrap_or_else(|error| panic!("{}: {error}; run `make test`", program.display()));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).expect("UTF-8");
    lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[tokio::test]
async fn the_aws_client_for_python_reads_tokens_and_errors() {
    let sts = StandIn::start("eu-west-1").await;
    sts.register("ASIAEXAMPLE", "arn:aws:iam::111122223333:role/example");
    sts.set_time("2026-03-02T09:15:04Z".parse().unwrap());
    sts.fail_next(Fault::FederationDisabled);
    sts.fail_next(Fault::SessionEndsIn(60));
    sts.fail_next(Fault::PayloadTooLarge);
    let answers = ask(&sts, 4).await;
    let expected = [
        json!({"error": "OutboundWebIdentityFederationDisabledException", "status": 403}),
        json!({"error": "SessionDurationEscalationException", "status": 403}),
        json!({"error": "JWTPayloadSizeExceededException", "status": 400}),
        json!({"token": sts.issued()[0], "expiration": "2026-03-02T09:20:04+00:00"}),
    ];
    assert_eq!(answers, expected);
}
