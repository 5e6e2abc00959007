//! What a `connect` would store, for the plan of a dry run.

use jiff::civil::Date;

use crate::azure_devops::credential::Credential;
use crate::integration::config::IntegrationConfig;
use crate::integration::name::IntegrationName;
use crate::integration::selection::{Choice, Selection};
use crate::setup::report::{Report, enumerate};

/// Says whether the integration is a new one, and what of an existing one would be replaced: a request without a name may
/// find an integration that somebody else set up.
pub(super) fn preview(
    name: &IntegrationName,
    before: Option<&IntegrationConfig>,
    after: &IntegrationConfig,
    report: &mut Report,
) {
    let Some(before) = before else {
        let sentence = format!(
            "`{name}` is a new integration: its credential and a new webhook password will be stored"
        );
        report.checked.push(sentence);
        return;
    };
    let replaced = replaced(before, after);
    if replaced.is_empty() {
        report.checked.push(format!("`{name}` is connected already, and what is stored of it stays"));
        return;
    }
    report
        .warnings
        .push(format!("`{name}` is connected already, and this changes it: {}", replaced.join("; ")));
}

fn replaced(before: &IntegrationConfig, after: &IntegrationConfig) -> Vec<String> {
    let mut replaced = Vec::new();
    if !before.credential.is_same(&after.credential) {
        replaced.push(match (&before.credential, &after.credential) {
            (Credential::Pat { .. }, Credential::Pat { .. }) => "another token",
            (Credential::Entra { .. }, Credential::Entra { .. }) => "another app",
            (Credential::Pat { .. }, Credential::Entra { .. }) => "an app in place of the token",
            (Credential::Entra { .. }, Credential::Pat { .. }) => "a token in place of the app",
        });
    }
    let mut replaced: Vec<String> = replaced.into_iter().map(str::to_owned).collect();
    let [was, will_be] = [before, after].map(|config| config.credential.expires_on());
    if was != will_be && after.credential.app().is_none() {
        replaced.push(format!("the last day of the token, {} so far, is {}", day(was), day(will_be)));
    }
    let [was, will_be] = [before, after].map(|config| selected(&config.selection));
    if ids(&before.selection) != ids(&after.selection) {
        replaced.push(format!("{will_be} in place of {was}"));
    }
    replaced
}

fn day(date: Option<Date>) -> String {
    date.map_or_else(|| "unknown".to_owned(), |date| date.to_string())
}

/// What is selected, by ids, which stay when names change.
fn ids(selection: &Selection) -> (Vec<&str>, Option<&str>, Option<&str>, bool) {
    let mut projects: Vec<&str> = selection.projects.iter().map(Choice::id_or_name).collect();
    projects.sort_unstable();
    let repository = selection.repository.as_ref().map(Choice::id_or_name);
    (projects, repository, selection.branch.as_deref(), selection.unfiltered)
}

fn selected(selection: &Selection) -> String {
    let names: Vec<&str> = selection.projects.iter().map(|choice| choice.name.as_str()).collect();
    let mut selected = if names.is_empty() {
        "every project".to_owned()
    } else {
        format!("the projects {}", enumerate(&names))
    };
    if let Some(repository) = &selection.repository {
        selected = format!("{selected}, only the repository {}", repository.name);
    }
    if let Some(branch) = &selection.branch {
        selected = format!("{selected}, only the branch {branch}");
    }
    if selection.unfiltered {
        selected = format!("{selected}, unfiltered");
    }
    selected
}
