//! What Hookpost stores and reads back: the messages of `watch`, an integration's configuration with its token, messages of the
//! quarantine. And the organization URL as an operator pastes it. The first byte of an input says which.

use hookpost_core::azure_devops::credential::Credential;
use hookpost_core::azure_devops::organization_url::{OrganizationUrl, Servers};
use hookpost_core::integration::config::IntegrationConfig;
use hookpost_core::quarantine::assemble::assemble;
use hookpost_core::queue_receiver::{ReceiptHandle, ReceivedMessage};
use hookpost_core::secrets::token::find_token;
use hookpost_core::watch::stored::StoredMessage;

/// The token; inputs that contain it are left out.
const CANARY: &str = "canary-of-what-is-stored";

/// Checks that reading, writing and reading again gives the same, and that no error shows a token.
pub fn run(data: &[u8]) {
    let Some((which, rest)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    if text.contains(CANARY) {
        return;
    }
    match which {
        b'm' => watch_state(text),
        b'l' => integration_config(text),
        b'q' => quarantine(text),
        b't' => drop(find_token(text)),
        _ => organization_url(text),
    }
}

/// Checks that reading, writing and reading again gives the same.
fn watch_state(text: &str) {
    let Ok(message) = StoredMessage::from_json(text) else { return };
    let stored = message.to_json().expect("a message is written");
    let read = StoredMessage::from_json(&stored).expect("what was written is read");
    assert_eq!(read, message);
}

/// Checks that reading, writing and reading again gives the same, and that no error shows the token.
fn integration_config(text: &str) {
    let with_token = text.replacen("\"pat\": \"", &format!("\"pat\": \"{CANARY}"), 1);
    let config = IntegrationConfig::from_json(&with_token);
    assert!(!format!("{config:?}").contains(CANARY), "{config:?}");
    let config = match config {
        Ok(config) => config,
        Err(problem) => return assert!(!problem.to_string().contains(CANARY), "{problem}"),
    };
    let Ok(stored) = config.to_json() else { return };
    let read = IntegrationConfig::from_json(&stored).expect("what was written is read");
    assert_eq!(read.to_json().expect("what was stored once is again"), stored);
    assert_eq!(token(&read), token(&config));
    assert_eq!(read.credential.app(), config.credential.app());
    let is_whole_organization = |config: &IntegrationConfig| config.selection.projects.is_empty();
    assert_eq!(is_whole_organization(&read), is_whole_organization(&config));
    assert_eq!(read.selection.branch, config.selection.branch);
}

fn token(config: &IntegrationConfig) -> Option<&str> {
    match &config.credential {
        Credential::Pat { token, .. } => Some(token.expose()),
        Credential::Entra { .. } => None,
    }
}

/// Checks that each message, one a line, is in exactly one place of the result.
fn quarantine(text: &str) {
    let messages: Vec<_> = text
        .lines()
        .enumerate()
        .map(|(index, body)| ReceivedMessage {
            body: body.to_owned(),
            receipt_handle: ReceiptHandle(index.to_string()),
            sent_at: None,
            receive_count: 1,
        })
        .collect();
    let mut given: Vec<_> = messages.iter().map(|message| message.receipt_handle.clone()).collect();
    let assembled = assemble(messages);
    let whole = assembled.whole.into_iter().flat_map(|delivery| delivery.receipt_handles);
    let incomplete = assembled.incomplete.into_iter().flat_map(|delivery| delivery.receipt_handles);
    let unreadable = assembled.unreadable.into_iter().flat_map(|message| message.receipt_handles);
    let mut found: Vec<_> = whole.chain(incomplete).chain(unreadable).collect();
    given.sort();
    found.sort();
    assert_eq!(found, given);
}

/// Checks that the normal form is read as the same, and that a credential in front of the host is shown nowhere.
fn organization_url(text: &str) {
    for servers in [Servers::Refused, Servers::Allowed] {
        if let Ok(url) = OrganizationUrl::parse(text, servers) {
            let again = OrganizationUrl::parse(url.as_str(), servers).expect("the one form is read too");
            assert_eq!((again.as_str(), again.name()), (url.as_str(), url.name()));
            assert_eq!(url.as_url().scheme(), "https");
            assert!(url.as_url().username().is_empty() && url.as_url().password().is_none());
        }
        let shown = |url: &str| match OrganizationUrl::parse(url, servers) {
            Ok(url) => format!("{url} {url:?} {} {}", url.name(), url.as_url()),
            Err(error) => format!("{error} {error:?}"),
        };
        // The host itself may be the token, in capitals or percent-encoded.
        if shown(&format!("https://{text}")).contains(CANARY) {
            continue;
        }
        let secret = format!("https://ada:{CANARY}@{text}");
        let shown = shown(&secret);
        assert!(!shown.contains(CANARY), "{secret}: {shown}");
    }
}
