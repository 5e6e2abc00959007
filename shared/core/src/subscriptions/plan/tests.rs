use std::collections::BTreeMap;

use super::*;
use crate::integration::name::IntegrationName;
use crate::subscriptions::kind::ChangeKind;

fn urls() -> WebhookUrls {
    WebhookUrls::new("https://api.example.com/hooks", IntegrationName::parse("contoso").expect("a name"))
}

fn version(fill: u8) -> VersionId {
    VersionId::generate([fill; 16])
}

fn shop() -> Scope {
    Scope { project_ids: vec!["p-1".to_owned()], repository_id: None, branch: None }
}

/// As Azure DevOps would list it after it was made.
fn made(wanted: &WantedSubscription) -> ExistingSubscription {
    ExistingSubscription {
        id: format!("s-{}-{:?}", wanted.project_id.as_deref().unwrap_or("all"), wanted.kind),
        event_type: wanted.kind.event_type().to_owned(),
        notification_type: wanted.kind.notification_type().map(str::to_owned),
        status: SubscriptionStatus::Enabled,
        url: wanted.url.clone(),
        project_id: wanted.project_id.clone(),
        repository_id: wanted.repository_id.clone(),
        branch: wanted.branch.clone(),
        other_filters: BTreeMap::new(),
        resource_version: Some(wanted.kind.resource_version().to_owned()),
        details: Some("all".to_owned()),
        messages: Some("text".to_owned()),
        detailed_messages: Some("none".to_owned()),
        has_password: true,
        created_by: None,
        created: None,
        probation_retries: None,
        last_probation_retry: None,
        last_success: None,
    }
}

#[test]
fn from_nothing_everything_is_made_and_then_nothing_is_left_to_do() {
    let wanted = wanted(&shop(), &urls(), &version(1));
    let first = plan(&wanted, &[], &urls());
    assert_eq!(first.steps.len(), 8);
    assert!(first.steps.iter().all(|step| matches!(step, Step::Create(_))));
    let there: Vec<_> = wanted.iter().map(made).collect();
    let second = plan(&wanted, &there, &urls());
    assert_eq!((second.steps.len(), second.kept.len(), second.unmanaged.len()), (0, 8, 0));
}

#[test]
fn only_what_is_missing_or_wrong_is_touched() {
    let wanted = wanted(&shop(), &urls(), &version(1));
    let mut there: Vec<_> = wanted.iter().map(made).collect();
    there.remove(3);
    there[0].status = SubscriptionStatus::DisabledBySystem;
    there[1].details = Some("minimal".to_owned());
    let plan = plan(&wanted, &there, &urls());
    let steps: Vec<_> = plan
        .steps
        .iter()
        .map(|step| match step {
            Step::Create(wanted) => format!("create {:?}", wanted.kind),
            Step::Replace { existing, why, .. } => format!("replace {}: {}", existing.id, why.join(", ")),
        })
        .collect();
    assert_eq!(
        steps,
        [
            "replace s-p-1-Push: Azure DevOps disabled it after too many failures",
            "replace s-p-1-PullRequestCreated: its resource details to send should be `all` and is `minimal`",
            "create PullRequestUpdated(Reviewers)",
        ]
    );
}

#[test]
fn a_new_password_concerns_every_subscription_and_a_rotation_that_was_cut_off_only_the_rest() {
    let old = wanted(&shop(), &urls(), &version(1));
    let new = wanted(&shop(), &urls(), &version(2));
    let mut there: Vec<_> = old.iter().map(made).collect();
    assert_eq!(plan(&new, &there, &urls()).steps.len(), 8);
    there[..5].clone_from_slice(&new[..5].iter().map(made).collect::<Vec<_>>());
    assert_eq!(plan(&new, &there, &urls()).steps.len(), 3);
}

#[test]
fn a_subscription_made_by_hand_is_adopted_and_never_doubled() {
    let wanted = wanted(&shop(), &urls(), &version(1));
    let mut by_hand = made(&wanted[0]);
    by_hand.url = "https://api.example.com/hooks/contoso/code-pushed".to_owned();
    by_hand.messages = Some("all".to_owned());
    let plan = plan(&wanted, &[by_hand.clone()], &urls());
    assert!(matches!(&plan.steps[0], Step::Replace { existing, .. } if existing.id == by_hand.id));
    assert_eq!(plan.steps.len(), 8);
}

#[test]
fn others_are_not_looked_at_and_strays_are_reported() {
    let wanted = wanted(&shop(), &urls(), &version(1));
    let mut there: Vec<_> = wanted.iter().map(made).collect();
    let mut other = made(&wanted[0]);
    other.url = "https://ci.example.com/hook".to_owned();
    let mut unfiltered = made(&wanted[2]);
    unfiltered.notification_type = None;
    let mut twice = made(&wanted[0]);
    twice.id = "second".to_owned();
    let mut elsewhere = made(&wanted[0]);
    elsewhere.url = "https://old.example.com/v1/contoso/code-pushed?version=01010101".to_owned();
    there.extend([other, unfiltered, twice, elsewhere]);
    let plan = plan(&wanted, &there, &urls());
    assert!(plan.steps.is_empty());
    let why: Vec<_> = plan.unmanaged.iter().map(|unmanaged| unmanaged.why.as_str()).collect();
    assert_eq!(why.len(), 3);
    assert!(why[2].contains("another address, https://old.example.com/"), "{why:?}");
    assert!(why[0].contains("every update comes twice") && why[1].contains("a second one"), "{why:?}");
    assert_eq!(wanted[2].kind, SubscriptionKind::PullRequestUpdated(ChangeKind::Source));
}

#[test]
fn the_whole_organization_is_one_set_and_each_project_is_one() {
    let all = Scope { project_ids: Vec::new(), repository_id: None, branch: None };
    assert_eq!(wanted(&all, &urls(), &version(1)).len(), 8);
    let two = Scope { project_ids: vec!["p-1".to_owned(), "p-2".to_owned()], ..all };
    assert_eq!(wanted(&two, &urls(), &version(1)).len(), 16);
}
