//! The link to Azure DevOps, and tokens in secrets of an operator's own.

use aws_sdk_secretsmanager::primitives::Blob;
use hookpost_core::setup::azure_devops::PersonalAccessToken;
use hookpost_core::setup::vault::{
    Link, SECRET_BYTES_MAX, SecretId, SecretKind, Stored, Vault as _, VaultError,
};
use hookpost_harness::secrets::Stage;
use hookpost_stand_in::canary;

use crate::world::{World, contoso, id, link};

#[tokio::test]
async fn a_link_is_kept_read_back_and_replaced() {
    let world = World::open("link").await;
    assert!(world.vault.link(&contoso()).await.expect("readable").is_none());
    let stored = world.vault.store_link(&contoso(), &link(), &id(1)).await;
    assert_eq!(stored.expect("stored"), Stored::New(id(1)));
    let back = world.vault.link(&contoso()).await.expect("readable").expect("there");
    assert_eq!(back.pat.expose(), canary::PAT);
    assert_eq!(back.organization_url, link().organization_url);
    let replaced = Link { projects: vec!["Shop".to_owned()], ..link() };
    let stored = world.vault.store_link(&contoso(), &replaced, &id(2)).await;
    assert_eq!(stored.expect("stored"), Stored::New(id(2)));
    let back = world.vault.link(&contoso()).await.expect("readable").expect("there");
    assert_eq!(back.projects, ["Shop"]);
    let call = world.front.calls_of("PutSecretValue").remove(0);
    assert_eq!(call.input["VersionStages"][0], "AWSCURRENT");
    assert_eq!(call.input["ClientRequestToken"], id(2).as_str());
}

#[tokio::test]
async fn the_same_link_is_not_written_again() {
    let world = World::open("unchanged").await;
    world.vault.store_link(&contoso(), &link(), &id(1)).await.expect("stored");
    world.front.forget();
    for version in [id(1), id(2)] {
        let stored = world.vault.store_link(&contoso(), &link(), &version).await;
        assert_eq!(stored.expect("answered"), Stored::Existing(id(1)));
    }
    assert!(world.operations().iter().all(|name| name == "DescribeSecret" || name == "GetSecretValue"));
}

#[tokio::test]
async fn an_id_that_was_used_for_another_link_is_refused_and_nothing_is_lost() {
    let world = World::open("spent").await;
    world.vault.store_link(&contoso(), &link(), &id(1)).await.expect("stored");
    let newer = Link { branch: Some("main".to_owned()), ..link() };
    world.vault.store_link(&contoso(), &newer, &id(2)).await.expect("stored");
    let spent = |version| VaultError::VersionSpent { secret: world.name(SecretKind::Organization), version };
    // The first under its own id again: Secrets Manager says yes and does nothing, so the label is looked at.
    let error = world.vault.store_link(&contoso(), &link(), &id(1)).await.expect_err("spent");
    assert_eq!(error, spent(id(1)));
    let other = Link { branch: Some("release".to_owned()), ..link() };
    let error = world.vault.store_link(&contoso(), &other, &id(2)).await.expect_err("spent");
    assert_eq!(error, spent(id(2)));
    let back = world.vault.link(&contoso()).await.expect("readable").expect("there");
    assert_eq!(back.branch.as_deref(), Some("main"));
}

#[tokio::test]
async fn a_link_that_cannot_be_read_names_the_secret_and_the_field_and_shows_nothing() {
    let world = World::open("malformed").await;
    let name = world.name(SecretKind::Organization);
    world.vault.store_link(&contoso(), &link(), &id(1)).await.expect("stored");
    let json = link().to_json().expect("it fits");
    for (value, problem) in [
        (canary::PAT.to_owned(), "does not hold a JSON object"),
        (json.replace("webhookBaseUrl", "x"), "has no field `webhookBaseUrl`"),
        (json.replace("\"all\"", &format!("\"{}\"", canary::PAT)), "has a field `projects` of a wrong form"),
    ] {
        world.secrets.put(&name, &value, Stage::Current).await.expect("stored");
        let error = world.vault.link(&contoso()).await.expect_err(problem);
        assert!(matches!(error, VaultError::Malformed { .. }));
        assert!(error.to_string().starts_with(&format!("the secret `{name}` {problem}")), "{error}");
        canary::assert_absent("an error", format!("{error} {error:?}"));
    }
    // It is ours all the same, so `connect` may write it anew.
    world.vault.store_link(&contoso(), &link(), &id(2)).await.expect("stored");
    assert!(world.vault.link(&contoso()).await.expect("readable").is_some());
}

#[tokio::test]
async fn a_link_over_the_limit_is_refused_here() {
    let world = World::open("long").await;
    let long = Link { projects: vec!["x".repeat(SECRET_BYTES_MAX)], ..link() };
    let error = world.vault.store_link(&contoso(), &long, &id(1)).await.expect_err("too long");
    // moto takes 65,537 bytes; Secrets Manager does not. It is not asked.
    assert!(error.to_string().contains("name fewer projects"), "{error}");
    assert_eq!(world.operations(), [""; 0]);
}

#[tokio::test]
async fn a_token_is_read_from_any_secret_by_name_or_arn() {
    let world = World::open("token").await;
    let name = format!("team/{}", world.names.beginning());
    world.secrets.create(&format!("{name}plain"), canary::PAT).await.expect("made");
    let json = format!(r#"{{"azure":"{}"}}"#, canary::PAT);
    world.secrets.create(&format!("{name}json"), &json).await.expect("made");
    let described = world.sdk.describe_secret().secret_id(format!("{name}json")).send().await.expect("there");
    for secret in [format!("{name}plain"), format!("{name}json"), described.arn.expect("an ARN")] {
        let token = world.vault.token(&SecretId::parse(&secret).expect("an id")).await;
        assert_eq!(token.as_ref().map(PersonalAccessToken::expose), Ok(canary::PAT), "{secret}");
    }
    // The role need not be allowed more than this on somebody else's secret.
    assert!(world.operations().iter().all(|name| name == "GetSecretValue"));
}

#[tokio::test]
async fn a_token_that_cannot_be_had_is_told_with_the_secrets_name() {
    let world = World::open("no-token").await;
    let create = |value: &str| {
        let name = format!("{}pat", world.names.beginning());
        let request = world.sdk.create_secret().name(&name);
        (name, request.set_secret_string(Some(value.to_owned())))
    };
    let read = async |name: &str| {
        let secret = SecretId::parse(name).expect("an id");
        world.vault.token(&secret).await.expect_err("no token")
    };
    let (name, request) = create(&format!("{} {}", canary::PAT, canary::PAT));
    assert_eq!(read(&name).await, VaultError::Missing { secret: name.clone() });
    request.send().await.expect("made");
    let error = read(&name).await;
    assert!(matches!(&error, VaultError::Malformed { secret, .. } if *secret == name), "{error}");
    canary::assert_absent("an error", format!("{error} {error:?}"));
    let binary = world.sdk.put_secret_value().secret_id(&name).secret_binary(Blob::new(canary::PAT));
    binary.send().await.expect("stored");
    let error = read(&name).await;
    assert!(error.to_string().contains("binary"), "{error}");
    canary::assert_absent("an error", format!("{error} {error:?}"));
    world.secrets.schedule_deletion(&name).await.expect("scheduled");
    assert_eq!(read(&name).await, VaultError::ScheduledForDeletion { secret: name, until: None });
}
