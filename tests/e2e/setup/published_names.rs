//! The list of integrations that `setup` and `watch` keep for the receivers.

use hookpost_harness::secrets::VersionStage;
use serde_json::json;

use crate::watched_deployment::WatchedDeployment;

#[tokio::test]
async fn a_pass_makes_the_list_of_an_older_stack_and_repairs_it() {
    let watched = WatchedDeployment::open("list-of-names").await;
    let account = &watched.deployment.account;
    let secret = format!("{}/integrations", account.prefix);
    let list = async || account.secrets.value(&secret, VersionStage::Current).await.expect("a list");
    let expected = json!({"names": ["contoso"]}).to_string();
    assert_eq!(list().await, expected, "`connect` has made it");
    account.secrets.delete(&secret).await.expect("deleted");
    watched.run_pass().await;
    assert_eq!(list().await, expected);
    account.secrets.put(&secret, r#"{"names":["gone"]}"#, VersionStage::Current).await.expect("stored");
    watched.run_pass().await;
    assert_eq!(list().await, expected);
    watched.close().await;
}
