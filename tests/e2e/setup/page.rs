//! The page in the dashboard, by its events: it shows what is stored, and each button does what it says, once.

use hookpost_harness::secrets::VersionStage;
use hookpost_stand_in::canary;
use serde_json::{Value, json};

use crate::deployment::{Deployment, ORGANIZATION};
use crate::watched_deployment::WatchedDeployment;
use crate::widget::Shown;

/// The token in a secret, as the form names it.
async fn with_token_secret(name: &str) -> (Deployment, String) {
    let deployment = Deployment::open(name).await;
    let secret = format!("{}-pat", deployment.account.prefix);
    deployment.account.secrets.create(&secret, canary::PAT).await.expect("stored");
    (deployment, secret)
}

fn filled(secret: &str) -> Value {
    json!({
        "organizationUrl": "https://dev.azure.com/contoso",
        "patSecretId": secret,
        "patExpiresOn": "2099-01-01",
        "projects": "Shop",
        "branch": "",
    })
}

/// Connects the project `Shop` by the form.
pub(crate) async fn connect_by_form(deployment: &Deployment, form: &Value) -> Shown {
    let shown = deployment.press(&deployment.overview().await, "Connect an organization", &json!({})).await;
    let plan = deployment.press(&shown, "Check", form).await;
    plan.assert_has("8 changes planned");
    deployment.press(&plan, "Connect", &json!({})).await
}

#[tokio::test]
async fn an_organization_is_connected_and_unlinked_by_its_buttons() {
    let (deployment, secret) = with_token_secret("page").await;
    let empty = deployment.overview().await;
    empty.assert_has("No organization is connected.");

    let form = deployment.press(&empty, "Connect an organization", &json!({})).await;
    let listed = deployment.press(&form, "List projects", &filled(&secret)).await;
    listed.assert_has("value=\"Shop\" checked");
    listed.assert_has("value=\"Lab\">");
    let shop = listed.0.split("name=\"").find_map(|field| field.split_once("\" value=\"Shop\" checked"));
    let ticked = json!({
        "organizationUrl": "https://dev.azure.com/contoso",
        "patSecretId": secret,
        (shop.expect("a box").0): "Shop",
    });
    let plan = deployment.press(&listed, "Check", &ticked).await;
    plan.assert_has("8 changes planned");
    assert!(deployment.azure.changes().is_empty(), "a check changes nothing");
    let report = deployment.press(&plan, "Connect", &json!({})).await;
    report.assert_has("<h2>Done</h2>");
    assert_eq!(deployment.azure.subscriptions(ORGANIZATION).len(), 8);
    assert_eq!(deployment.push("connected by the page").await, [Some(202)]);

    let opened = deployment.press(&deployment.overview().await, "Open", &json!({})).await;
    opened.assert_has("/contoso/code-pushed</code>");
    opened.assert_has("Shop");
    deployment.press(&opened, "Check now", &json!({})).await.assert_has("No problems found.");
    let plan = deployment.press(&opened, "Unlink…", &json!({})).await;
    assert_eq!(deployment.azure.subscriptions(ORGANIZATION).len(), 8, "a plan deletes nothing");
    deployment.press(&plan, "Unlink", &json!({})).await.assert_has("<h2>Done</h2>");
    assert!(deployment.azure.subscriptions(ORGANIZATION).is_empty());
    deployment.press(&plan, "Unlink", &json!({})).await.assert_has("is unlinked already");
    deployment.overview().await.assert_has("No organization is connected.");
    deployment.close().await;
}

#[tokio::test]
async fn the_overview_reads_what_watch_wrote_and_asks_azure_devops_nothing() {
    let watched = WatchedDeployment::open("page-overview").await;
    watched.run_pass().await;
    let deployment = &watched.deployment;
    deployment.azure.forget_calls();
    deployment.account.secrets_manager.forget();
    deployment.account.sqs.forget();
    let overview = deployment.overview().await;
    overview.assert_has("8 of 8 subscriptions deliver");
    overview.assert_has("✓ Well");
    overview.assert_has("token, until 2099-01-01");
    assert!(deployment.azure.calls().is_empty(), "{:?}", deployment.azure.calls());
    assert_eq!(deployment.account.secrets_manager.calls().len(), 1);
    assert_eq!(deployment.account.sqs.calls().len(), 1);
    deployment.opened("contoso").await.assert_has("8 of 8 deliver");
    assert!(deployment.azure.calls().is_empty(), "{:?}", deployment.azure.calls());
    watched.close().await;
}

