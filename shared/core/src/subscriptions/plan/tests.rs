use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::azure_devops::catalog::ProjectInfo;
use crate::integration::name::IntegrationName;
use crate::secrets::version::VersionId;
use crate::subscriptions::kind::ChangeKind;
use crate::subscriptions::scope::wanted;

fn urls() -> WebhookUrls {
    WebhookUrls::new("https://api.example.com/hooks", IntegrationName::parse("contoso").expect("a name"))
}

fn version(fill: u8) -> VersionId {
    VersionId::generate([fill; 16])
}

fn projects(ids: &[&str]) -> Scope {
    let project = |id: &&str| ProjectInfo { id: (*id).to_owned(), name: format!("Project {id}") };
    Scope { projects: Some(ids.iter().map(project).collect()), ..Scope::default() }
}

fn one_project() -> Scope {
    projects(&["p-1"])
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
    let first = plan(&one_project(), &wanted, &[], &urls());
    assert_eq!(first.steps.len(), 8);
    assert!(first.steps.iter().all(|step| matches!(step, Step::Create(_))));
    let existing: Vec<_> = wanted.iter().map(created).collect();
    let second = plan(&one_project(), &wanted, &existing, &urls());
    assert_eq!((second.steps.len(), second.kept.len(), second.unmanaged.len()), (0, 8, 0));
}

#[test]
fn steps_cover_only_missing_and_wrong_subscriptions() {
    let wanted = wanted(&one_project(), &urls(), &version(1));
    let mut existing: Vec<_> = wanted.iter().map(created).collect();
    existing.remove(3);
    existing[0].status = SubscriptionStatus::DisabledBySystem;
    existing[1].details = Some("minimal".to_owned());
    let plan = plan(&one_project(), &wanted, &existing, &urls());
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
    assert_eq!(plan(&one_project(), &new, &existing, &urls()).steps.len(), 8);
    existing[..5].clone_from_slice(&new[..5].iter().map(created).collect::<Vec<_>>());
    assert_eq!(plan(&one_project(), &new, &existing, &urls()).steps.len(), 3);
}

#[test]
fn a_subscription_made_by_hand_is_replaced_and_not_duplicated() {
    let wanted = wanted(&one_project(), &urls(), &version(1));
    let mut by_hand = created(&wanted[0]);
    by_hand.url = "https://api.example.com/hooks/contoso/code-pushed".to_owned();
    by_hand.messages = Some("all".to_owned());
    let plan = plan(&one_project(), &wanted, &[by_hand.clone()], &urls());
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
    unfiltered.url = "https://api.example.com/hooks/contoso/pull-request".to_owned();
    let mut duplicate = created(&wanted[0]);
    duplicate.id = "second".to_owned();
    duplicate.url = "https://api.example.com/hooks/contoso/code-pushed".to_owned();
    let mut elsewhere = created(&wanted[0]);
    elsewhere.url = "https://old.example.com/v1/contoso/code-pushed?version=01010101".to_owned();
    existing.extend([foreign, unfiltered, duplicate, elsewhere]);
    let plan = plan(&one_project(), &wanted, &existing, &urls());
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
    assert_eq!(wanted(&Scope::default(), &urls(), &version(1)).len(), 8);
    assert_eq!(wanted(&projects(&["p-1", "p-2"]), &urls(), &version(1)).len(), 16);
    assert_eq!(wanted(&projects(&[]), &urls(), &version(1)).len(), 0, "no project is not all projects");
}

#[test]
fn a_project_named_twice_gets_one_set() {
    let twice = projects(&["p-1", "p-1"]);
    let wanted = wanted(&twice, &urls(), &version(1));
    assert_eq!(wanted.len(), 8);
    // An older version made a second set.
    let mut existing: Vec<_> = wanted.iter().map(created).collect();
    existing.extend(
        wanted.iter().map(|wanted| ExistingSubscription {
            id: format!("second-{:?}", wanted.kind),
            ..created(wanted)
        }),
    );
    let plan = plan(&twice, &wanted, &existing, &urls());
    assert_eq!((plan.kept.len(), plan.steps.len(), plan.unmanaged.len()), (8, 0, 0));
    let retired = retired(&plan);
    assert_eq!(retired.len(), 8);
    assert!(retired.iter().all(|id| id.starts_with("second-")), "{retired:?}");
}

/// The ids of the subscriptions that a plan retires.
fn retired(plan: &Plan) -> Vec<&str> {
    plan.retirements.iter().map(|retirement| retirement.existing.id.as_str()).collect()
}

#[test]
fn widening_to_all_retires_the_projects_sets() {
    let narrow = wanted(&one_project(), &urls(), &version(1));
    let existing: Vec<_> = narrow.iter().map(created).collect();
    let all = Scope::default();
    let wide = wanted(&all, &urls(), &version(1));
    let widening = plan(&all, &wide, &existing, &urls());
    assert!(widening.steps.iter().all(|step| matches!(step, Step::Create(_))));
    assert_eq!((widening.steps.len(), widening.retirements.len()), (8, 8));
    for Retirement { existing, covered_by } in &widening.retirements {
        assert_eq!(existing.kind(), Some(covered_by.kind));
        assert_eq!(covered_by.project_id, None);
    }
}

