//! The problems of an integration, each with its solution.

use std::collections::BTreeSet;

use crate::integration::name::IntegrationName;
use crate::setup::permissions;
use crate::setup::report::{NAMED_MAX, Report, describe_unmanaged};
use crate::subscriptions::plan::{Plan, Retirement, Step};
use crate::subscriptions::problems::{describe_missing, describe_wrong};
use crate::subscriptions::scope::Scope;

/// How `status` reports the problems of an integration.
pub(super) struct Problems<'a> {
    pub(super) name: &'a IntegrationName,
    /// Whether every problem of a kind is named, and not only the first ones.
    pub(super) is_verbose: bool,
    /// The number of problems that are counted and not named.
    pub(super) unnamed: usize,
}

impl Problems<'_> {
    /// Adds each problem of the plan to the report, with its solution. In the projects of `hidden`, subscriptions only
    /// look missing.
    pub(super) fn add(
        &mut self,
        plan: &Plan,
        scope: &Scope,
        hidden: &BTreeSet<Option<String>>,
        report: &mut Report,
    ) {
        let hidden_places = permissions::describe_hidden(hidden, scope);
        self.add_kind(hidden_places.into_iter().collect(), &mut report.remains);
        let is_hidden =
            |step: &&Step| permissions::project_of_new(step).is_some_and(|project| hidden.contains(project));
        let steps = || plan.steps.iter().filter(|step| !is_hidden(step));
        let missing = steps().filter_map(|step| describe_missing(step, scope));
        self.add_kind(missing.collect(), &mut report.remains);
        let wrong = || steps().filter_map(describe_wrong);
        let solutions: BTreeSet<&str> = wrong().map(|(kind, _)| kind).collect();
        for kind in solutions {
            let of_kind = wrong().filter(|(other, _)| *other == kind).map(|(_, problem)| problem);
            self.add_kind(of_kind.collect(), &mut report.remains);
        }
        let retired = plan.retirements.iter().map(|Retirement { existing, .. }| {
            format!(
                "subscription {} ({}): another subscription delivers what is selected, so that events come twice: run \
                 `connect` again",
                existing.id, existing.event_type
            )
        });
        self.add_kind(retired.collect(), &mut report.remains);
        let unmanaged = describe_unmanaged(plan);
        self.add_kind(unmanaged.problems, &mut report.remains);
        // A warning is no problem.
        Problems { unnamed: 0, ..*self }.add_kind(unmanaged.warnings, &mut report.warnings);
    }

    /// Adds problems of one kind to a list.
    pub(super) fn add_kind(&mut self, problems: Vec<String>, list: &mut Vec<String>) {
        let named = if self.is_verbose { usize::MAX } else { NAMED_MAX };
        let others = problems.len().saturating_sub(named);
        let name = self.name;
        list.extend(problems.into_iter().take(named).map(|problem| format!("`{name}`: {problem}")));
        if others > 0 {
            list.push(format!("`{name}`: and {others} more like these, which `\"verbose\": true` names"));
            self.unnamed += others - 1;
        }
    }
}
