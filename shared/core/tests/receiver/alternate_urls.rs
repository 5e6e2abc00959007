//! The alternate URLs of a repository: every form of its URL, and what was sent.

use serde_json::json;

use crate::fixture::{REPOSITORY_ID, urls_of};

#[test]
fn alternate_urls_have_every_form_and_what_was_sent() {
    let sent = "https://Contoso@dev.azure.com/Contoso/My%20Shop/_git/web";
    let sent_ssh = "Contoso@vs-ssh.visualstudio.com:v3/Contoso/My%20Shop/web";
    let repository = urls_of(&json!({
        "id": REPOSITORY_ID, "name": "web", "project": {"name": "My Shop"}, "remoteUrl": sent, "sshUrl": sent_ssh,
        "webUrl": "https://user:pat@dev.azure.com/contoso/My%20Shop/_git/web",
    }));
    let expected = json!([
        "https://contoso@dev.azure.com/contoso/My%20Shop/_git/web",
        "https://contoso.visualstudio.com/My%20Shop/_git/web",
        "https://contoso.visualstudio.com/DefaultCollection/My%20Shop/_git/web",
        "ssh://git@ssh.dev.azure.com/v3/contoso/My%20Shop/web",
        "contoso@vs-ssh.visualstudio.com:v3/contoso/My%20Shop/web",
        "ssh://contoso@vs-ssh.visualstudio.com/v3/contoso/My%20Shop/web",
        "ssh://contoso@contoso.visualstudio.com:22/My%20Shop/_git/web",
        "ssh://contoso@contoso.visualstudio.com:22/DefaultCollection/My%20Shop/_git/web",
        "ssh://contoso@vs-ssh.visualstudio.com:22/My%20Shop/_ssh/web",
        "ssh://contoso@vs-ssh.visualstudio.com:22/DefaultCollection/My%20Shop/_ssh/web",
        sent,
        sent_ssh,
    ]);
    assert_eq!(repository["alternateUrls"], expected, "without the URL that has a password");
    assert_eq!(repository["sshUrl"], "git@ssh.dev.azure.com:v3/contoso/My%20Shop/web");

    let same_name = urls_of(&json!({
        "name": "web", "project": {"name": "web"}, "remoteUrl": "https://contoso.visualstudio.com/_git/web",
    }));
    let urls = same_name["alternateUrls"].as_array().expect("a list");
    for url in [
        "https://dev.azure.com/contoso/_git/web",
        "https://contoso.visualstudio.com/_git/web",
        "https://contoso.visualstudio.com/DefaultCollection/_git/web",
        "ssh://contoso@contoso.visualstudio.com:22/DefaultCollection/_git/web",
        "ssh://contoso@vs-ssh.visualstudio.com:22/_ssh/web",
    ] {
        assert_eq!(urls.iter().filter(|known| **known == url).count(), 1, "{url} in {urls:?}");
    }
}

#[test]
fn alternate_urls_of_a_server_have_what_was_sent() {
    let sent = "https://svc@TFS.contoso.example/tfs/Main/Shop/_git/_full/web";
    let repository = urls_of(&json!({
        "name": "web", "project": {"name": "Shop"}, "remoteUrl": sent, "sshUrl": "ssh://tfs:22/tfs/Main/Shop/_git/web",
    }));
    let canonical = "https://tfs.contoso.example/tfs/Main/Shop/_git/web";
    assert_eq!((&repository["webUrl"], &repository["httpsUrl"]), (&json!(canonical), &json!(canonical)));
    assert_eq!(repository["sshUrl"], "ssh://tfs:22/tfs/Main/Shop/_git/web");
    assert_eq!(
        repository["alternateUrls"],
        json!([
            "ssh://tfs.contoso.example:22/tfs/Main/Shop/_git/web",
            "ssh://tfs.contoso.example:22/Main/Shop/_git/web",
            sent,
        ])
    );
}