#[test]
fn only_what_setup_made_and_another_one_covers_is_retired() {
    let all = Scope::default();
    let wanted_of = |scope: &Scope| wanted(scope, &urls(), &version(1));
    let mut existing: Vec<_> = wanted_of(&all).iter().map(created).collect();
    let push = || created(&wanted_of(&one_project())[0]);
    let by_hand = ExistingSubscription {
        id: "by hand".to_owned(),
        url: "https://api.example.com/hooks/contoso/code-pushed".to_owned(),
        ..push()
    };
    let filters = BTreeMap::from([("pushedBy".to_owned(), "ada".to_owned())]);
    let filtered = ExistingSubscription { id: "filtered".to_owned(), other_filters: filters, ..push() };
    // `watch` deletes it when it has read its log.
    let status = SubscriptionStatus::DisabledBySystem;
    let disabled = ExistingSubscription { id: "disabled".to_owned(), status, ..push() };
    existing.extend([by_hand, filtered, disabled, push()]);
    let widened = plan(&all, &wanted_of(&all), &existing, &urls());
    assert_eq!(retired(&widened), ["s-p-1-Push"]);
    let unmanaged: Vec<_> =
        widened.unmanaged.iter().map(|unmanaged| unmanaged.existing.id.as_str()).collect();
    assert_eq!(unmanaged, ["by hand", "filtered", "disabled"]);
    // The set of the whole organization delivers more than a project's.
    let narrow = one_project();
    let narrowed = plan(&narrow, &wanted_of(&narrow), &existing[..8], &urls());
    assert_eq!((narrowed.steps.len(), narrowed.unmanaged.len()), (8, 8));
    assert_eq!(narrowed.retirements, []);
}

#[test]
fn two_plans_keep_the_same_one_of_two_equal_subscriptions() {
    let wanted = wanted(&one_project(), &urls(), &version(1));
    let at = |text: &str| Some(text.parse().expect("a timestamp"));
    let older = ExistingSubscription {
        id: "a".to_owned(),
        created: at("2026-03-01T00:00:00Z"),
        ..created(&wanted[0])
    };
    let newer =
        ExistingSubscription { id: "z".to_owned(), created: at("2026-03-02T00:00:00Z"), ..older.clone() };
    for existing in [[older.clone(), newer.clone()], [newer, older]] {
        let plan = plan(&one_project(), &wanted, &existing, &urls());
        assert_eq!(retired(&plan), ["a"]);
    }
}

#[test]
fn subscriptions_of_a_project_that_is_set_aside_are_left_alone() {
    let both = projects(&["p-1", "p-2"]);
    let existing: Vec<_> = wanted(&both, &urls(), &version(1)).iter().map(created).collect();
    let scope = Scope { set_aside: BTreeSet::from(["p-2".to_owned()]), ..one_project() };
    let plan = plan(&scope, &wanted(&scope, &urls(), &version(1)), &existing, &urls());
    assert_eq!((plan.steps.len(), plan.kept.len(), plan.unmanaged.len()), (0, 8, 0));
}

#[test]
fn a_full_ref_as_branch_filter_is_a_difference_and_no_other_subscription() {
    let scope = Scope { branch: Some("main".to_owned()), ..one_project() };
    let wanted = wanted(&scope, &urls(), &version(1));
    let mut existing: Vec<_> = wanted.iter().map(created).collect();
    existing[0].branch = Some("refs/heads/main".to_owned());
    existing[1].branch = Some("main2".to_owned());
    let plan = plan(&scope, &wanted, &existing, &urls());
    let Step::Replace { existing, differences, .. } = &plan.steps[0] else { panic!("it is replaced") };
    assert_eq!(existing.kind(), Some(SubscriptionKind::Push));
    assert_eq!(differences.len(), 1, "{differences:?}");
    assert!(matches!(&plan.steps[1], Step::Create(wanted) if wanted.branch.as_deref() == Some("main")));
    assert_eq!((plan.steps.len(), plan.unmanaged.len()), (2, 1));
}

#[test]
fn the_unfiltered_subscription_comes_and_goes_with_the_request() {
    let unfiltered = Scope { unfiltered: true, ..one_project() };
    let nine = wanted(&unfiltered, &urls(), &version(1));
    assert_eq!(nine.len(), 9);
    let existing: Vec<_> = nine.iter().map(created).collect();
    assert_eq!(plan(&unfiltered, &nine, &existing, &urls()).steps, []);
    let eight = wanted(&one_project(), &urls(), &version(1));
    let plan = plan(&one_project(), &eight, &existing, &urls());
    assert_eq!(retired(&plan), ["s-p-1-PullRequestUpdatedAny"]);
    assert_eq!(plan.unmanaged, []);
}

#[test]
fn an_unfiltered_subscription_made_by_hand_is_adopted_on_request() {
    let unfiltered = Scope { unfiltered: true, ..one_project() };
    let nine = wanted(&unfiltered, &urls(), &version(1));
    let mut existing: Vec<_> = nine.iter().map(created).collect();
    existing[8].url = "https://api.example.com/hooks/contoso/pull-request".to_owned();
    let plan = plan(&unfiltered, &nine, &existing, &urls());
    assert!(
        matches!(plan.steps.as_slice(), [Step::Replace { wanted, .. }] if wanted.url.contains("change=any"))
    );
}
