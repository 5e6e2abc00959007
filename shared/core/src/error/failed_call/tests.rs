use super::*;

#[track_caller]
fn check(error: &RestError, code: ErrorCode, parts: &[&str]) {
    let failure = failed_call(error, "subscription 1 could not be read");
    assert_eq!(failure.code(), code, "{failure}");
    for part in parts {
        assert!(failure.message().contains(part), "`{part}` is not in: {failure}");
    }
}

fn forbidden(missing: MissingPermission) -> RestError {
    RestError::Forbidden { message: "no".to_owned(), missing }
}

#[test]
fn the_advice_names_the_permission_that_is_missing() {
    use MissingPermission::{AdministerNotifications, EditSubscriptions, Git, Unknown, ViewSubscriptions};
    for (missing, parts) in [
        (ViewSubscriptions, ["\"View subscriptions\"", "beside \"Edit subscriptions\""]),
        (EditSubscriptions, ["\"Edit subscriptions\"", "administer its notifications"]),
        (AdministerNotifications, ["project collection administrator", "pass `projects`"]),
        (Git("GenericRead".to_owned()), ["\"Read\" on the repository", "administrator"]),
        (Git("ManageNote".to_owned()), ["\"ManageNote\" on the repository", "administrator"]),
        (Unknown, ["\"View subscriptions\" and \"Edit subscriptions\"", "\"Read\""]),
    ] {
        check(&forbidden(missing), ErrorCode::PermissionMissing, &parts);
    }
    let git = failed_call(&forbidden(Git("GenericRead".to_owned())), "the pushes could not be listed");
    assert!(!git.message().contains("subscriptions"), "{git}");
}

#[test]
fn an_older_server_is_told_the_least_version() {
    let message = "the latest REST API version this server supports is 7.0".to_owned();
    let error = RestError::UnsupportedVersion { message };
    check(&error, ErrorCode::ServerUnsupported, &["2022.1 or later", "7.1", "supports is 7.0"]);
}

#[test]
fn a_deactivated_organization_is_told_in_its_own_words() {
    let unavailable = |message: &str| RestError::Unavailable { status: 503, message: message.to_owned() };
    let words = "TF24668: The organization was turned off by its owner";
    check(&unavailable(&format!("{words}.")), ErrorCode::AzureDevOpsUnavailable, &[words, "reactivate"]);
    let failure = failed_call(&unavailable(words), "the token could not be checked");
    assert!(!failure.message().contains("temporarily"), "{failure}");
    check(&unavailable("busy"), ErrorCode::AzureDevOpsUnavailable, &["busy", "run this again later"]);
}

#[test]
fn a_token_refused_after_the_end_of_global_tokens_may_have_been_one() {
    let at = |time: &str| time.parse::<Timestamp>().expect("a timestamp");
    let refused = |error: &RestError, time| failed_call_at(error, "the token could not be checked", at(time));
    let (before, after) = ("2026-11-30T23:59:59Z", "2026-12-01T00:00:00Z");
    for error in [RestError::SignInPage, RestError::Unauthorized { message: "no".to_owned() }] {
        let (early, late) = (refused(&error, before), refused(&error, after));
        assert!(!early.message().contains("2026-12-01"), "{early}");
        assert!(late.message().contains("ended those on 2026-12-01"), "{late}");
        assert!(late.message().contains("for this organization only"), "{late}");
        assert_eq!(early.code(), late.code());
    }
    let missing = refused(&RestError::NotFound { message: String::new() }, after);
    assert!(!missing.message().contains("2026-12-01"), "only a token can be one: {missing}");
}
