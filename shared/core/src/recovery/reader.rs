//! Reads pull requests and their threads, each once, with a bounded number of calls.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::azure_devops::catalog::RepositoryInfo;
use crate::azure_devops::error::RestError;
use crate::azure_devops::port::{AzureDevOps, ListedPullRequest, PullRequestTransition};
use crate::azure_devops::threads::Thread;

/// Most pull requests whose threads one pass or one action reads for an integration.
const THREADS_MAX: usize = 200;

/// Most pull requests of a repository whose threads are read, those with the highest numbers.
const CANDIDATES_MAX: usize = 2000;

/// Pull requests and threads that were read. Several kinds of events share them.
#[derive(Debug)]
pub(crate) struct PullRequestReader {
    /// What ended before this time is not needed.
    since: Timestamp,
    now: Timestamp,
    calls_left: usize,
    /// The pull requests that may have changed, by repository.
    candidates: BTreeMap<String, Vec<ListedPullRequest>>,
    /// The threads, by repository and number of the pull request.
    threads: BTreeMap<(String, u64), Vec<Thread>>,
    /// The pull request that was requested last.
    last: Option<(String, u64, String)>,
    /// Repositories with more pull requests than are read, and how many were left out.
    left_out: BTreeMap<String, usize>,
}

impl PullRequestReader {
    /// A reader for changes from `since` to `now`.
    pub(crate) fn new(since: Timestamp, now: Timestamp) -> Self {
        Self {
            since,
            now,
            calls_left: THREADS_MAX,
            candidates: BTreeMap::new(),
            threads: BTreeMap::new(),
            last: None,
            left_out: BTreeMap::new(),
        }
    }

    /// Whether threads of another pull request may be read.
    pub(crate) fn has_calls_left(&self) -> bool {
        self.calls_left > 0
    }

    /// Names the repositories with more pull requests than are read.
    pub(crate) fn describe_left_out(&self) -> impl Iterator<Item = String> {
        self.left_out.iter().map(|(name, count)| {
            format!(
                "repository {name}: {count} pull requests with lower numbers were left out of the search for changes \
                 that were not delivered; only the newest {CANDIDATES_MAX} are searched"
            )
        })
    }

    /// The pull requests of the repository that may have changed: those that are active, and those that were closed since.
    /// The highest numbers come first.
    pub(super) async fn candidates(
        &mut self,
        organization: &impl AzureDevOps,
        repository: &RepositoryInfo,
    ) -> Result<Vec<ListedPullRequest>, RestError> {
        if let Some(candidates) = self.candidates.get(&repository.id) {
            return Ok(candidates.clone());
        }
        let mut candidates = organization.active_pull_requests(repository).await?;
        let closed = PullRequestTransition::Closed;
        candidates.extend(organization.pull_requests(repository, closed, self.since, self.now).await?);
        // A pull request that was closed between the two calls is in both lists.
        candidates.sort_by_key(|candidate| (std::cmp::Reverse(candidate.number), candidate.closed.is_none()));
        candidates.dedup_by_key(|candidate| candidate.number);
        if candidates.len() > CANDIDATES_MAX {
            self.left_out.insert(repository.name.clone(), candidates.len() - CANDIDATES_MAX);
            candidates.truncate(CANDIDATES_MAX);
        }
        self.candidates.insert(repository.id.clone(), candidates.clone());
        Ok(candidates)
    }

    /// The threads of a pull request that may have changed; `None` when no calls are left.
    pub(super) async fn threads(
        &mut self,
        organization: &impl AzureDevOps,
        repository_id: &str,
        number: u64,
    ) -> Result<Option<&[Thread]>, RestError> {
        let key = (repository_id.to_owned(), number);
        if !self.threads.contains_key(&key) {
            let Some(left) = self.calls_left.checked_sub(1) else { return Ok(None) };
            self.calls_left = left;
            let mut threads = organization.threads(repository_id, number).await?;
            threads.retain(|thread| {
                thread.published.max(thread.updated).is_none_or(|changed| changed >= self.since)
            });
            self.threads.insert(key.clone(), threads);
        }
        Ok(self.threads.get(&key).map(Vec::as_slice))
    }

    /// A pull request in its present state, as JSON.
    pub(super) async fn pull_request(
        &mut self,
        organization: &impl AzureDevOps,
        repository_id: &str,
        number: u64,
    ) -> Result<&str, RestError> {
        let is_last = self.last.as_ref().is_some_and(|(id, last, _)| id == repository_id && *last == number);
        if !is_last {
            let json = organization.pull_request(repository_id, number).await?;
            self.last = Some((repository_id.to_owned(), number, json));
        }
        Ok(self.last.as_ref().map_or("", |(_, _, json)| json))
    }
}
