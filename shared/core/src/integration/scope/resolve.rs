//! Compares a selection with what the token's owner sees. No I/O.

use std::collections::BTreeSet;

use crate::azure_devops::catalog::{ProjectInfo, ProjectStatus, RepositoryInfo};
use crate::azure_devops::subscription::ExistingSubscription;
use crate::integration::scope::catalog::Catalog;
use crate::integration::scope::resolved::{Missing, MissingKind, Resolved};
use crate::integration::selection::{Choice, Selection};
use crate::subscriptions::scope::Scope;

/// Compares a selection with a catalog. `connected` is the selection that the integration is connected to, and `managed`
/// are the subscriptions that were made for it: they show the ids of names that are no longer there.
pub(super) fn resolve(
    selection: &Selection,
    connected: Option<&Selection>,
    catalog: &Catalog,
    managed: &[ExistingSubscription],
) -> Resolved {
    let empty = Selection::default();
    let connected = connected.unwrap_or(&empty);
    let scope = Scope {
        projects: (!selection.projects.is_empty()).then(Vec::new),
        branch: selection.branch.clone(),
        unfiltered: selection.unfiltered,
        ..Scope::default()
    };
    let resolved = Resolved {
        scope,
        selection: Selection { projects: Vec::new(), ..selection.clone() },
        missing: Vec::new(),
        renamed: Vec::new(),
    };
    let mut search = SelectionSearch { connected, catalog, managed, resolved };
    search.resolve_projects(&selection.projects);
    if let Some(choice) = &selection.repository {
        search.resolve_repository(choice);
    }
    search.resolved
}

struct SelectionSearch<'a> {
    connected: &'a Selection,
    catalog: &'a Catalog,
    managed: &'a [ExistingSubscription],
    resolved: Resolved,
}

