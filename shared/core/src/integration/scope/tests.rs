use super::*;
use crate::azure_devops::catalog::ProjectInfo;
use crate::azure_devops::subscription::SubscriptionStatus;
use crate::error::ErrorCode;

const SHOP: &str = "0a1b2c3d-0000-4000-8000-000000000001";
const LAB: &str = "0a1b2c3d-0000-4000-8000-000000000002";
const WEB: &str = "0a1b2c3d-0000-4000-8000-00000000000a";

fn project(id: &str, name: &str) -> ProjectInfo {
    ProjectInfo { id: id.to_owned(), name: name.to_owned() }
}

/// The organization with these projects; each has a repository.
fn catalog(projects: &[(&str, &str)]) -> Catalog {
    let repositories = projects.iter().map(|(id, name)| RepositoryInfo {
        id: if *id == SHOP { WEB.to_owned() } else { format!("repository of {id}") },
        name: "web".to_owned(),
        project: project(id, name),
        default_branch: None,
        web_url: None,
        https_url: None,
        ssh_url: None,
        is_disabled: false,
    });
    Catalog::of(&repositories.collect::<Vec<_>>())
}

fn selection(projects: &[Choice]) -> Selection {
    Selection { projects: projects.to_vec(), ..Selection::default() }
}

fn named(name: &str) -> Choice {
    Choice::parse(name)
}

/// A subscription that was made for the integration.
fn subscription(project_id: &str) -> ExistingSubscription {
    ExistingSubscription {
        id: "s".to_owned(),
        event_type: "git.push".to_owned(),
        notification_type: None,
        status: SubscriptionStatus::Enabled,
        url: String::new(),
        project_id: Some(project_id.to_owned()),
        repository_id: Some(WEB.to_owned()),
        branch: None,
        other_filters: std::collections::BTreeMap::new(),
        resource_version: None,
        details: None,
        messages: None,
        detailed_messages: None,
        has_password: true,
        created_by: None,
        created: None,
        probation_retries: None,
        last_probation_retry: None,
        last_success: None,
    }
}

/// What a connected integration with this selection subscribes to.
fn resolve_connected(selection: &Selection, catalog: &Catalog, managed: &[ExistingSubscription]) -> Resolved {
    resolve(selection, Some(selection), catalog, managed)
}

#[track_caller]
fn assert_scope(resolved: &Resolved, expected: &[&str]) {
    let ids: Vec<_> = resolved.scope.projects.iter().flatten().map(|project| project.id.as_str()).collect();
    assert_eq!(ids, expected);
    assert!(resolved.scope.projects.is_some(), "not the whole organization");
}

#[test]
fn names_and_ids_of_one_project_are_one_choice() {
    let twice = selection(&[named("shop"), Choice::parse(&SHOP.to_uppercase())]);
    let resolved = resolve(&twice, None, &catalog(&[(SHOP, "Shop")]), &[]);
    assert_scope(&resolved, &[SHOP]);
    assert_eq!(resolved.selection.projects, [Choice::known(SHOP, "Shop")]);
    assert_eq!((resolved.missing.len(), resolved.renamed.len()), (0, 0));
    assert!(resolved.require_usable().is_ok());
}

#[test]
fn a_renamed_project_is_followed_by_its_id() {
    let stored = selection(&[Choice::known(SHOP, "Shop")]);
    let resolved = resolve_connected(&stored, &catalog(&[(SHOP, "Store")]), &[]);
    assert_scope(&resolved, &[SHOP]);
    assert_eq!(resolved.renamed, ["`Shop` is now `Store`"]);
    assert_eq!(resolved.selection.projects, [Choice::known(SHOP, "Store")]);
    assert_eq!(resolved.scope.project_name(SHOP), "Store");
}

#[test]
fn a_renamed_project_without_an_id_is_found_by_its_subscriptions() {
    let stored = selection(&[named("Shop"), named("Lab")]);
    let renamed = catalog(&[(SHOP, "Store"), (LAB, "Lab")]);
    let resolved = resolve_connected(&stored, &renamed, &[subscription(SHOP), subscription(LAB)]);
    assert_scope(&resolved, &[LAB, SHOP]);
    assert_eq!(resolved.renamed, ["`Shop` is now `Store`"]);
    assert_eq!(resolved.missing, []);
}

#[test]
fn when_all_names_are_lost_it_does_not_matter_which_is_which() {
    let stored = selection(&[named("Shop"), named("Lab")]);
    let renamed = catalog(&[(SHOP, "Store"), (LAB, "Labor")]);
    let resolved = resolve_connected(&stored, &renamed, &[subscription(SHOP), subscription(LAB)]);
    assert_scope(&resolved, &[SHOP, LAB]);
    assert_eq!(
        resolved.renamed,
        ["one of `Shop`, `Lab` is now `Store`", "one of `Shop`, `Lab` is now `Labor`"]
    );
}

#[test]
fn an_ambiguous_name_is_named_and_its_subscriptions_are_left_alone() {
    let stored = selection(&[named("Shop"), named("Web"), Choice::known(LAB, "Lab")]);
    let resolved = resolve_connected(
        &stored,
        &catalog(&[(SHOP, "Store"), (LAB, "Lab")]),
        &[subscription(SHOP), subscription(LAB)],
    );
    assert_scope(&resolved, &[LAB]);
    assert_eq!(resolved.missing.len(), 2);
    assert!(resolved.scope.set_aside.contains(SHOP));
    assert!(resolved.problems().all(|problem| problem.contains("run `connect`")));
    assert!(resolved.require_usable().is_ok(), "the rest is looked after");
}

