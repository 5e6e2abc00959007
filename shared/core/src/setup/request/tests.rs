use serde_json::json;

use super::*;

fn parse_error(json: &Value) -> String {
    SetupRequest::parse(json).expect_err("a bad request").message().to_owned()
}

#[test]
fn an_error_lists_every_problem_and_an_example() {
    let message = parse_error(&json!({
        "action": "connect", "organisationUrl": "https://dev.azure.com/contoso", "pat": "x", "patSecretId": "y",
        "projects": "Shop", "dryRun": "yes", "patExpiresOn": "soon", "colour": 1,
    }));
    for expected in [
        "`organizationUrl` is missing",
        "`organisationUrl` is not a field of `connect`; did you mean `organizationUrl`?",
        "give `pat` or `patSecretId`, not both",
        "`projects` must be a list of names or ids, or \"all\"",
        "`dryRun` must be true or false",
        "`patExpiresOn` must be a date such as 2027-05-31",
        "`colour` is not a field of `connect`",
        "Example: {\"action\":\"connect\"",
    ] {
        assert!(message.contains(expected), "{expected} is not in {message}");
    }
}

#[test]
fn an_error_never_repeats_a_token() {
    for wrong in [
        json!({"action": "connect", "pat": "hunter2 hunter2"}),
        json!({"action": "connect", "pat": ["hunter2"]}),
        json!({"action": "status", "pat": "hunter2"}),
        json!("hunter2"),
        json!({"action": "hunter2"}),
    ] {
        assert!(!parse_error(&wrong).contains("hunter2"), "{wrong}");
    }
}

#[test]
fn each_action_rejects_missing_and_invalid_fields() {
    for (request, expected) in [
        (json!({}), "`action` is missing"),
        (json!([]), "one JSON object"),
        (json!({"action": "conect"}), "`action` must be one of: connect, status,"),
        (json!({"action": "repositories"}), "`integration` is missing"),
        (
            json!({"action": "rotate-password", "integration": "No"}),
            "`integration`: an integration is named with",
        ),
        (json!({"action": "replace-token", "integration": "a"}), "`patSecretId` is missing"),
        (json!({"action": "replay", "integration": "a"}), "`from` is missing"),
        (
            json!({"action": "replay", "integration": "a", "from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"}),
            "`to` must be after `from`",
        ),
        (
            json!({"action": "replay", "integration": "a", "quarantine": true, "from": "2026-01-02T00:00:00Z"}),
            "leave `from` and `to` out",
        ),
        (
            json!({"action": "unlink", "integration": "a", "recoveryDays": 3}),
            "`recoveryDays` must be a whole number from 7 to 30",
        ),
        (
            json!({"action": "connect", "organizationUrl": "x", "patSecretId": "y", "repository": "web"}),
            "needs exactly one project",
        ),
        (json!({"Step": "createSecret"}), "`SecretId` and `ClientRequestToken`"),
        (json!({"Step": "other"}), "`Step` must be"),
    ] {
        let message = parse_error(&request);
        assert!(message.contains(expected), "{request}: {message}");
    }
}

#[test]
fn valid_requests_and_all_examples_are_parsed() {
    let connect = json!({
        "action": "connect", "integration": "shop", "organizationUrl": " https://dev.azure.com/contoso ",
        "patSecretId": "pat", "patExpiresOn": "2027-05-31", "projects": ["Shop", "Web"], "dryRun": true,
    });
    let Ok(SetupRequest::Connect(connect)) = SetupRequest::parse(&connect) else { panic!("a good request") };
    assert_eq!(connect.organization_url, "https://dev.azure.com/contoso");
    assert_eq!(connect.projects, ["Shop", "Web"]);
    assert!(connect.dry_run);
    for example in
        ["connect", "status", "repositories", "rotate-password", "replace-token", "replay", "unlink"]
    {
        let json: Value = serde_json::from_str(example::of(example)).expect("an example is JSON");
        assert!(SetupRequest::parse(&json).is_ok(), "the example of `{example}` works");
    }
    let rotation =
        json!({"Step": "setSecret", "SecretId": "arn", "ClientRequestToken": "t", "RotationToken": "new"});
    assert!(matches!(
        SetupRequest::parse(&rotation),
        Ok(SetupRequest::Rotation(Rotation { step: RotationStep::SetSecret, .. }))
    ));
}