impl SelectionSearch<'_> {
    fn resolve_projects(&mut self, choices: &[Choice]) {
        let (mut lost, mut unknown) = (Vec::new(), Vec::new());
        for choice in choices {
            let was_connected = choice.is_in(&self.connected.projects);
            match (&choice.id, self.catalog.named(choice)) {
                (Some(id), _) => {
                    let old_name = (choice.name != *id).then(|| quote(&choice.name));
                    self.add_project(choice, id, old_name, was_connected);
                }
                (None, Some(project)) => self.add_project(choice, &project.id, None, was_connected),
                (None, None) if was_connected => lost.push(choice),
                (None, None) => unknown.push(choice),
            }
        }
        for choice in unknown {
            self.add_missing(MissingKind::Project, &choice.name, false);
            self.resolved.selection.projects.push(choice.clone());
        }
        self.resolve_lost_projects(&lost);
    }

    /// Adds the projects whose names are no longer there, by the subscriptions that no other choice explains. When there
    /// are as many such projects as names, it does not matter which is which.
    fn resolve_lost_projects(&mut self, lost: &[&Choice]) {
        let unexplained = self.unexplained_projects();
        if lost.len() == unexplained.len() {
            let names: Vec<String> = lost.iter().map(|choice| quote(&choice.name)).collect();
            let name = match names.as_slice() {
                [name] => name.clone(),
                names => format!("one of {}", names.join(", ")),
            };
            for (choice, id) in lost.iter().zip(&unexplained) {
                self.add_project(choice, id, Some(name.clone()), true);
            }
            return;
        }
        for choice in lost {
            self.add_missing(MissingKind::Project, &choice.name, true);
            self.resolved.selection.projects.push((*choice).clone());
        }
        if !lost.is_empty() {
            self.resolved.scope.set_aside.extend(unexplained);
        }
    }

    /// The ids of projects with subscriptions of the integration that neither a choice found so far nor the rest of the
    /// connected selection explains.
    fn unexplained_projects(&self) -> BTreeSet<String> {
        let connected = self.connected.projects.iter().filter_map(|choice| {
            choice.id.clone().or_else(|| self.catalog.named(choice).map(|project| project.id))
        });
        let found = self.resolved.selection.projects.iter().filter_map(|choice| choice.id.clone());
        let explained: BTreeSet<String> = connected.chain(found).collect();
        let subscribed = self.managed.iter().filter_map(|existing| existing.project_id.clone());
        subscribed.filter(|id| !explained.contains(id)).collect()
    }

    /// Adds a project by its id. `old_name` is its quoted name at the time when the id was known last.
    fn add_project(&mut self, choice: &Choice, id: &str, old_name: Option<String>, was_connected: bool) {
        if self.resolved.selection.projects.iter().any(|known| known.id.as_deref() == Some(id)) {
            return;
        }
        let project = match self.catalog.status(id) {
            ProjectStatus::Visible(project) => project,
            // Without proof that it is gone, its subscriptions are looked after.
            ProjectStatus::Unknown if was_connected => {
                ProjectInfo { id: id.to_owned(), name: choice.name.clone() }
            }
            ProjectStatus::Unknown | ProjectStatus::Gone => {
                let name = old_name.unwrap_or_else(|| quote(&choice.name));
                let missing = Missing { kind: MissingKind::Project, name, was_connected };
                self.resolved.missing.push(missing);
                self.resolved.scope.set_aside.insert(id.to_owned());
                self.resolved.selection.projects.push(Choice::known(id, &choice.name));
                return;
            }
        };
        self.note_name(old_name, &project.name);
        self.resolved.selection.projects.push(Choice::known(id, &project.name));
        self.resolved.scope.projects.get_or_insert_default().push(project);
    }

    fn resolve_repository(&mut self, choice: &Choice) {
        if self.resolved.scope.projects.as_ref().is_some_and(Vec::is_empty) {
            return;
        }
        let was_connected = choice.is_in(self.connected.repository.as_slice());
        let by_name = || self.repositories().find(|repository| choice.is_named(&repository.name));
        let (id, old_name) = match (&choice.id, by_name()) {
            (Some(id), _) => (Some(id.clone()), (choice.name != *id).then(|| quote(&choice.name))),
            (None, Some(repository)) => (Some(repository.id.clone()), None),
            (None, None) if was_connected => (self.only_subscribed_repository(), Some(quote(&choice.name))),
            (None, None) => (None, None),
        };
        let found = self.repositories().find(|repository| Some(&repository.id) == id.as_ref()).cloned();
        if let Some(repository) = found {
            self.note_name(old_name, &repository.name);
            self.resolved.selection.repository = Some(Choice::known(&repository.id, &repository.name));
            self.resolved.scope.repository_id = Some(repository.id);
            return;
        }
        if let Some(id) = id {
            self.resolved.selection.repository = Some(Choice::known(&id, &choice.name));
        }
        self.add_missing(MissingKind::Repository, &choice.name, was_connected);
        // Without the repository, its project would be subscribed to as a whole.
        let projects = self.resolved.scope.projects.replace(Vec::new()).unwrap_or_default();
        self.resolved.scope.set_aside.extend(projects.into_iter().map(|project| project.id));
    }

    /// The repositories of the projects that were found.
    fn repositories(&self) -> impl Iterator<Item = &RepositoryInfo> {
        let projects = self.resolved.scope.projects.as_ref();
        let is_in_scope = move |repository: &&RepositoryInfo| {
            projects.is_none_or(|projects| projects.iter().any(|project| project.id == repository.project.id))
        };
        self.catalog.repositories.iter().filter(is_in_scope)
    }

    /// The repository that all subscriptions of the integration are filtered to.
    fn only_subscribed_repository(&self) -> Option<String> {
        let ids: BTreeSet<&String> =
            self.managed.iter().filter_map(|existing| existing.repository_id.as_ref()).collect();
        ids.iter().next().filter(|_| ids.len() == 1).map(|id| (*id).clone())
    }

    fn note_name(&mut self, old_name: Option<String>, name: &str) {
        let name = quote(name);
        if let Some(old_name) = old_name.filter(|old_name| *old_name != name) {
            self.resolved.renamed.push(format!("{old_name} is now {name}"));
        }
    }

    fn add_missing(&mut self, kind: MissingKind, name: &str, was_connected: bool) {
        self.resolved.missing.push(Missing { kind, name: quote(name), was_connected });
    }
}

fn quote(name: &str) -> String {
    format!("`{name}`")
}
