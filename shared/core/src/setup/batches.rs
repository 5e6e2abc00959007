//! Queries about many subscriptions at once. One that is refused because of one of them is made smaller, until it is clear
//! which one that is.

use crate::azure_devops::error::RestError;

/// Most subscriptions in one query. What Azure DevOps allows is not documented.
const QUERIED_MAX: usize = 2500;

/// A refused query for more subscriptions than this is halved; one for fewer is made for each of them.
const SINGLE_MAX: usize = 20;

/// The subscriptions that are left to query, by their ids.
pub(super) struct Batches<'a>(Vec<&'a [&'a str]>);

impl<'a> Batches<'a> {
    pub(super) fn of(ids: &'a [&'a str]) -> Self {
        Self(ids.chunks(QUERIED_MAX).rev().collect())
    }

    /// The subscriptions of the next query.
    pub(super) fn next(&mut self) -> Option<&'a [&'a str]> {
        self.0.pop()
    }

    /// Makes smaller queries of one for several subscriptions that failed.
    pub(super) fn split(&mut self, ids: &'a [&'a str], error: &RestError) {
        let is_unanswered = matches!(error, RestError::Unavailable { .. } | RestError::Unreachable { .. });
        if is_unanswered || ids.len() <= SINGLE_MAX {
            self.0.extend(ids.chunks(1).rev());
        } else {
            let (first, second) = ids.split_at(ids.len() / 2);
            self.0.extend([second, first]);
        }
    }
}
