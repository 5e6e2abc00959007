//! The configuration of an integration, and tokens in an operator's own secrets.

use aws_sdk_secretsmanager::primitives::Blob;
use hookpost_core::azure_devops::credential::Credential;
use hookpost_core::azure_devops::token::PersonalAccessToken;
use hookpost_core::secrets::error::SecretStoreError;
use hookpost_core::secrets::name::{SecretId, SecretKind};
use hookpost_core::secrets::status::StoreOutcome;
use hookpost_core::secrets::store::{SECRET_BYTES_MAX, SecretStore as _};
use hookpost_core::secrets::version::VersionId;
use hookpost_harness::secrets::VersionStage;
use hookpost_stand_in::canary;

use crate::fixture::{Fixture, config, contoso, id, of_project, on_branch};

#[tokio::test]
async fn a_link_is_stored_read_back_and_replaced() {
    let fixture = Fixture::open("config").await;
    assert!(fixture.store.config(&contoso()).await.expect("readable").is_none());
    fixture.seed_config().await;
    let back = fixture.stored_config().await;
    let Credential::Pat { token, .. } = back.credential else { panic!("{:?}", back.credential) };
    assert_eq!(token.expose(), canary::PAT);
    assert_eq!(back.organization_url, "https://dev.azure.com/contoso");
    fixture.store.store_config(&contoso(), &of_project("Shop"), &id(2)).await.expect("stored");
    let found = fixture.store.config(&contoso()).await.expect("readable").expect("there");
    assert_eq!(found.version, id(2));
    assert_eq!(fixture.stored_config().await.selection.projects[0].name, "Shop");
    let call = fixture.proxy.calls_of("PutSecretValue").remove(0);
    assert_eq!(call.input["VersionStages"][0], "AWSCURRENT");
    assert_eq!(call.input["ClientRequestToken"], id(2).as_str());
}

#[tokio::test]
async fn a_listed_link_is_read_in_one_call() {
    let fixture = Fixture::open("listed").await;
    fixture.seed_config().await;
    let found = fixture.store.listed_config(&contoso()).await.expect("readable").expect("there");
    assert_eq!(found.version, id(1));
    assert_eq!(fixture.operations(), ["GetSecretValue"]);
    fixture.secrets.schedule_deletion(&fixture.name(SecretKind::Organization)).await.expect("scheduled");
    let error = fixture.store.listed_config(&contoso()).await.expect_err("scheduled");
    assert!(matches!(error, SecretStoreError::ScheduledForDeletion { .. }), "{error}");
}

#[tokio::test]
async fn of_two_that_create_a_link_one_does() {
    let fixture = Fixture::open("first").await;
    fixture.seed_config().await;
    let second = fixture.store.create_config(&contoso(), &on_branch("main"), &id(2)).await;
    assert_eq!(second.expect("answered"), StoreOutcome::Existing(id(1)));
    assert_eq!(fixture.stored_config().await.selection.branch, None);
}

#[tokio::test]
async fn of_two_that_replace_the_same_version_one_does() {
    let fixture = Fixture::open("spent").await;
    fixture.seed_config().await;
    let next = id(1).successor();
    fixture.store.store_config(&contoso(), &on_branch("main"), &next).await.expect("stored");
    let error = fixture.store.store_config(&contoso(), &on_branch("release"), &next).await;
    let spent = |version: VersionId| {
        Err(SecretStoreError::VersionIdReused { secret: fixture.name(SecretKind::Organization), version })
    };
    assert_eq!(error, spent(next.clone()));
    assert_eq!(fixture.stored_config().await.selection.branch.as_deref(), Some("main"));
    // The first under its own id again: Secrets Manager says yes and does nothing, so the label is looked at.
    let error = fixture.store.store_config(&contoso(), &config(), &id(1)).await;
    assert_eq!(error, spent(id(1)));
    // The same again, as when an answer was lost.
    fixture.store.store_config(&contoso(), &on_branch("main"), &next).await.expect("stored already");
}

