use std::path::Path;
use std::time::Duration;

use serde_json::json;

use crate::function::{Function, InvokeError};
use crate::runtime_api::Invocation;
use hookpost_stand_in::canary;

async fn fake(environment: &[(&str, &str)]) -> Function {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/fake_function.py");
    Function::start(Path::new(path), environment.iter().copied()).await
}

#[tokio::test]
async fn a_function_inherits_nothing_but_lambdas_environment() {
    let function = fake(&[("HOOKPOST_X", "y"), ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")]).await;
    function.ready().await.unwrap();
    let seen = function.invoke(json!({"do": "show"})).await.unwrap();
    assert_eq!(seen["HOOKPOST_X"], "y");
    assert_eq!(seen["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"], "512");
    assert_eq!(seen["AWS_SESSION_TOKEN"], canary::SESSION_TOKEN);
    assert_eq!(seen["AWS_REGION"], "eu-west-1");
    assert_eq!(seen.get("CARGO_MANIFEST_DIR"), None);
    assert_eq!(seen.get("HOME"), None);
    assert_eq!(function.stop().await.lines, ["told to show"]);
}

#[tokio::test]
async fn a_failed_init_gives_exit_code_and_output() {
    let function = fake(&[("FAIL_IN_INIT", "1")]).await;
    let exit = function.ready().await.unwrap_err();
    assert_eq!(exit.code, Some(9));
    assert_eq!(exit.lines, ["cannot start"]);
}

#[tokio::test]
async fn error_exit_and_timeout_are_different_failures() {
    let function = fake(&[]).await;
    let failure = function.invoke(json!({"do": "fail"})).await.unwrap_err();
    assert!(matches!(&failure, InvokeError::Reported(error) if error.error_type == "Fake.Failure"));
    let slow = Invocation { timeout: Duration::from_millis(300), ..Invocation::new(json!({"do": "sleep"})) };
    assert!(matches!(function.invoke_with(slow).await.unwrap_err(), InvokeError::TimedOut));
    let failure = function.invoke(json!({"do": "exit"})).await.unwrap_err();
    assert!(matches!(&failure, InvokeError::Ended(exit) if exit.code == Some(7)), "{failure}");
}
