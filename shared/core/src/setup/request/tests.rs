use serde_json::json;

use super::*;
use crate::setup::request::rotation::RotationStep;

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
        (
            json!({"action": "connect", "organizationUrl": "x", "patSecretId": "y", "branch": "release/*"}),
            "`branch` must be one branch: a wildcard matches no branch",
        ),
        (
            json!({"action": "connect", "organizationUrl": "x", "patSecretId": "y", "branch": "refs/tags/v1"}),
            "`branch` must be a branch",
        ),
        (
            json!({"action": "connect", "organizationUrl": "x", "patSecretId": "y", "unfiltered": "yes"}),
            "`unfiltered` must be true or false",
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
    assert_eq!(connect.selection.projects, [Choice::parse("Shop"), Choice::parse("Web")]);
    assert_eq!(connect.selection.branch, None);
    assert!(!connect.selection.unfiltered);
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

#[track_caller]
fn selection_of(fields: &Value) -> Selection {
    let mut request = json!({"action": "connect", "organizationUrl": "x", "patSecretId": "y"});
    request.as_object_mut().expect("an object").extend(fields.as_object().expect("an object").clone());
    let Ok(SetupRequest::Connect(connect)) = SetupRequest::parse(&request) else { panic!("a good request") };
    connect.selection
}

#[test]
fn a_list_with_all_selects_the_whole_organization() {
    for projects in [json!("all"), json!(["all"]), json!(["Shop", "all"]), Value::Null] {
        assert_eq!(selection_of(&json!({"projects": projects})), Selection::default());
    }
}

#[test]
fn a_branch_is_taken_by_name_or_full_ref() {
    for branch in ["main", "refs/heads/main", " main "] {
        assert_eq!(selection_of(&json!({"branch": branch})).branch.as_deref(), Some("main"));
    }
}