#[tokio::test]
async fn the_error_of_an_unreadable_link_names_secret_and_field_only() {
    let fixture = Fixture::open("malformed").await;
    let name = fixture.name(SecretKind::Organization);
    fixture.seed_config().await;
    let json = config().to_json().expect("it fits");
    for (value, problem) in [
        (canary::PAT.to_owned(), "does not hold a JSON object"),
        (json.replace("webhookBaseUrl", "x"), "has no field `webhookBaseUrl`"),
        (json.replace("\"all\"", &format!("\"{}\"", canary::PAT)), "has a field `projects` of a wrong form"),
    ] {
        fixture.secrets.put(&name, &value, VersionStage::Current).await.expect("stored");
        let error = fixture.store.config(&contoso()).await.expect_err(problem);
        assert!(matches!(error, SecretStoreError::Malformed { .. }));
        assert!(error.to_string().starts_with(&format!("the secret `{name}` {problem}")), "{error}");
        canary::assert_absent("an error", format!("{error} {error:?}"));
    }
    // The secret is still ours, so `connect` may replace its value.
    fixture.store.store_config(&contoso(), &config(), &id(2)).await.expect("stored");
    assert!(fixture.store.config(&contoso()).await.expect("readable").is_some());
}

#[tokio::test]
async fn a_link_over_the_size_limit_is_refused_without_a_call() {
    let fixture = Fixture::open("long").await;
    let long = of_project(&"x".repeat(SECRET_BYTES_MAX));
    let error = fixture.store.store_config(&contoso(), &long, &id(1)).await.expect_err("too long");
    // moto takes 65,537 bytes; Secrets Manager does not.
    assert!(error.to_string().contains("name fewer projects"), "{error}");
    assert_eq!(fixture.operations(), [""; 0]);
}

#[tokio::test]
async fn a_token_is_read_from_any_secret_by_name_or_arn() {
    let fixture = Fixture::open("token").await;
    let name = format!("team/{}", fixture.names.common_prefix());
    fixture.secrets.create(&format!("{name}plain"), canary::PAT).await.expect("made");
    let json = format!(r#"{{"azure":"{}"}}"#, canary::PAT);
    fixture.secrets.create(&format!("{name}json"), &json).await.expect("made");
    let described =
        fixture.sdk.describe_secret().secret_id(format!("{name}json")).send().await.expect("there");
    for secret in [format!("{name}plain"), format!("{name}json"), described.arn.expect("an ARN")] {
        let token = fixture.store.token(&SecretId::parse(&secret).expect("an id")).await;
        assert_eq!(token.as_ref().map(PersonalAccessToken::expose), Ok(canary::PAT), "{secret}");
    }
    // The role need not be allowed more than this on somebody else's secret.
    assert!(fixture.operations().iter().all(|name| name == "GetSecretValue"));
}

#[tokio::test]
async fn the_error_of_an_unreadable_token_names_the_secret() {
    let fixture = Fixture::open("no-token").await;
    let create = |value: &str| {
        let name = format!("{}pat", fixture.names.common_prefix());
        let request = fixture.sdk.create_secret().name(&name);
        (name, request.set_secret_string(Some(value.to_owned())))
    };
    let read = async |name: &str| {
        let secret = SecretId::parse(name).expect("an id");
        fixture.store.token(&secret).await.expect_err("no token")
    };
    let (name, request) = create(&format!("{} {}", canary::PAT, canary::PAT));
    assert_eq!(read(&name).await, SecretStoreError::Missing { secret: name.clone() });
    request.send().await.expect("made");
    let error = read(&name).await;
    assert!(matches!(&error, SecretStoreError::Malformed { secret, .. } if *secret == name), "{error}");
    canary::assert_absent("an error", format!("{error} {error:?}"));
    let binary = fixture.sdk.put_secret_value().secret_id(&name).secret_binary(Blob::new(canary::PAT));
    binary.send().await.expect("stored");
    let error = read(&name).await;
    assert!(error.to_string().contains("binary"), "{error}");
    canary::assert_absent("an error", format!("{error} {error:?}"));
    fixture.secrets.schedule_deletion(&name).await.expect("scheduled");
    assert_eq!(read(&name).await, SecretStoreError::ScheduledForDeletion { secret: name, until: None });
}
