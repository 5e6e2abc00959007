use jiff::Timestamp;

use super::*;
use crate::overview::{ConnectedBy, Failure, Repairs, SubscriptionsOverview};

/// A page of fifty integrations is read in a moment: this is less than a fifth of what a message holds.
const OF_FIFTY_BYTES_MAX: usize = 50_000;

fn well(number: usize) -> IntegrationOverview {
    IntegrationOverview {
        integration: format!("team-{number:04}"),
        organization_url: Some("https://dev.azure.com/contoso".to_owned()),
        connected_by: Some(ConnectedBy::Entra {
            tenant_id: "5eed0000-0000-4000-8000-000000000001".to_owned(),
            client_id: "5eed0000-0000-4000-8000-000000000002".to_owned(),
        }),
        subscriptions: Some(SubscriptionsOverview {
            listed_at: Timestamp::UNIX_EPOCH,
            wanted: 8,
            delivering: 8,
            not_delivering: Vec::new(),
        }),
        last_delivery: Some(Timestamp::UNIX_EPOCH),
        last_work: Some(Repairs {
            at: Timestamp::UNIX_EPOCH,
            healed: 1,
            replayed: 2,
            reconstructed: 3,
            done: vec!["subscription 5eed (git.push): it is on probation: enabled".to_owned()],
        }),
        ..IntegrationOverview::default()
    }
}

/// An integration with as much to say as there can be.
fn in_trouble(number: usize) -> IntegrationOverview {
    let text = "git.push of project `Rückversicherung`: \u{1}somebody disabled it; ".repeat(8);
    let mut entry = well(number);
    let subscriptions = entry.subscriptions.as_mut().expect("they were listed");
    subscriptions.not_delivering = vec![text.clone(); 12];
    entry.last_work.as_mut().expect("something was done").done = vec![text.clone(); 12];
    entry.remains = vec![text.clone(); 12];
    entry.failed_deliveries =
        vec![FailedDelivery { at: Timestamp::UNIX_EPOCH, description: text.clone() }; 6];
    entry.failure = Some(Failure { code: "AzureDevOpsUnavailable".to_owned(), message: text });
    entry.failing_since = Some(Timestamp::UNIX_EPOCH);
    entry
}

/// The overview as the page reads it, and its size.
fn written(integrations: Vec<IntegrationOverview>) -> (Overview, usize) {
    let body = body(Overview { at: Timestamp::UNIX_EPOCH, integrations }).expect("JSON");
    (serde_json::from_str(&body).expect("an overview"), body.len())
}

#[test]
fn fifty_integrations_are_shown_whole() {
    let integrations: Vec<_> = (0..50).map(well).collect();
    let (overview, bytes) = written(integrations.clone());
    assert_eq!(overview.integrations, integrations);
    assert!(bytes < OF_FIFTY_BYTES_MAX, "{bytes} bytes");
}

#[test]
fn long_texts_and_lists_are_cut_and_say_so() {
    let (overview, _) = written(vec![in_trouble(0)]);
    let entry = &overview.integrations[0];
    assert_eq!((entry.remains.len(), entry.failed_deliveries.len()), (11, 5));
    assert_eq!(entry.remains[10], "and more");
    assert!(entry.remains[0].ends_with('…') && entry.remains[0].chars().count() == 401);
    let (again, _) = written(overview.integrations.clone());
    assert_eq!(again, overview, "what is taken over stays as it is");
}

#[test]
fn what_sqs_refuses_is_escaped() {
    let remains = vec!["a\u{fffe}b\0".to_owned()];
    let entry = IntegrationOverview { remains, ..well(0) };
    let body = body(Overview { at: Timestamp::UNIX_EPOCH, integrations: vec![entry.clone()] }).expect("JSON");
    assert!(body.contains(r"a\ufffeb\u0000"), "{body}");
    assert_eq!(serde_json::from_str::<Overview>(&body).expect("an overview").integrations, [entry]);
}

#[test]
fn every_overview_fits_its_message_and_names_those_in_trouble() {
    for (count, step) in [(50, 1), (50, 10), (200, 1), (200, 2), (1500, 1), (1500, 10)] {
        let entry = |number| if number % step == 0 { in_trouble(number) } else { well(number) };
        let (overview, bytes) = written((0..count).map(entry).collect());
        assert!(bytes <= MESSAGE_BYTES_MAX, "{bytes} bytes of {count}");
        let loud = overview.integrations.iter().filter(|entry| !entry.is_well());
        let least = (count / step).min(1000);
        assert!(loud.clone().count() >= least, "of {count} integrations every {step} is in trouble");
        for entry in loud {
            assert!(entry.failure.is_some() && !entry.remains.is_empty(), "{entry:?}");
        }
    }
}

#[test]
fn what_is_well_is_cut_first() {
    let entry = |number| if number % 10 == 0 { in_trouble(number) } else { well(number) };
    let (overview, _) = written((0..200).map(entry).collect());
    assert_eq!(overview.integrations.len(), 200);
    assert_eq!(overview.integrations[10].remains.len(), 4, "three texts, and that there are more");
    let (overview, _) = written((0..1500).map(well).collect());
    assert_eq!(overview.integrations.len(), 1500);
    for entry in &overview.integrations {
        assert_eq!(entry.subscriptions, well(0).subscriptions, "whether it delivers is dropped last");
    }
}

#[test]
fn an_integration_that_only_lacks_subscriptions_is_never_shown_as_well() {
    let entry = |number| {
        let mut entry = well(number);
        let subscriptions = entry.subscriptions.as_mut().expect("they were listed");
        subscriptions.not_delivering = vec!["subscription 5eed (git.push): somebody disabled it".to_owned()];
        entry
    };
    let (overview, _) = written((0..3000).map(entry).collect());
    assert!(overview.integrations.len() > 2000 && overview.integrations.iter().all(|entry| !entry.is_well()));
}
