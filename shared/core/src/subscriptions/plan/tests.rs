use std::collections::BTreeMap;

use super::*;
use crate::integration::name::IntegrationName;

fn urls() -> WebhookUrls {
    WebhookUrls::new("https://api.example.com/hooks", IntegrationName::parse("contoso").expect("a name"))
}

fn version(fill: u8) -> VersionId {
    VersionId::generate([fill; 16])
}

fn one_project() -> Scope {
    Scope { project_ids: vec!["p-1".to_owned()], repository_id: None, branch: None }
}

/// The wanted subscription as Azure DevOps lists it after it was created.
fn created(wanted: &WantedSubscription) -> ExistingSubscription {
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
fn a_first_plan_creates_everything_and_a_second_has_no_steps() {
    let wanted = wanted(&one_project(), &urls(), &version(1));
    let first = plan(&wanted, &[], &urls());
    assert_eq!(first.steps.len(), 8);
    assert!(first.steps.iter().all(|step| matches!(step, Step::Create(_))));
    let existing: Vec<_> = wanted.iter().map(created).collect();
    let second = plan(&wanted, &existing, &urls());
    assert_eq!((second.steps.len(), second.kept.len(), second.unmanaged.len()), (0, 8, 0));
}

#[test]
fn steps_cover_only_missing_and_wrong_subscriptions() {
    let wanted = wanted(&one_project(), &urls(), &version(1));
    let mut existing: Vec<_> = wanted.iter().map(created).collect();
    existing.remove(3);
    existing[0].status = SubscriptionStatus::DisabledBySystem;
    existing[1].details = Some("minimal".to_owned());
    let plan = plan(&wanted, &existing, &urls());
    let steps: Vec<_> = plan
        .steps
        .iter()
        .map(|step| match step {
            Step::Create(wanted) => format!("create {:?}", wanted.kind),
            Step::Replace { existing, differences, .. } => {
                format!("replace {}: {}", existing.id, differences.join(", "))
            }
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
fn an_interrupted_rotation_continues_with_the_remaining_subscriptions() {
    let old = wanted(&one_project(), &urls(), &version(1));
    let new = wanted(&one_project(), &urls(), &version(2));
    let mut existing: Vec<_> = old.iter().map(created).collect();
    assert_eq!(plan(&new, &existing, &urls()).steps.len(), 8);
    existing[..5].clone_from_slice(&new[..5].iter().map(created).collect::<Vec<_>>());
    assert_eq!(plan(&new, &existing, &urls()).steps.len(), 3);
}

#[test]
fn a_subscription_made_by_hand_is_replaced_and_not_duplicated() {
    let wanted = wanted(&one_project(), &urls(), &version(1));
    let mut by_hand = created(&wanted[0]);
    by_hand.url = "https://api.example.com/hooks/contoso/code-pushed".to_owned();
    by_hand.messages = Some("all".to_owned());
    let plan = plan(&wanted, &[by_hand.clone()], &urls());
    assert!(matches!(&plan.steps[0], Step::Replace { existing, .. } if existing.id == by_hand.id));
    assert_eq!(plan.steps.len(), 8);
}

#[test]
fn unmanaged_subscriptions_are_reported_and_foreign_ones_ignored() {
    let wanted = wanted(&one_project(), &urls(), &version(1));
    let mut existing: Vec<_> = wanted.iter().map(created).collect();
    let mut foreign = created(&wanted[0]);
    foreign.url = "https://ci.example.com/hook".to_owned();
    let mut unfiltered = created(&wanted[2]);
    unfiltered.notification_type = None;
    let mut duplicate = created(&wanted[0]);
    duplicate.id = "second".to_owned();
    let mut elsewhere = created(&wanted[0]);
    elsewhere.url = "https://old.example.com/v1/contoso/code-pushed?version=01010101".to_owned();
    existing.extend([foreign, unfiltered, duplicate, elsewhere]);
    let plan = plan(&wanted, &existing, &urls());
    assert!(plan.steps.is_empty());
    let reasons: Vec<_> = plan.unmanaged.iter().map(|unmanaged| unmanaged.reason.as_str()).collect();
    assert_eq!(reasons.len(), 3);
    assert!(reasons[2].contains("another address, https://old.example.com/"), "{reasons:?}");
    assert!(
        reasons[0].contains("every update comes twice") && reasons[1].contains("a duplicate"),
        "{reasons:?}"
    );
    assert_eq!(wanted[2].kind, SubscriptionKind::PullRequestUpdated(ChangeKind::Source));
}

#[test]
fn an_organization_gets_eight_subscriptions_and_each_project_eight() {
    let organization = Scope { project_ids: Vec::new(), repository_id: None, branch: None };
    assert_eq!(wanted(&organization, &urls(), &version(1)).len(), 8);
    let two_projects = Scope { project_ids: vec!["p-1".to_owned(), "p-2".to_owned()], ..organization };
    assert_eq!(wanted(&two_projects, &urls(), &version(1)).len(), 16);
}