#[test]
fn a_deleted_project_is_named_and_the_others_are_looked_after() {
    let stored = selection(&[Choice::known(SHOP, "Shop"), Choice::known(LAB, "Lab")]);
    let mut catalog = catalog(&[(LAB, "Lab")]);
    catalog.add_gone(SHOP);
    let resolved = resolve_connected(&stored, &catalog, &[]);
    assert_scope(&resolved, &[LAB]);
    assert_eq!(resolved.scope.set_aside.iter().collect::<Vec<_>>(), [SHOP]);
    assert!(resolved.problems().next().is_some_and(|problem| problem.contains("project `Shop`")));
    assert_eq!(resolved.selection.projects.len(), 2, "it may come back");
}

#[test]
fn when_every_project_is_gone_nothing_is_wanted() {
    let stored = selection(&[Choice::known(SHOP, "Shop")]);
    let mut catalog = catalog(&[(LAB, "Lab")]);
    catalog.add_gone(SHOP);
    let resolved = resolve_connected(&stored, &catalog, &[]);
    assert_scope(&resolved, &[]);
    let error = resolved.require_usable().expect_err("nothing is left");
    assert_eq!(error.code(), ErrorCode::NotFound);
}

#[test]
fn a_project_that_cannot_be_asked_for_is_looked_after() {
    let stored = selection(&[Choice::known(SHOP, "Shop")]);
    let hidden = catalog(&[(LAB, "Lab")]);
    assert_scope(&resolve_connected(&stored, &hidden, &[]), &[SHOP]);
    let error = resolve(&stored, None, &hidden, &[]).require_usable().expect_err("it was never connected");
    assert!(error.message().contains("no project `Shop`"), "{error}");
}

#[test]
fn a_mistyped_name_is_refused() {
    let connected = selection(&[Choice::known(SHOP, "Shop")]);
    let requested = selection(&[named("Shop"), named("Shpo"), named("Lba")]);
    let resolved = resolve(&requested, Some(&connected), &catalog(&[(SHOP, "Shop")]), &[subscription(LAB)]);
    let error = resolved.require_usable().expect_err("refused");
    assert!(error.message().contains("no project `Shpo`, `Lba` that"), "{error}");
}

#[test]
fn a_request_with_the_former_name_finds_the_id() {
    let connected = selection(&[Choice::known(SHOP, "Shop")]);
    let mut requested = selection(&[named("shop"), named("Lab")]);
    recall(&mut requested, &connected, &catalog(&[(SHOP, "Store"), (LAB, "Lab")]));
    assert_eq!(requested.projects, [Choice::known(SHOP, "Shop"), named("Lab")]);
    // Another project has the name now.
    let mut requested = selection(&[named("Shop")]);
    recall(&mut requested, &connected, &catalog(&[(LAB, "Shop")]));
    assert_eq!(requested.projects, [named("Shop")]);
}

fn with_repository(repository: Choice) -> Selection {
    Selection { repository: Some(repository), ..selection(&[Choice::known(SHOP, "Shop")]) }
}

#[test]
fn a_renamed_repository_is_followed() {
    for former in [Choice::known(WEB, "frontend"), named("frontend")] {
        let resolved =
            resolve_connected(&with_repository(former), &catalog(&[(SHOP, "Shop")]), &[subscription(SHOP)]);
        assert_eq!(resolved.scope.repository_id.as_deref(), Some(WEB));
        assert_eq!(resolved.selection.repository, Some(Choice::known(WEB, "web")));
        assert_eq!(resolved.renamed, ["`frontend` is now `web`"]);
    }
}

#[test]
fn a_deleted_repository_does_not_widen_the_scope() {
    let deleted = Choice::known("0a1b2c3d-0000-4000-8000-00000000000b", "old");
    for deleted in [deleted, named("old")] {
        let resolved = resolve_connected(&with_repository(deleted), &catalog(&[(SHOP, "Shop")]), &[]);
        assert_scope(&resolved, &[]);
        assert!(resolved.scope.set_aside.contains(SHOP));
        assert!(resolved.problems().next().is_some_and(|problem| problem.contains("repository `old`")));
    }
    let unknown = resolve(&with_repository(named("old")), None, &catalog(&[(SHOP, "Shop")]), &[]);
    let error = unknown.require_usable().expect_err("refused");
    assert!(error.message().contains("no repository `old`"), "{error}");
}

#[test]
fn lost_names_are_only_those_that_the_integration_is_connected_to() {
    let catalog = catalog(&[(SHOP, "Store")]);
    let (known, requested) = (selection(&[named("Shop")]), selection(&[named("Shpo")]));
    assert!(has_lost_names(&known, &known, &catalog));
    assert!(!has_lost_names(&requested, &known, &catalog));
    let by_id = selection(&[Choice::known(SHOP, "Shop")]);
    assert!(!has_lost_names(&by_id, &by_id, &catalog));
}