#[tokio::test]
async fn a_button_that_is_pressed_twice_rotates_once() {
    let (deployment, secret) = with_token_secret("page-twice").await;
    connect_by_form(&deployment, &filled(&secret)).await;
    let opened = deployment.opened("contoso").await;
    let webhook = format!("{}/contoso/webhook", deployment.account.prefix);
    let password =
        async || deployment.account.secrets.value(&webhook, VersionStage::Current).await.expect("a password");
    let before = password().await;
    let once = deployment.press(&opened, "Rotate password", &json!({})).await;
    once.assert_has("was rotated");
    let rotated = password().await;
    assert_ne!(rotated, before);
    deployment.press(&opened, "Rotate password", &json!({})).await.assert_has("was rotated already");
    assert_eq!(password().await, rotated);
    deployment.close().await;
}

#[tokio::test]
async fn what_was_wrong_is_said_at_the_field_and_a_pasted_token_is_not_shown() {
    let (deployment, secret) = with_token_secret("page-fields").await;
    let form = deployment.look(&json!({"view": "connect"}), &json!({})).await;
    let refused = async |field: &str, value: &str| {
        let mut filled = filled(&secret);
        filled[field] = json!(value);
        deployment.press(&form, "Check", &filled).await
    };
    let at = |field: &str, text: &str| {
        format!("<span id=\"hp-{field}-problem\"><span class=\"hp-error\" role=\"alert\">✕ {text}")
    };
    for (field, value, text) in [
        ("organizationUrl", "", "`organizationUrl` is missing"),
        ("organizationUrl", "https://dev.azure.com/nobody", "there is no Azure DevOps organization"),
        ("patSecretId", "no-such-secret", "`patSecretId`: the secret `no-such-secret` does not exist"),
        ("patExpiresOn", "tomorrow", "`patExpiresOn`"),
        ("projects", "Nowhere", "`projects`: there is no project"),
        ("repository", "nothing", "`repository`: the selected project has no repository"),
        ("branch", "feature/*", "`branch` must be one branch"),
        ("integration", "Not A Name", "`integration`"),
        ("clientId", "7", "in `entra`: `clientId`"),
    ] {
        let shown = refused(field, value).await;
        let text = as_html(text);
        assert!(shown.0.contains(&at(field, &text)), "{field}: {text} in {}", shown.0);
        // What else was filled in stays.
        if field != "organizationUrl" {
            shown.assert_has("value=\"https://dev.azure.com/contoso\"");
        }
    }
    // `look` fails the test where the token is shown.
    refused("patSecretId", canary::PAT).await.assert_has("this looks like a token");
    let pasted = json!({"organizationUrl": "https://dev.azure.com/nobody/x/y", "patSecretId": canary::PAT});
    for button in ["Check", "List projects", "What the app has to trust"] {
        deployment.press(&form, button, &pasted).await;
    }
    assert!(deployment.azure.changes().is_empty());
    deployment.close().await;
}

/// A text as the page writes it: what stands between backticks is code.
fn as_html(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts
        .map(|(index, part)| if index % 2 == 1 { format!("<code>{part}</code>") } else { part.to_owned() })
        .collect()
}

#[tokio::test]
async fn a_button_runs_what_it_says_and_nothing_else() {
    let (deployment, secret) = with_token_secret("page-buttons").await;
    for request in [
        json!({"action": "replace-token", "integration": "contoso", "pat": "canary"}),
        json!({"action": "connect", "organizationUrl": "https://dev.azure.com/contoso", "pat": "canary"}),
        json!({"action": "drop"}),
        json!({}),
    ] {
        let shown = deployment.look(&json!({"view": "run", "request": request}), &filled(&secret)).await;
        shown.assert_has("the page has no such button");
    }
    for parameters in [
        json!({"view": "nothing", "integration": "contoso"}),
        json!({"view": "integration", "integration": "../x"}),
    ] {
        deployment.look(&parameters, &json!({})).await.assert_has("Not done: BadRequest");
    }
    deployment.opened("contoso").await.assert_has("Not done: IntegrationUnknown");
    let documentation = deployment.run_setup(&json!({"describe": true})).await;
    assert!(
        documentation.as_str().is_some_and(|text| text.starts_with("### Integrations")),
        "{documentation}"
    );
    assert!(deployment.azure.calls().is_empty());
    deployment.close().await;
}

#[tokio::test]
async fn an_action_whose_time_is_over_says_how_it_goes_on() {
    let (deployment, secret) = with_token_secret("page-late").await;
    connect_by_form(&deployment, &filled(&secret)).await;
    let opened = deployment.opened("contoso").await;
    // Another run is at work: a second tab, or the first press of a button that still runs.
    deployment.lock_for_a_minute().await;
    let busy = deployment.press(&opened, "Rotate password", &json!({})).await;
    busy.assert_has("Another run is at work.");
    deployment.opened("contoso").await.assert_has("is at work on this integration");
    deployment.let_invocation_end().await;
    deployment.press(&busy, "Look again", &json!({})).await.assert_has("was rotated");
    deployment.close().await;
}
