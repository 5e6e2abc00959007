//! Starting with wrong settings: every problem at once, and no start.

use hookpost_harness::account::Account;
use hookpost_harness::function::{Function, binary};
use hookpost_stand_in::canary;

#[tokio::test]
async fn every_wrong_setting_is_named_at_once() {
    for name in ["code-pushed", "pull-request"] {
        let settings = [
            ("HOOKPOST_QUARANTINE_QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/123456789012/quarantine"),
            ("HOOKPOST_PASSWORD_TTL_SECONDS", "soon"),
            ("HOOKPOST_PASSWORT_TTL_SECONDS", "300"),
        ];
        let function = Function::start(&binary(name), settings).await;
        let exit = function.ready().await.expect_err("it must not start");
        assert_ne!(exit.code, Some(0));
        let log = exit.lines.join("\n");
        for expected in [
            "configuration_invalid",
            "HOOKPOST_EVENTS_QUEUE_URL",
            "HOOKPOST_SECRET_PREFIX",
            "HOOKPOST_PASSWORD_TTL_SECONDS",
            "HOOKPOST_PASSWORT_TTL_SECONDS",
        ] {
            assert!(log.contains(expected), "{expected} is not in {log}");
        }
        canary::assert_absent("the output of a start that failed", &log);
    }
}

#[tokio::test]
async fn a_start_without_a_reachable_aws_is_still_a_start() {
    let account = Account::open("unreachable").await;
    let nowhere = [
        ("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:9"),
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://127.0.0.1:9"),
    ];
    let function = account.receiver("code-pushed", &nowhere).await;
    account.close(function).await;
}
